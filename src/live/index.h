// Index: all subscriptions: by what changes for them, by client, and by live id. Not safe: its owner locks.
//
//   scope -> column -> value -> subscriptions whose filter asks for that value
//         -> the others

#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "live/subscription.h"

namespace kalam::live {

class Index {
 public:
  void add(const SubscriptionPtr& subscription);
  void remove(const Subscription& subscription);  // takes as long however many there are

  SubscriptionPtr find(const Client& client, std::string_view id) const;  // null: none
  SubscriptionPtr find_live_id(std::string_view live_id) const;
  // Whom these changes may concern: everybody of their scope whose filter does not ask for a value that no row has or
  // had. In the order in which they came.
  std::vector<SubscriptionPtr> concerned(const TableChanges& part) const;
  std::vector<SubscriptionPtr> of(const Client& client) const;
  size_t count(const Client& client) const;
  size_t count(const UserId& user) const;
  std::vector<SubscriptionPtr> all() const;
  bool empty() const { return by_live_id_.empty(); }

 private:
  void count_all() const;

  using Named = std::unordered_map<std::string, SubscriptionPtr>;
  using Numbered = std::map<uint64_t, SubscriptionPtr>;
  using ByValue = std::unordered_map<std::string, Numbered>;
  struct Interested {
    std::map<std::string, ByValue, std::less<>> by_column;
    Numbered others;
  };

  std::unordered_map<Scope, Interested, ScopeHash> by_scope_;
  std::unordered_map<const Client*, Named> by_client_;
  std::unordered_map<UserId, size_t> by_user_;
  Named by_live_id_;
  uint64_t last_number_ = 0;
};

}  // namespace kalam::live
