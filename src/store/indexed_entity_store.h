// IndexedEntityStore: an EntityStore whose rows can be found by more than their key. A row and all its index entries
// change in one batch, so an index never lies.
//
// Two writers of one row are kept apart by locks that this object holds over read and write. The add_… calls put their
// part into a batch of the caller's and take no locks: they are for a caller that orders all writes itself.

#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/counters.h"
#include "base/log.h"
#include "base/result.h"
#include "store/entity_store.h"

namespace kalam::store {

// F is whatever the caller's filters are, one condition each.
template <typename K, typename V, typename F>
struct IndexDefinition {
  std::string partition;
  std::vector<std::string> columns{};  // of the table, in the order of the index key

  // The index key of a row; nothing: the row is not in this index. Keys of two rows must differ, so an index that is
  // not unique ends its keys with the primary key.
  std::function<Result<std::optional<std::string>>(const K& key, const V& value)> extract_key;

  // What stands beside the index key. Empty function: the primary key's bytes.
  std::function<std::string(const K& key, const V& value)> index_value{};
  // The way back: the primary key's bytes of an index entry. Empty function: the index value is those bytes.
  std::function<Result<std::string>(std::string_view index_key, std::string_view index_value)> primary_key{};

  // The index keys among which all rows lie that pass the filter; nothing: this index does not help. Rows in that range
  // need not pass: whoever asks filters again.
  std::function<std::optional<std::string>(const F& filter)> filter_to_prefix{};
};

struct IndexChoice {
  size_t index;  // into the store's indexes
  std::string prefix;
};

template <typename K, typename V, typename KeyCodec, typename ValueCodec, typename F>
class IndexedEntityStore {
 public:
  using Rows = EntityStore<K, V, KeyCodec, ValueCodec>;
  using Row = Entity<K, V>;
  using Definition = IndexDefinition<K, V, F>;
  struct Preencoded {
    K key;
    V value;
    std::string bytes;  // what the value codec made of `value`
  };

  // `store` outlives this. Creates the partitions that are missing, in one batch.
  static Result<IndexedEntityStore> open(Store& store, std::string_view partition_name,
                                         std::vector<Definition> definitions, KeyCodec key_codec = {},
                                         ValueCodec value_codec = {}) {
    std::vector<std::string_view> names = {partition_name};
    for (const auto& definition : definitions) names.emplace_back(definition.partition);
    auto partitions = TRY(store.create_partitions(names));
    Rows rows(store, std::move(partitions.front()), std::move(key_codec), std::move(value_codec));
    std::vector<Index> indexes;
    for (size_t number = 0; number < definitions.size(); ++number) {
      auto& definition = definitions[number];
      auto& scans = counters::counter("store_index_scans_total", {{"index", definition.partition}});
      indexes.push_back({std::move(definition), std::move(partitions[number + 1]), &scans});
    }
    return IndexedEntityStore(std::move(rows), std::move(indexes));
  }

  const Rows& rows() const { return rows_; }
  size_t index_count() const { return indexes_.size(); }
  const Definition& index(size_t number) const { return indexes_[number].definition; }

  Result<std::optional<V>> get(const K& key, const SnapshotPtr& snapshot = nullptr) const {
    return rows_.get(key, snapshot);
  }

  // A row that was not there before: nothing is read. For a key that may exist use update.
  Status insert(const K& key, const V& value, Durability durability = Durability::synced) {
    const auto claim = claim_rows({&key, 1});
    Batch batch;
    TRY(add_insert(batch, key, value));
    return rows_.store().write(batch, durability);
  }
  // Inserts or replaces; index entries of the old row that the new one does not have go.
  Status update(const K& key, const V& value, Durability durability = Durability::synced) {
    const auto claim = claim_rows({&key, 1});
    Batch batch;
    TRY(add_update(batch, key, value));
    return rows_.store().write(batch, durability);
  }
  Status remove(const K& key, Durability durability = Durability::synced) {  // a missing row: fine
    const auto claim = claim_rows({&key, 1});
    Batch batch;
    TRY(add_remove(batch, key));
    return rows_.store().write(batch, durability);
  }
  // New rows, each key once: all or none.
  Status insert_batch(std::span<const Row> rows, Durability durability = Durability::synced) {
    Batch batch;
    std::vector<K> keys;
    for (const auto& row : rows) {
      keys.push_back(row.key);
      TRY(add_insert(batch, row.key, row.value));
    }
    TRY(check_distinct(keys));
    const auto claim = claim_rows(keys);
    return rows_.store().write(batch, durability);
  }
  Status insert_batch_preencoded(std::span<const Preencoded> rows, Durability durability = Durability::synced) {
    Batch batch;
    std::vector<K> keys;
    for (const auto& row : rows) {
      keys.push_back(row.key);
      batch.put(rows_.partition(), rows_.key_bytes(row.key), row.bytes);
      TRY(add_index_puts(batch, row.key, row.value));
    }
    TRY(check_distinct(keys));
    const auto claim = claim_rows(keys);
    return rows_.store().write(batch, durability);
  }

