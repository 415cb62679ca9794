#include "tables/detail/row_decoder.h"

#include <algorithm>

#include "types/cast.h"
#include "types/order.h"

namespace kalam::tables {

Result<RowDecoder> RowDecoder::make(const Table& table, const std::optional<UserId>& user, const ScanRequest& request,
                                    const SeqBounds& seq, CommitSeq after) {
  RowDecoder decoder(table, user, seq);
  decoder.after_ = after;
  decoder.with_deleted_ = request.with_deleted;
  for (const auto column : request.columns) {
    if (column >= table.columns_.size()) {
      return table.in_table({ErrorCode::internal, "a scan asked for column " + std::to_string(column) + " of " +
                                                      std::to_string(table.columns_.size())});
    }
    const auto& name = table.columns_[column].name;
    if (name == "_seq") {
      decoder.from_.push_back(From::seq);
    } else if (name == "_deleted") {
      decoder.from_.push_back(From::deleted);
    } else {
      const auto place = std::ranges::lower_bound(table.user_columns_, column) - table.user_columns_.begin();
      decoder.from_.push_back(From::row);
      decoder.places_.push_back(static_cast<size_t>(place));
    }
  }
  decoder.add_checks(request);
  return decoder;
}

void RowDecoder::add_checks(const ScanRequest& request) {
  const auto requested_at = [&](size_t column) -> std::optional<size_t> {
    const auto found = std::ranges::find(request.columns, column);
    if (found == request.columns.end()) return std::nullopt;
    const auto at = static_cast<size_t>(found - request.columns.begin());
    // The key has chosen already.
    if (from_[at] != From::row || (table_->keyed() && column == table_->key_column())) return std::nullopt;
    return at;
  };
  const auto comparable = [&](const std::optional<ScanRequest::Bound>& bound, size_t column) {
    return bound && !bound->value.is_null() && bound->value.kind() == table_->columns_[column].kind;
  };
  for (const auto& equal : request.equal) {
    const ScanRequest::Bound bound{equal.value, true};
    if (!comparable(bound, equal.column)) continue;
    if (const auto at = requested_at(equal.column)) checks_.push_back({*at, bound, bound});
  }
  for (const auto& range : request.ranges) {
    Check check{0, {}, {}};
    if (comparable(range.lower, range.column)) check.lower = range.lower;
    if (comparable(range.upper, range.column)) check.upper = range.upper;
    const auto at = requested_at(range.column);
    if (!at || (!check.lower && !check.upper)) continue;
    check.at = *at;
    checks_.push_back(std::move(check));
  }
}

bool RowDecoder::passes(const std::vector<Value>& row) const {
  for (const auto& check : checks_) {
    const auto& value = row[check.at];
    if (value.is_null()) return false;
    if (check.lower) {
      const auto order = compare(value, check.lower->value);
      if (check.lower->inclusive ? order < 0 : order <= 0) return false;
    }
    if (check.upper) {
      const auto order = compare(value, check.upper->value);
      if (check.upper->inclusive ? order > 0 : order >= 0) return false;
    }
  }
  return true;
}

Result<bool> RowDecoder::decode(std::string_view bytes, std::vector<Value>& row) {
  const auto opened = TRY(table_->open_row(bytes));
  const auto& header = opened.header();
  if (user_ && opened.user() != user_->text()) {
    return table_->in_table({ErrorCode::corruption, "a row lies under the key of another user"});
  }
  if ((header.deleted && !with_deleted_) || !seq_.contain(header.seq)) return false;
  if (after_ != CommitSeq(0) && header.commit_seq <= after_) return false;
  if (!plan_ || plan_->stored_version() != opened.table_schema_version()) {
    plan_ = TRY(table_->plan(opened.table_schema_version(), places_));
  }
  if (auto decoded = plan_->decode(opened, row); !decoded.ok()) return table_->in_table(std::move(decoded).error());
  if (row.size() != from_.size()) {
    // Values of user columns came one behind the other; from the last on each moves to its place.
    auto at = row.size();
    row.resize(from_.size());
    for (size_t i = from_.size(); i-- > 0;) {
      switch (from_[i]) {
        case From::row:
          if (--at != i) row[i] = std::move(row[at]);
          break;
        case From::seq: row[i] = Value::int64(header.seq.value()); break;
        case From::deleted: row[i] = Value::boolean(header.deleted); break;
      }
    }
  }
  return passes(row);
}

bool RowDecoder::take(const StagedVersion& staged, std::vector<Value>& row) const {
  if (staged.deleted && !with_deleted_) return false;
  row.resize(from_.size());
  size_t next = 0;
  for (size_t i = 0; i < from_.size(); ++i) {
    switch (from_[i]) {
      case From::row: {
        const auto place = places_[next++];
        const auto& column = table_->columns_[table_->user_columns_[place]];
        row[i] = place < staged.row.values.size() ? staged.row.values[place] : null_of(column.type);
        break;
      }
      case From::seq: row[i] = Value::null(ScalarKind::int64); break;
      case From::deleted: row[i] = Value::boolean(staged.deleted); break;
    }
  }
  return passes(row);
}

}  // namespace kalam::tables
