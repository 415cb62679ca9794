// Index: all subscriptions: by what changes for them, by client, and by live id. Not safe: its owner locks.

#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "live/subscription.h"

namespace kalam::live {

class Index {
 public:
  void add(const SubscriptionPtr& subscription);
  void remove(const Subscription& subscription);

  SubscriptionPtr find(const Client& client, std::string_view id) const;  // null: none
  SubscriptionPtr find_live_id(std::string_view live_id) const;
  // In the order in which they came. Null: nobody is interested.
  const std::vector<SubscriptionPtr>* of(const Scope& scope) const;
  std::vector<SubscriptionPtr> of(const Client& client) const;
  size_t count(const Client& client) const;
  size_t count(const UserId& user) const;
  std::vector<SubscriptionPtr> all() const;
  bool empty() const { return by_live_id_.empty(); }

 private:
  using Named = std::unordered_map<std::string, SubscriptionPtr>;

  std::unordered_map<Scope, std::vector<SubscriptionPtr>, ScopeHash> by_scope_;
  std::unordered_map<const Client*, Named> by_client_;
  std::unordered_map<UserId, size_t> by_user_;
  Named by_live_id_;
};

}  // namespace kalam::live
