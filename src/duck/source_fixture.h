// A RowSource over rows in memory, for tests and benchmarks: it remembers what was asked of it.

#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "types/row_source.h"

namespace kalam::duck {

class FixedRows final : public RowSource {
 public:
  FixedRows(std::vector<SourceColumn> columns, std::vector<std::vector<Value>> rows)
      : columns_(std::move(columns)), rows_(std::move(rows)) {}

  const std::vector<SourceColumn>& columns() const override { return columns_; }
  Result<std::unique_ptr<RowCursor>> open(const ScanRequest& request) const override {
    std::lock_guard lock(mutex_);
    last_request_ = request;
    return std::unique_ptr<RowCursor>(std::make_unique<Cursor>(*this, request.columns));
  }

  ScanRequest last_request() const {
    std::lock_guard lock(mutex_);
    return last_request_;
  }
  void fail_after(size_t rows, Error error) {
    failing_row_ = rows;
    error_ = std::move(error);
  }

 private:
  class Cursor final : public RowCursor {
   public:
    Cursor(const FixedRows& source, std::vector<size_t> columns) : source_(source), columns_(std::move(columns)) {}
    Result<bool> next(std::vector<Value>& row) override {
      if (next_ == source_.failing_row_) return source_.error_;
      if (next_ == source_.rows_.size()) return false;
      row.clear();
      for (const auto column : columns_) row.push_back(source_.rows_[next_][column]);
      ++next_;
      return true;
    }

   private:
    const FixedRows& source_;
    const std::vector<size_t> columns_;
    size_t next_ = 0;
  };

  const std::vector<SourceColumn> columns_;
  const std::vector<std::vector<Value>> rows_;
  size_t failing_row_ = SIZE_MAX;
  Error error_;
  mutable std::mutex mutex_;
  mutable ScanRequest last_request_;  // guarded by mutex_
};

}  // namespace kalam::duck
