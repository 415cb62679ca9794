#include "tables/row_choice.h"

#include <algorithm>
#include <iterator>

#include "base/prefix_end.h"
#include "codec/key_codec.h"
#include "tables/row_key.h"
#include "tables/time_to_live.h"

namespace kalam::tables {
namespace {

// The conditions on one column, by keys made from their values. A value without a key makes its condition unusable, and
// the rows come for the caller to filter.
class KeyConditions {
 public:
  KeyConditions(RowChoice& choice, DataType type) : choice_(choice), type_(type) {}

  void equal(const Value& value) {
    if (auto key = key_of(value)) only({*std::move(key)});
  }
  void one_of(const std::vector<Value>& values) {
    std::vector<std::string> keys;
    for (const auto& value : values) {
      auto key = key_of(value);
      if (!key) return;
      keys.push_back(*std::move(key));
    }
    only(std::move(keys));
  }
  void range(const ScanRequest::Range& range) {
    if (range.lower) {
      if (auto key = key_of(range.lower->value)) from(range.lower->inclusive ? *key : codec::successor(*key));
    }
    if (range.upper) {
      if (auto key = key_of(range.upper->value)) before(range.upper->inclusive ? codec::successor(*key) : *key);
    }
  }
  void from(std::string key) { choice_.first = std::max(choice_.first, std::move(key)); }
  void before(std::string key) {
    if (!choice_.end || key < *choice_.end) choice_.end = std::move(key);
  }

 private:
  std::optional<std::string> key_of(const Value& value) const {
    codec::KeyWriter key(choice_.prefix);
    if (!append_comparable(type_, value, key)) return std::nullopt;
    return key.take();
  }
  void only(std::vector<std::string> keys) {
    std::ranges::sort(keys);
    keys.erase(std::ranges::unique(keys).begin(), keys.end());
    if (choice_.keys) {
      std::vector<std::string> both;
      std::ranges::set_intersection(*choice_.keys, keys, std::back_inserter(both));
      keys = std::move(both);
    }
    choice_.keys = std::move(keys);
  }

  RowChoice& choice_;
  const DataType type_;
};

void apply(const ScanRequest& request, size_t column, KeyConditions conditions) {
  for (const auto& equal : request.equal) {
    if (equal.column == column) conditions.equal(equal.value);
  }
  for (const auto& one_of : request.one_of) {
    if (one_of.column == column) conditions.one_of(one_of.values);
  }
  for (const auto& range : request.ranges) {
    if (range.column == column) conditions.range(range);
  }
}

bool is_integer(const Value& value) {
  return !value.is_null() && value.kind() >= ScalarKind::int8 && value.kind() <= ScalarKind::int64;
}

SeqBounds seq_bounds(const ScanRequest& request, size_t column) {
  SeqBounds bounds;
  const auto from = [&](int64_t seq) { bounds.first = std::max(bounds.first, seq); };
  const auto to = [&](int64_t seq) { bounds.last = std::min(bounds.last, seq); };
  for (const auto& equal : request.equal) {
    if (equal.column != column || !is_integer(equal.value)) continue;
    from(equal.value.as_int64());
    to(equal.value.as_int64());
  }
  for (const auto& one_of : request.one_of) {
    if (one_of.column != column || one_of.values.empty()) continue;
    if (!std::ranges::all_of(one_of.values, is_integer)) continue;
    const auto seq_of = [](const Value& value) { return value.as_int64(); };
    const auto [least, greatest] = std::ranges::minmax(one_of.values, {}, seq_of);
    from(least.as_int64());
    to(greatest.as_int64());
  }
  for (const auto& range : request.ranges) {
    if (range.column != column) continue;
    if (range.lower && is_integer(range.lower->value)) from(range.lower->value.as_int64());
    if (range.upper && is_integer(range.upper->value)) to(range.upper->value.as_int64());
  }
  return bounds;
}

}  // namespace

RowChoice choose_rows(const Table& table, const std::optional<UserId>& user, int64_t now_ms,
                      const ScanRequest& request) {
  RowChoice choice;
  if (user) choice.prefix = user_prefix(*user);
  choice.first = choice.prefix;
  choice.end = prefix_end(choice.prefix);
  const auto seq_column = table.seq_column();
  if (table.keyed()) {
    const auto key_column = *table.key_column();
    apply(request, key_column, KeyConditions(choice, table.columns()[key_column].type));
    if (seq_column) choice.seq = seq_bounds(request, *seq_column);
  } else {
    KeyConditions conditions(choice, DataType(TypeTag::bigint));
    if (seq_column) apply(request, *seq_column, conditions);
    if (const auto last = last_expired(table.definition(), now_ms)) {
      conditions.from(codec::successor(table.stream_key(*user, *last)));
    }
  }
  if (choice.keys) std::erase_if(*choice.keys, [&](const auto& key) { return !choice.contains(key); });
  return choice;
}

}  // namespace kalam::tables
