// EntityStore: one partition as a map from keys K to values V.
//
// The single calls write at once and are durable when they return. add_put and add_remove go into a batch of the
// caller's, to be written together with other things. Safe from any thread.

#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "store/entity_codec.h"
#include "store/entity_scan.h"
#include "store/store.h"

namespace kalam::store {

enum class Towards : uint8_t { older, newer };  // older: down from the start; newer: up. Keys grow with time.

template <typename K, typename V, typename KeyCodec, typename ValueCodec>
class EntityStore {
  static_assert(KeyCodecFor<KeyCodec, K> && CodecFor<ValueCodec, V>);

 public:
  using Key = K;
  using Value = V;
  using Row = Entity<K, V>;
  using RowScan = EntityScan<K, V>;
  using RowFilter = typename RowScan::Filter;
  // What decode_projected makes of a value.
  template <typename Wanted>
  using Projected = typename decltype(std::declval<const ValueCodec&>().decode_projected(
      std::string_view(), std::declval<const Wanted&>()))::Value;

  // `store` outlives this. The partition is created when missing.
  static Result<EntityStore> open(Store& store, std::string_view partition_name, KeyCodec key_codec = {},
                                  ValueCodec value_codec = {}) {
    auto partition = TRY(store.create_partition(partition_name));
    return EntityStore(store, std::move(partition), std::move(key_codec), std::move(value_codec));
  }
  EntityStore(Store& store, Partition partition, KeyCodec key_codec = {}, ValueCodec value_codec = {})
      : store_(&store),
        partition_(std::move(partition)),
        key_codec_(std::move(key_codec)),
        value_codec_(std::move(value_codec)) {}

  Result<std::optional<V>> get(const K& key, const SnapshotPtr& snapshot = nullptr) const {
    const auto bytes = key_bytes(key);
    const auto stored = TRY(store_->get(partition_, bytes, snapshot));
    if (!stored) return std::nullopt;
    auto value = value_codec_.decode(*stored);
    if (!value.ok()) return at_entry(std::move(value).error(), partition_.name(), bytes);
    return std::optional<V>(std::move(*value));
  }

  Result<bool> exists(const K& key, const SnapshotPtr& snapshot = nullptr) const {
    return TRY(store_->get(partition_, key_bytes(key), snapshot)).has_value();
  }

  Status put(const K& key, const V& value, Durability durability = Durability::synced) {
    Batch batch;
    TRY(add_put(batch, key, value));
    return store_->write(batch, durability);
  }

  Status remove(const K& key, Durability durability = Durability::synced) {
    return store_->remove(partition_, key_bytes(key), durability);
  }

  // All or none.
  Status batch_put(std::span<const Row> rows, Durability durability = Durability::synced) {
    Batch batch;
    for (const auto& row : rows) TRY(add_put(batch, row.key, row.value));
    return store_->write(batch, durability);
  }
  Status batch_remove(std::span<const K> keys, Durability durability = Durability::synced) {
    Batch batch;
    for (const auto& key : keys) add_remove(batch, key);
    return store_->write(batch, durability);
  }

  Status add_put(Batch& batch, const K& key, const V& value) const {
    batch.put(partition_, key_bytes(key), TRY(value_bytes(value)));
    return {};
  }
  void add_remove(Batch& batch, const K& key) const { batch.remove(partition_, key_bytes(key)); }

  // Prefix and start of the options are encoded bytes (see key_bytes). The limit counts what passes the filter.
  Result<RowScan> scan_iterator(ScanOptions options = {}, RowFilter filter = {}) const {
    return scan_decoded<V>(
        std::move(options), [codec = value_codec_](std::string_view bytes) { return codec.decode(bytes); },
        std::move(filter));
  }

  // Rows whose keys begin with `part`, in the meaning of KeyCodec::encode_prefix.
  template <typename Part>
  Result<RowScan> scan_prefix(const Part& part, ScanOptions options = {}, RowFilter filter = {}) const {
    options.prefix = key_codec_.encode_prefix(part);
    return scan_iterator(std::move(options), std::move(filter));
  }

  // A page: from `start`, which is not part of it, towards older or newer keys; without a start from that end.
  Result<RowScan> scan_directional(const std::optional<K>& start, Towards towards, size_t limit,
                                   const SnapshotPtr& snapshot = nullptr) const {
    ScanOptions options{.limit = limit, .reverse = towards == Towards::older, .snapshot = snapshot};
    if (!start) return scan_iterator(std::move(options));
    auto bytes = key_bytes(*start);
    if (towards == Towards::newer) {
      options.start = bytes + '\0';  // the key that follows at once
      return scan_iterator(std::move(options));
    }
    options.start = bytes;
    return scan_iterator(std::move(options), [start = *start](const K& key, const V&) { return !(key == start); });
  }

  // Decodes only what is wanted of each value; the filter sees that part.
  template <typename Wanted>
  Result<EntityScan<K, Projected<Wanted>>> scan_projected(
      Wanted wanted, ScanOptions options = {}, typename EntityScan<K, Projected<Wanted>>::Filter filter = {}) const {
    return scan_decoded<Projected<Wanted>>(
        std::move(options),
        [codec = value_codec_, wanted = std::move(wanted)](std::string_view bytes) {
          return codec.decode_projected(bytes, wanted);
        },
        std::move(filter));
  }

  Result<KeyScan<K>> scan_keys(ScanOptions options = {}) const {
    auto scan = TRY(store_->scan(partition_, std::move(options)));
    return KeyScan<K>(std::move(scan), std::string(partition_.name()), key_decoder());
  }

  Result<std::unique_ptr<Scan>> scan_raw(ScanOptions options = {}) const {
    return store_->scan(partition_, std::move(options));
  }

  // Walks the keys; decodes nothing.
  Result<uint64_t> count(ScanOptions options = {}) const {
    auto scan = TRY(store_->scan(partition_, std::move(options)));
    uint64_t count = 0;
    for (; scan->valid(); scan->next()) ++count;
    TRY(scan->status());
    return count;
  }

  Status compact() { return store_->compact(partition_); }

  std::string key_bytes(const K& key) const { return key_codec_.encode(key); }
  Result<K> key_of(std::string_view bytes) const { return key_codec_.decode(bytes); }
  Result<std::string> value_bytes(const V& value) const { return value_codec_.encode(value); }
  Store& store() const { return *store_; }
  const Partition& partition() const { return partition_; }

 private:
  auto key_decoder() const {
    return [codec = key_codec_](std::string_view bytes) -> Result<K> { return codec.decode(bytes); };
  }

  template <typename T>
  Result<EntityScan<K, T>> scan_decoded(ScanOptions options, typename EntityScan<K, T>::Decode decode,
                                        typename EntityScan<K, T>::Filter filter) const {
    const auto limit = options.limit;
    // With a filter the engine cannot know how far to go.
    if (filter && limit > 0) options.limit = SIZE_MAX;
    auto scan = TRY(store_->scan(partition_, std::move(options)));
    return EntityScan<K, T>(std::move(scan), std::string(partition_.name()), key_decoder(), std::move(decode),
                            std::move(filter), limit);
  }

  Store* store_;
  Partition partition_;
  [[no_unique_address]] KeyCodec key_codec_;
  [[no_unique_address]] ValueCodec value_codec_;
};

}  // namespace kalam::store
