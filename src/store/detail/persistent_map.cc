#include "store/detail/persistent_map.h"

#include <utility>

namespace kalam::store {
namespace {

using Node = PersistentMap::Node;
using NodePtr = PersistentMap::NodePtr;

// FNV-1a, then mixed: keys that follow each other must get priorities that do not.
uint64_t priority_of(std::string_view key) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : key) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  return hash ^ (hash >> 31);
}

NodePtr copy_with(const Node& node, NodePtr left, NodePtr right) {
  return std::make_shared<const Node>(Node{node.key, node.value, node.priority, std::move(left), std::move(right)});
}

// Keys below `key` to the left; `key` itself and those above to the right.
std::pair<NodePtr, NodePtr> split(const NodePtr& node, std::string_view key) {
  if (!node) return {};
  if (node->key < key) {
    auto [left, right] = split(node->right, key);
    return {copy_with(*node, node->left, std::move(left)), std::move(right)};
  }
  auto [left, right] = split(node->left, key);
  return {std::move(left), copy_with(*node, std::move(right), node->right)};
}

// Every key of `left` is below every key of `right`.
NodePtr join(const NodePtr& left, const NodePtr& right) {
  if (!left) return right;
  if (!right) return left;
  if (left->priority >= right->priority) return copy_with(*left, left->left, join(left->right, right));
  return copy_with(*right, join(left, right->left), right->right);
}

NodePtr insert(const NodePtr& node, Node&& added) {
  if (!node || added.priority > node->priority) {
    std::tie(added.left, added.right) = split(node, added.key);
    return std::make_shared<const Node>(std::move(added));
  }
  if (added.key < node->key) return copy_with(*node, insert(node->left, std::move(added)), node->right);
  return copy_with(*node, node->left, insert(node->right, std::move(added)));
}

NodePtr replace(const NodePtr& node, std::string_view key, std::shared_ptr<const std::string> value) {
  if (key == node->key) {
    return std::make_shared<const Node>(Node{node->key, std::move(value), node->priority, node->left, node->right});
  }
  if (key < node->key) return copy_with(*node, replace(node->left, key, std::move(value)), node->right);
  return copy_with(*node, node->left, replace(node->right, key, std::move(value)));
}

NodePtr erase(const NodePtr& node, std::string_view key) {
  if (key == node->key) return join(node->left, node->right);
  if (key < node->key) return copy_with(*node, erase(node->left, key), node->right);
  return copy_with(*node, node->left, erase(node->right, key));
}

}  // namespace

PersistentMap PersistentMap::with(std::string_view key, std::string_view value) const {
  auto stored = std::make_shared<const std::string>(value);
  PersistentMap changed;
  changed.root_ = find(key) ? replace(root_, key, std::move(stored))
                            : insert(root_, Node{std::string(key), std::move(stored), priority_of(key), {}, {}});
  return changed;
}

PersistentMap PersistentMap::without(std::string_view key) const {
  if (!find(key)) return *this;
  PersistentMap changed;
  changed.root_ = erase(root_, key);
  return changed;
}

PersistentMap PersistentMap::without_range(std::string_view first, std::string_view end) const {
  auto [below, rest] = split(root_, first);
  PersistentMap changed;
  changed.root_ = join(below, split(rest, end).second);
  return changed;
}

const Node* PersistentMap::find(std::string_view key) const {
  const auto* node = at_or_after(key);
  return node && node->key == key ? node : nullptr;
}

const Node* PersistentMap::at_or_after(std::string_view key) const {
  const Node* best = nullptr;
  for (const auto* node = root_.get(); node;) {
    if (node->key >= key) best = node;
    node = node->key >= key ? node->left.get() : node->right.get();
  }
  return best;
}

const Node* PersistentMap::after(std::string_view key) const {
  const Node* best = nullptr;
  for (const auto* node = root_.get(); node;) {
    if (node->key > key) best = node;
    node = node->key > key ? node->left.get() : node->right.get();
  }
  return best;
}

const Node* PersistentMap::at_or_before(std::string_view key) const {
  const Node* best = nullptr;
  for (const auto* node = root_.get(); node;) {
    if (node->key <= key) best = node;
    node = node->key <= key ? node->right.get() : node->left.get();
  }
  return best;
}

const Node* PersistentMap::before(std::string_view key) const {
  const Node* best = nullptr;
  for (const auto* node = root_.get(); node;) {
    if (node->key < key) best = node;
    node = node->key < key ? node->right.get() : node->left.get();
  }
  return best;
}

}  // namespace kalam::store
