// A RowSource that takes every hint at its word, for tests: what a plan says it does not want, it does not get. A wrong
// hint loses rows then, and a test sees it.

#pragma once
#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "types/order.h"
#include "types/row_source.h"

namespace kalam::duck {

class OrderedRows final : public RowSource {
 public:
  // Ordered by column 0; a column `_deleted` says which rows are.
  OrderedRows(std::vector<SourceColumn> columns, std::vector<std::vector<Value>> rows)
      : columns_(std::move(columns)), rows_(std::move(rows)) {
    std::sort(rows_.begin(), rows_.end(), [](const auto& a, const auto& b) { return compare(a[0], b[0]) < 0; });
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].name == "_deleted") deleted_ = i;
    }
  }

  const std::vector<SourceColumn>& columns() const override { return columns_; }
  std::optional<size_t> order_column() const override { return 0; }
  Result<std::unique_ptr<RowCursor>> open(const ScanRequest& request) const override {
    {
      const std::lock_guard lock(mutex_);
      last_request_ = request;
    }
    return std::unique_ptr<RowCursor>(std::make_unique<Cursor>(*this, request));
  }
  ScanRequest last_request() const {
    const std::lock_guard lock(mutex_);
    return last_request_;
  }

 private:
  bool is_wanted(const std::vector<Value>& row, const ScanRequest& request) const {
    if (deleted_ && !request.with_deleted && row[*deleted_].as_bool()) return false;
    const auto equal = [](const Value& a, const Value& b) { return !a.is_null() && compare(a, b) == 0; };
    for (const auto& [column, value] : request.equal) {
      if (!equal(row[column], value)) return false;
    }
    for (const auto& [column, values] : request.one_of) {
      if (std::none_of(values.begin(), values.end(), [&](const auto& value) { return equal(row[column], value); })) {
        return false;
      }
    }
    for (const auto& range : request.ranges) {
      const auto& value = row[range.column];
      if (value.is_null()) return false;
      if (range.lower) {
        const auto order = compare(value, range.lower->value);
        if (order < 0 || (order == 0 && !range.lower->inclusive)) return false;
      }
      if (range.upper) {
        const auto order = compare(value, range.upper->value);
        if (order > 0 || (order == 0 && !range.upper->inclusive)) return false;
      }
    }
    return true;
  }

  class Cursor final : public RowCursor {
   public:
    Cursor(const OrderedRows& source, ScanRequest request) : source_(source), request_(std::move(request)) {}
    Result<bool> next(std::vector<Value>& row) override {
      const auto& rows = source_.rows_;
      for (; next_ < rows.size() && given_ < request_.limit; ++next_) {
        const auto& from = rows[request_.reverse ? rows.size() - 1 - next_ : next_];
        if (!source_.is_wanted(from, request_)) continue;
        row.clear();
        for (const auto column : request_.columns) row.push_back(from[column]);
        ++next_;
        ++given_;
        return true;
      }
      return false;
    }

   private:
    const OrderedRows& source_;
    const ScanRequest request_;
    size_t next_ = 0;
    size_t given_ = 0;
  };

  const std::vector<SourceColumn> columns_;
  std::vector<std::vector<Value>> rows_;
  std::optional<size_t> deleted_;
  mutable std::mutex mutex_;
  mutable ScanRequest last_request_;  // guarded by mutex_
};

}  // namespace kalam::duck
