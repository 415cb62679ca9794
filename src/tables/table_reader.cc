#include "tables/table_reader.h"

#include <iterator>

#include "codec/key_codec.h"
#include "tables/detail/row_decoder.h"
#include "tables/row_choice.h"

namespace kalam::tables {
namespace {

struct StoredRows {
  const store::Store* store;
  store::Partition partition;
  store::SnapshotPtr snapshot;
  std::string table;  // for errors

  Error in_table(Error error) const { return std::move(error).within("table " + table + ": "); }
};

// Rows of which the keys are known: a get each.
class ListCursor final : public RowCursor {
 public:
  ListCursor(StoredRows stored, const StagedRows* staged, RowDecoder decoder, std::vector<std::string> keys,
             const ScanRequest& request)
      : stored_(std::move(stored)),
        staged_(staged),
        decoder_(std::move(decoder)),
        keys_(std::move(keys)),
        reverse_(request.reverse),
        left_(request.limit) {}

  Result<bool> next(std::vector<Value>& row) override {
    while (left_ > 0 && at_ < keys_.size()) {
      const auto& key = keys_[reverse_ ? keys_.size() - 1 - at_ : at_];
      ++at_;
      auto wanted = read(key, row);
      if (!wanted.ok()) return left_ = 0, std::move(wanted).error();
      if (*wanted) return --left_, true;
    }
    return false;
  }

 private:
  Result<bool> read(const std::string& key, std::vector<Value>& row) {
    if (staged_) {
      if (const auto found = staged_->find(key); found != staged_->end()) return decoder_.take(found->second, row);
    }
    auto bytes = stored_.store->get(stored_.partition, key, stored_.snapshot);
    if (!bytes.ok()) return stored_.in_table(std::move(bytes).error());
    if (!*bytes) return false;
    return decoder_.decode(**bytes, row);
  }

  const StoredRows stored_;
  const StagedRows* const staged_;
  RowDecoder decoder_;
  const std::vector<std::string> keys_;
  const bool reverse_;
  size_t left_;
  size_t at_ = 0;
};

// A range of keys: what is stored and what is staged, both in the order of keys; a staged version hides a stored one.
class RangeCursor final : public RowCursor {
 public:
  RangeCursor(StoredRows stored, const StagedRows* staged, RowDecoder decoder, RowChoice choice,
              const ScanRequest& request)
      : stored_(std::move(stored)),
        decoder_(std::move(decoder)),
        choice_(std::move(choice)),
        reverse_(request.reverse),
        left_(request.limit) {
    if (!staged || (choice_.end && *choice_.end <= choice_.first)) return;
    staged_first_ = staged->lower_bound(choice_.first);
    staged_end_ = choice_.end ? staged->lower_bound(*choice_.end) : staged->end();
  }

  Status start() {
    auto from = reverse_ ? choice_.end : std::optional<std::string>(choice_.first);
    TRY(open_scan(std::move(from)));
    // Downwards a scan starts at its bound, which is not part of the range.
    if (reverse_ && choice_.end && scan_->valid() && scan_->key() == *choice_.end) scan_->next();
    return settle();
  }

  Result<bool> next(std::vector<Value>& row) override {
    while (left_ > 0) {
      auto wanted = step(row);
      if (!wanted.ok()) return left_ = 0, std::move(wanted).error();
      if (*wanted) return --left_, true;
    }
    return false;
  }

 private:
  // Small tables stay in the block cache, however often they are read whole. A scan that goes on for longer than this
  // would push out everything else for blocks that it does not read again.
  static constexpr size_t kCachedBytesMax = size_t{2} << 20;

  Status open_scan(std::optional<std::string> from) {
    auto opened = stored_.store->scan(stored_.partition, {.prefix = choice_.prefix,
                                                          .start = std::move(from),
                                                          .reverse = reverse_,
                                                          .snapshot = stored_.snapshot,
                                                          .fill_cache = fills_cache_});
    if (!opened.ok()) return stored_.in_table(std::move(opened).error());
    scan_ = *std::move(opened);
    return {};
  }