  Status add_insert(Batch& batch, const K& key, const V& value) const {
    TRY(rows_.add_put(batch, key, value));
    return add_index_puts(batch, key, value);
  }
  // `old`: the stored row when the caller has it (it must be the newest, writes of this batch included); else it is
  // read.
  Status add_update(Batch& batch, const K& key, const V& value, const V* old = nullptr) const {
    std::optional<V> stored;
    if (!old) {
      stored = TRY(rows_.get(key));
      old = stored ? &*stored : nullptr;
    }
    if (old) {
      for (const auto& index : indexes_) {
        const auto stale = TRY(index.definition.extract_key(key, *old));
        if (stale && stale != TRY(index.definition.extract_key(key, value))) batch.remove(index.partition, *stale);
      }
    }
    return add_insert(batch, key, value);
  }
  Status add_remove(Batch& batch, const K& key, const V* old = nullptr) const {
    std::optional<V> stored;
    if (!old) {
      stored = TRY(rows_.get(key));
      if (!stored) return {};
      old = &*stored;
    }
    for (const auto& index : indexes_) {
      if (const auto stale = TRY(index.definition.extract_key(key, *old))) batch.remove(index.partition, *stale);
    }
    rows_.add_remove(batch, key);
    return {};
  }

  // The index with the longest prefix over all filters; the first of equals. Nothing: none helps.
  std::optional<IndexChoice> choose_index(std::span<const F> filters) const {
    std::optional<IndexChoice> best;
    for (size_t number = 0; number < indexes_.size(); ++number) {
      const auto& to_prefix = indexes_[number].definition.filter_to_prefix;
      if (!to_prefix) continue;
      for (const auto& filter : filters) {
        auto prefix = to_prefix(filter);
        if (prefix && (!best || prefix->size() > best->prefix.size())) best = IndexChoice{number, std::move(*prefix)};
      }
    }
    return best;
  }

  // Rows one after another, by an index or by key. The store it came from outlives it, in its place.
  class RowScan {
   public:
    Result<std::optional<Row>> next() {
      if (by_key_) return by_key_->next();
      while (left_ > 0 && entries_->valid()) {
        auto key = read_key();
        if (!key.ok()) return fail(std::move(key).error());
        auto value = owner_->rows_.get(*key, snapshot_);
        if (!value.ok()) return fail(std::move(value).error());
        if (*value) --left_;
        if (left_ > 0) entries_->next();
        if (*value) return Row{std::move(*key), std::move(**value)};
        ++dangling_;
      }
      if (left_ > 0) TRY(entries_->status());
      left_ = 0;
      return std::nullopt;
    }
    // The partition of the index that serves; nothing: a scan of all rows.
    std::optional<std::string_view> served_by() const {
      if (by_key_) return std::nullopt;
      return owner_->indexes_[index_].definition.partition;
    }
    size_t dangling() const { return dangling_; }  // index entries without a row, left out

   private:
    friend class IndexedEntityStore;
    RowScan(const IndexedEntityStore* owner, typename Rows::RowScan by_key)
        : owner_(owner), by_key_(std::move(by_key)) {}
    RowScan(const IndexedEntityStore* owner, size_t index, std::unique_ptr<Scan> entries, SnapshotPtr snapshot,
            size_t limit)
        : owner_(owner), index_(index), entries_(std::move(entries)), snapshot_(std::move(snapshot)), left_(limit) {}

    Result<K> read_key() const {
      const auto& way_back = owner_->indexes_[index_].definition.primary_key;
      if (!way_back) return owner_->rows_.key_of(entries_->value());
      return owner_->rows_.key_of(TRY(way_back(entries_->key(), entries_->value())));
    }
    Error fail(Error error) {
      left_ = 0;
      return at_entry(std::move(error), owner_->indexes_[index_].definition.partition, entries_->key());
    }

