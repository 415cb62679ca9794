#include "live/index.h"

#include <algorithm>
#include <set>

#include "base/counters.h"

namespace kalam::live {

namespace {

// What rows have and had in a column. None: that cannot be said, the column has another type or is gone.
std::optional<std::set<std::string>> values_of(const TableChanges& part, std::string_view column) {
  const auto columns = part.table->user_columns();
  const auto found =
      std::ranges::find(columns, column, [](const auto* each) -> std::string_view { return each->name; });
  if (found == columns.end()) return std::nullopt;
  const auto place = static_cast<size_t>(found - columns.begin());
  std::set<std::string> values;
  for (const auto& change : part.rows) {
    for (const auto& row : {change.before, change.after}) {
      if (!row || place >= row->values.size() || row->values[place].is_null()) continue;
      auto key = value_key(row->values[place]);
      if (!key) return std::nullopt;
      values.insert(*std::move(key));
    }
  }
  return values;
}

}  // namespace

void Index::add(const SubscriptionPtr& subscription) {
  subscription->number = ++last_number_;
  auto& interested = by_scope_[subscription->scope];
  const auto& equality = subscription->equality;
  auto& place = equality ? interested.by_column[equality->column][equality->value] : interested.others;
  place.emplace(subscription->number, subscription);
  by_client_[subscription->client.get()][subscription->id] = subscription;
  ++by_user_[subscription->viewer().user];
  by_live_id_[subscription->live_id.value()] = subscription;
  count_all();
}

void Index::count_all() const {
  static auto& now = counters::gauge("subscriptions");
  static auto& peak = counters::gauge("subscriptions_peak");
  const auto count = static_cast<int64_t>(by_live_id_.size());
  now.set(count);
  if (count > peak.value()) peak.set(count);
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
  auto& interested = of_scope->second;
  if (kept->equality) {
    const auto of_column = interested.by_column.find(kept->equality->column);
    const auto of_value = of_column->second.find(kept->equality->value);
    of_value->second.erase(kept->number);
    if (of_value->second.empty()) of_column->second.erase(of_value);
    if (of_column->second.empty()) interested.by_column.erase(of_column);
  } else {
    interested.others.erase(kept->number);
  }
  if (interested.by_column.empty() && interested.others.empty()) by_scope_.erase(of_scope);
  const auto of_user = by_user_.find(kept->viewer().user);
  if (--of_user->second == 0) by_user_.erase(of_user);
  by_live_id_.erase(kept->live_id.value());
  count_all();
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

std::vector<SubscriptionPtr> Index::concerned(const TableChanges& part) const {
  const auto found = by_scope_.find({part.table->id, part.user});
  if (found == by_scope_.end()) return {};
  const auto& interested = found->second;
  Numbered concerned;
  for (const auto& [column, by_value] : interested.by_column) {
    if (const auto values = values_of(part, column)) {
      for (const auto& value : *values) {
        if (const auto same = by_value.find(value); same != by_value.end()) {
          concerned.insert(same->second.begin(), same->second.end());
        }
      }
    } else {
      for (const auto& [value, all] : by_value) concerned.insert(all.begin(), all.end());
    }
  }
  std::vector<SubscriptionPtr> ordered;
  ordered.reserve(concerned.size() + interested.others.size());
  auto next = concerned.begin();
  for (const auto& [number, other] : interested.others) {
    for (; next != concerned.end() && next->first < number; ++next) ordered.push_back(next->second);
    ordered.push_back(other);
  }
  for (; next != concerned.end(); ++next) ordered.push_back(next->second);
  return ordered;
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
