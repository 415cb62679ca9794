// EntityScan: a Scan that decodes, filters and counts as it goes. Reads only as far as it is asked.
//
//   while (auto user = TRY(scan.next())) use(user->key, user->value);
//
// Bytes that do not decode end it with their error; nothing is skipped.

#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "store/entity_codec.h"
#include "store/store.h"

namespace kalam::store {

template <typename K, typename T>
struct Entity {
  K key;
  T value;
  bool operator==(const Entity&) const = default;
};

template <typename K, typename T>
class EntityScan {
 public:
  using DecodeKey = std::function<Result<K>(std::string_view bytes)>;
  using Decode = std::function<Result<T>(std::string_view bytes)>;
  using Filter = std::function<bool(const K& key, const T& value)>;

  EntityScan(std::unique_ptr<Scan> scan, std::string partition, DecodeKey decode_key, Decode decode, Filter filter,
             size_t limit)
      : scan_(std::move(scan)),
        partition_(std::move(partition)),
        decode_key_(std::move(decode_key)),
        decode_(std::move(decode)),
        filter_(std::move(filter)),
        left_(limit) {}

  // The next entity that passes the filter; nothing at the end. After an error the scan is over.
  Result<std::optional<Entity<K, T>>> next() {
    while (left_ > 0 && scan_->valid()) {
      ++examined_;
      auto key = decode_key_(scan_->key());
      if (!key.ok()) return fail(std::move(key).error());
      auto value = decode_(scan_->value());
      if (!value.ok()) return fail(std::move(value).error());
      const bool wanted = !filter_ || filter_(*key, *value);
      if (wanted) --left_;
      if (left_ > 0) scan_->next();  // not beyond the last one that was asked for
      if (wanted) return Entity<K, T>{std::move(*key), std::move(*value)};
    }
    if (left_ > 0) TRY(scan_->status());
    left_ = 0;
    return std::nullopt;
  }

  size_t examined() const { return examined_; }  // entities decoded so far, wanted or not

 private:
  Error fail(Error error) {
    left_ = 0;
    return at_entry(std::move(error), partition_, scan_->key());
  }

  std::unique_ptr<Scan> scan_;
  std::string partition_;
  DecodeKey decode_key_;
  Decode decode_;
  Filter filter_;  // empty: all
  size_t left_;
  size_t examined_ = 0;
};

// The keys alone: values are neither decoded nor copied.
template <typename K>
class KeyScan {
 public:
  KeyScan(std::unique_ptr<Scan> scan, std::string partition, std::function<Result<K>(std::string_view)> decode_key)
      : scan_(std::move(scan)), partition_(std::move(partition)), decode_key_(std::move(decode_key)) {}

  Result<std::optional<K>> next() {
    if (over_) return std::nullopt;
    if (!scan_->valid()) {
      over_ = true;
      TRY(scan_->status());
      return std::nullopt;
    }
    auto key = decode_key_(scan_->key());
    if (!key.ok()) {
      over_ = true;
      return at_entry(std::move(key).error(), partition_, scan_->key());
    }
    scan_->next();
    return std::optional<K>(std::move(*key));
  }

 private:
  std::unique_ptr<Scan> scan_;
  std::string partition_;
  std::function<Result<K>(std::string_view)> decode_key_;
  bool over_ = false;
};

}  // namespace kalam::store