  // Is the scan on a row of the range? It ends for good when it is not.
  Status settle() {
    if (scan_->valid()) {
      stored_left_ = reverse_ ? scan_->key() >= choice_.first : !choice_.end || scan_->key() < *choice_.end;
      return {};
    }
    stored_left_ = false;
    if (auto status = scan_->status(); !status.ok()) return stored_.in_table(std::move(status).error());
    return {};
  }

  Status advance() {
    read_bytes_ += scan_->key().size() + scan_->value().size();
    scan_->next();
    if (fills_cache_ && read_bytes_ > kCachedBytesMax && stored_.snapshot && scan_->valid()) {
      fills_cache_ = false;
      TRY(open_scan(std::string(scan_->key())));
    }
    return settle();
  }

  // One version: false when it is not wanted. At the end nothing is left.
  Result<bool> step(std::vector<Value>& row) {
    const bool staged_left = staged_first_ != staged_end_;
    if (!staged_left && !stored_left_) return left_ = 0, false;
    auto order = std::strong_ordering::less;  // stored before staged
    if (staged_left) {
      order = stored_left_ ? scan_->key() <=> std::string_view(staged()->first) : std::strong_ordering::greater;
      if (reverse_ && stored_left_) order = 0 <=> order;
    }
    if (order < 0) {
      const bool wanted = TRY(decoder_.decode(scan_->value(), row));
      TRY(advance());
      return wanted;
    }
    const bool wanted = decoder_.take(staged()->second, row);
    if (order == 0) TRY(advance());
    reverse_ ? --staged_end_ : ++staged_first_;
    return wanted;
  }

  StagedRows::const_iterator staged() const { return reverse_ ? std::prev(staged_end_) : staged_first_; }

  const StoredRows stored_;
  RowDecoder decoder_;
  const RowChoice choice_;
  const bool reverse_;
  size_t left_;
  std::unique_ptr<store::Scan> scan_;
  bool stored_left_ = false;
  bool fills_cache_ = true;
  size_t read_bytes_ = 0;
  StagedRows::const_iterator staged_first_;  // what is left of them
  StagedRows::const_iterator staged_end_;
};

}  // namespace

TableReader::TableReader(TablePtr table, ReadPoint point) : table_(std::move(table)), point_(std::move(point)) {}

const std::vector<SourceColumn>& TableReader::columns() const { return table_->columns(); }

std::optional<size_t> TableReader::order_column() const {
  if (table_->keyed()) return table_->key_column();
  // A STREAM table with a key is stored by `_seq` all the same, and its rows are not in the order of the key.
  return table_->key_column() ? std::nullopt : table_->seq_column();
}

Result<std::unique_ptr<RowCursor>> TableReader::open(const ScanRequest& request) const {
  if (point_.user.has_value() != table_->per_user()) {
    return table_->in_table(
        {ErrorCode::internal, table_->per_user() ? "whose rows?" : "rows of a SHARED table have no user"});
  }
  auto choice = choose_rows(*table_, point_.user, point_.now_ms, request);
  auto decoder = TRY(RowDecoder::make(*table_, point_.user, request, choice.seq, point_.after));
  StoredRows stored{table_->store_, table_->rows_, point_.snapshot, table_->definition().id.dotted()};
  // What reads the store more than once reads it as of one moment.
  constexpr size_t kShortScanRows = 1000;
  const bool once = choice.keys ? choice.keys->size() < 2 : request.limit <= kShortScanRows;
  if (!stored.snapshot && !once) stored.snapshot = stored.store->snapshot();
  if (choice.keys) {
    return std::make_unique<ListCursor>(std::move(stored), point_.staged, std::move(decoder), *std::move(choice.keys),
                                        request);
  }
  auto cursor =
      std::make_unique<RangeCursor>(std::move(stored), point_.staged, std::move(decoder), std::move(choice), request);
  TRY(cursor->start());
  return std::unique_ptr<RowCursor>(std::move(cursor));
}

}  // namespace kalam::tables