    const IndexedEntityStore* owner_;
    std::optional<typename Rows::RowScan> by_key_;
    size_t index_ = 0;
    std::unique_ptr<Scan> entries_;
    SnapshotPtr snapshot_;
    size_t left_ = 0;
    size_t dangling_ = 0;
  };

  // Rows that may pass the filters, by the best index or, when none helps, all of them. Inexact: filter again. A limit
  // belongs to whoever filters last, unless there are no filters.
  Result<RowScan> scan_filtered(std::span<const F> filters, const SnapshotPtr& snapshot = nullptr) const {
    if (auto choice = choose_index(filters)) {
      log::info("store", "scan served by index",
                {{"partition", rows_.partition().name()}, {"index", indexes_[choice->index].definition.partition}});
      return scan_by_index(choice->index, {.prefix = std::move(choice->prefix), .snapshot = snapshot});
    }
    return RowScan(this, TRY(rows_.scan_iterator({.snapshot = snapshot})));
  }

  // Prefix and start are bytes of the index key. Rows come in the order of the index.
  Result<RowScan> scan_by_index(size_t index, ScanOptions options = {}) const {
    indexes_[index].scans->add();
    // Entries and rows of one moment, so that a concurrent write leaves no hole.
    if (!options.snapshot) options.snapshot = rows_.store().snapshot();
    const auto limit = std::exchange(options.limit, SIZE_MAX);  // entries without a row do not count
    auto snapshot = options.snapshot;
    auto entries = TRY(rows_.store().scan(indexes_[index].partition, std::move(options)));
    return RowScan(this, index, std::move(entries), std::move(snapshot), limit);
  }

  // The row with the greatest index key that begins so.
  Result<std::optional<Row>> latest_by_index_prefix(size_t index, std::string prefix) const {
    auto scan = TRY(scan_by_index(index, {.prefix = std::move(prefix), .limit = 1, .reverse = true}));
    return scan.next();
  }

  // Looks at the index alone.
  Result<bool> exists_by_index(size_t index, std::string prefix) const {
    auto entries = TRY(index_entries(index, {.prefix = std::move(prefix), .limit = 1}));
    TRY(entries->status());
    return entries->valid();
  }

  // Raw index keys and values.
  Result<std::unique_ptr<Scan>> index_entries(size_t index, ScanOptions options = {}) const {
    indexes_[index].scans->add();
    return rows_.store().scan(indexes_[index].partition, std::move(options));
  }

 private:
  struct Index {
    Definition definition;
    Partition partition;
    counters::Counter* scans;
  };
  // One lock for the keys of one hash: enough that writers of different rows seldom meet, and share an fsync.
  using Locks = std::array<std::mutex, 64>;

  IndexedEntityStore(Rows rows, std::vector<Index> indexes)
      : rows_(std::move(rows)), indexes_(std::move(indexes)), locks_(std::make_unique<Locks>()) {}

  Status add_index_puts(Batch& batch, const K& key, const V& value) const {
    for (const auto& index : indexes_) {
      const auto index_key = TRY(index.definition.extract_key(key, value));
      if (!index_key) continue;
      const auto& make_value = index.definition.index_value;
      batch.put(index.partition, *index_key, make_value ? make_value(key, value) : rows_.key_bytes(key));
    }
    return {};
  }

  // Of two rows with one key only the second would stay, but the index entries of both.
  Status check_distinct(std::span<const K> keys) const {
    std::unordered_set<std::string> seen;
    for (const auto& key : keys) {
      if (seen.insert(rows_.key_bytes(key)).second) continue;
      return Error{ErrorCode::invalid_operation, "Storage error: a batch of new rows holds one key twice",
                   "partition=" + std::string(rows_.partition().name())};
    }
    return {};
  }

  // In ascending order, so that two claims cannot wait for each other.
  std::vector<std::unique_lock<std::mutex>> claim_rows(std::span<const K> keys) const {
    std::array<bool, std::tuple_size_v<Locks>> wanted{};
    for (const auto& key : keys) wanted[std::hash<std::string>()(rows_.key_bytes(key)) % wanted.size()] = true;
    std::vector<std::unique_lock<std::mutex>> held;
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i]) held.emplace_back((*locks_)[i]);
    }
    return held;
  }

  Rows rows_;
  std::vector<Index> indexes_;
  std::unique_ptr<Locks> locks_;
};

}  // namespace kalam::store
