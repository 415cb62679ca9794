#include "live/index.h"

#include <algorithm>

namespace kalam::live {

void Index::add(const SubscriptionPtr& subscription) {
  by_scope_[subscription->scope].push_back(subscription);
  by_client_[subscription->client.get()][subscription->id] = subscription;
  ++by_user_[subscription->viewer().user];
  by_live_id_[subscription->live_id.value()] = subscription;
}

void Index::remove(const Subscription& subscription) {
  const auto of_client = by_client_.find(subscription.client.get());
  if (of_client == by_client_.end()) return;
  const auto mine = of_client->second.find(subscription.id);
  if (mine == of_client->second.end() || mine->second.get() != &subscription) return;
  const auto kept = mine->second;  // until everything is done
  of_client->second.erase(mine);
  if (of_client->second.empty()) by_client_.erase(of_client);
  const auto of_scope = by_scope_.find(kept->scope);
  std::erase(of_scope->second, kept);
  if (of_scope->second.empty()) by_scope_.erase(of_scope);
  const auto of_user = by_user_.find(kept->viewer().user);
  if (--of_user->second == 0) by_user_.erase(of_user);
  by_live_id_.erase(kept->live_id.value());
}

SubscriptionPtr Index::find(const Client& client, std::string_view id) const {
  const auto of_client = by_client_.find(&client);
  if (of_client == by_client_.end()) return nullptr;
  const auto found = of_client->second.find(std::string(id));
  return found == of_client->second.end() ? nullptr : found->second;
}

SubscriptionPtr Index::find_live_id(std::string_view live_id) const {
  const auto found = by_live_id_.find(std::string(live_id));
  return found == by_live_id_.end() ? nullptr : found->second;
}

const std::vector<SubscriptionPtr>* Index::of(const Scope& scope) const {
  const auto found = by_scope_.find(scope);
  return found == by_scope_.end() ? nullptr : &found->second;
}

std::vector<SubscriptionPtr> Index::of(const Client& client) const {
  std::vector<SubscriptionPtr> found;
  if (const auto of_client = by_client_.find(&client); of_client != by_client_.end()) {
    for (const auto& [id, subscription] : of_client->second) found.push_back(subscription);
  }
  return found;
}

size_t Index::count(const Client& client) const {
  const auto found = by_client_.find(&client);
  return found == by_client_.end() ? 0 : found->second.size();
}

size_t Index::count(const UserId& user) const {
  const auto found = by_user_.find(user);
  return found == by_user_.end() ? 0 : found->second;
}

std::vector<SubscriptionPtr> Index::all() const {
  std::vector<SubscriptionPtr> all;
  all.reserve(by_live_id_.size());
  for (const auto& [id, subscription] : by_live_id_) all.push_back(subscription);
  return all;
}

}  // namespace kalam::live
