// PersistentMap: an ordered map of bytes whose versions share what they have in common. Copying one is copying a
// pointer, so a copy is a snapshot.
//
// A treap: a search tree by key and a heap by a hash of the key. Its shape follows from its keys alone, and an update
// copies only the nodes on the way down.

#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kalam::store {

class PersistentMap {
 public:
  struct Node;
  using NodePtr = std::shared_ptr<const Node>;
  struct Node {
    std::string key;
    std::shared_ptr<const std::string> value;  // shared, since the path above a change is copied
    uint64_t priority;
    NodePtr left;
    NodePtr right;
  };

  [[nodiscard]] PersistentMap with(std::string_view key, std::string_view value) const;
  [[nodiscard]] PersistentMap without(std::string_view key) const;
  [[nodiscard]] PersistentMap without_range(std::string_view first, std::string_view end) const;  // [first, end)

  const Node* find(std::string_view key) const;
  const Node* at_or_after(std::string_view key) const;  // the least key >= `key`; null: none
  const Node* after(std::string_view key) const;        // the least key > `key`
  const Node* at_or_before(std::string_view key) const;
  const Node* before(std::string_view key) const;

 private:
  NodePtr root_;
};

}  // namespace kalam::store
