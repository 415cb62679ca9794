#include "duck/detail/native_stages.h"

#include <algorithm>
#include <optional>

#include "duck/detail/engine_error.h"
#include "duck/detail/grouped_rows.h"
#include "duck/detail/value_bridge.h"
#include "types/order.h"

namespace kalam::duck {

namespace {

// Few rows at first, for those who soon have enough.
constexpr size_t kFirstBatchRows = 64;

// Rows read between two looks at the stop token.
constexpr size_t kRowsUnstopped = 256;

class StoppableRows final : public RowCursor {
 public:
  StoppableRows(Stage below, std::stop_token stop) : below_(std::move(below)), stop_(std::move(stop)) {}
  Result<bool> next(std::vector<Value>& row) override {
    if (read_++ % kRowsUnstopped == 0 && stop_.stop_requested()) return to_error(duckdb::InterruptException());
    return below_->next(row);
  }

 private:
  const Stage below_;
  const std::stop_token stop_;
  size_t read_ = 0;
};

class CheckedRows final : public RowCursor {
 public:
  CheckedRows(Stage below, ExactFilter filter) : below_(std::move(below)), filter_(std::move(filter)) {}
  Result<bool> next(std::vector<Value>& row) override {
    while (TRY(below_->next(row))) {
      if (filter_.passes(row)) return true;
    }
    return false;
  }

 private:
  const Stage below_;
  const ExactFilter filter_;
};

// Rows that wait in a batch until expressions have looked at them.
class BatchedRows {
 public:
  BatchedRows(Stage below, ExpressionBatch& batch) : below_(std::move(below)), batch_(batch) {}

  // Reads the next rows into the batch. Zero: the end.
  Result<size_t> refill() {
    batch_.clear();
    size_t count = 0;
    while (count < wanted_ && !ended_) {
      if (count == rows_.size()) rows_.emplace_back();
      if (!TRY(below_->next(rows_[count]))) {
        ended_ = true;
        break;
      }
      TRY(batch_.append(rows_[count]));
      ++count;
    }
    wanted_ = std::min(wanted_ * 4, ExpressionBatch::rows_max());
    return count;
  }
  std::vector<Value>& row(size_t index) { return rows_[index]; }

 private:
  const Stage below_;
  ExpressionBatch& batch_;
  std::vector<std::vector<Value>> rows_;
  size_t wanted_ = kFirstBatchRows;
  bool ended_ = false;
};

class FilteredRows final : public RowCursor {
 public:
  FilteredRows(Stage below, ExpressionBatch& batch) : rows_(std::move(below), batch), batch_(batch) {}
  Result<bool> next(std::vector<Value>& row) override {
    while (next_ == selected_.size()) {
      if (TRY(rows_.refill()) == 0) return false;
      selected_ = batch_.select();
      next_ = 0;
    }
    row.swap(rows_.row(selected_[next_++]));
    return true;
  }

 private:
  BatchedRows rows_;
  ExpressionBatch& batch_;
  std::span<const duckdb::sel_t> selected_;
  size_t next_ = 0;
};

class ProjectedRows final : public RowCursor {
 public:
  ProjectedRows(Stage below, const std::vector<OutputColumn>& outputs, ExpressionBatch& batch)
      : rows_(std::move(below), batch), outputs_(outputs), batch_(batch) {}
  Result<bool> next(std::vector<Value>& row) override {
    if (next_ == count_) {
      count_ = TRY(rows_.refill());
      next_ = 0;
      if (count_ == 0) return false;
      batch_.execute();
    }
    row.clear();
    for (const auto& output : outputs_) {
      row.push_back(output.computed ? TRY(read_value(batch_.result(output.index), next_))
                                    : rows_.row(next_)[output.index]);
    }
    ++next_;
    return true;
  }

 private:
  BatchedRows rows_;
  const std::vector<OutputColumn>& outputs_;
  ExpressionBatch& batch_;
  size_t next_ = 0;
  size_t count_ = 0;
};

class ChosenColumns final : public RowCursor {
 public:
  ChosenColumns(Stage below, const std::vector<OutputColumn>& outputs) : below_(std::move(below)), outputs_(outputs) {}
  Result<bool> next(std::vector<Value>& row) override {
    if (!TRY(below_->next(from_))) return false;
    row.clear();
    for (const auto& output : outputs_) row.push_back(from_[output.index]);
    return true;
  }

 private:
  const Stage below_;
  const std::vector<OutputColumn>& outputs_;
  std::vector<Value> from_;
};

class Groups final : public RowCursor {
 public:
  Groups(Stage below, const Grouping& grouping, ExpressionBatch* batch, MemoryBudget& budget)
      : below_(std::move(below)), groups_(grouping, batch, budget) {}
  Result<bool> next(std::vector<Value>& row) override {
    if (below_) {
      while (TRY(below_->next(row))) TRY(groups_.add(row));
      below_.reset();
      TRY(groups_.finish());
    }
    return groups_.next(row);
  }

 private:
  Stage below_;  // null once read
  GroupedRows groups_;
};

class SortedRows final : public RowCursor {
 public:
  SortedRows(Stage below, const std::vector<SortKey>& keys, size_t wanted, MemoryBudget& budget)
      : below_(std::move(below)), keys_(keys), wanted_(wanted), budget_(budget) {}

  Result<bool> next(std::vector<Value>& row) override {
    if (below_) {
      TRY(read());
      below_.reset();
      std::sort(rows_.begin(), rows_.end(), [&](const Row& a, const Row& b) { return before(a, b); });
    }
    if (next_ == rows_.size()) return false;
    row.swap(rows_[next_++].values);
    return true;
  }

 private:
  struct Row {
    std::vector<Value> values;
    size_t number;
  };

  // All rows, or the best `wanted_` of them as a heap with the worst on top.
  Status read() {
    const auto worse_on_top = [&](const Row& a, const Row& b) { return before(a, b); };
    Row row{{}, 0};
    for (; TRY(below_->next(row.values)); ++row.number) {
      if (rows_.size() < wanted_) {
        TRY(budget_.take(memory_of(row.values) + sizeof(Row)));
        rows_.push_back({std::move(row.values), row.number});
        row.values = {};
        if (rows_.size() == wanted_) std::make_heap(rows_.begin(), rows_.end(), worse_on_top);
        continue;
      }
      if (wanted_ == 0 || !before(row, rows_.front())) continue;
      std::pop_heap(rows_.begin(), rows_.end(), worse_on_top);
      auto& worst = rows_.back();
      budget_.give_back(memory_of(worst.values));
      TRY(budget_.take(memory_of(row.values)));
      worst.values.swap(row.values);
      worst.number = row.number;
      std::push_heap(rows_.begin(), rows_.end(), worse_on_top);
    }
    return {};
  }

  bool before(const Row& a, const Row& b) const {
    for (const auto& key : keys_) {
      const auto& x = a.values[key.column];
      const auto& y = b.values[key.column];
      if (x.is_null() != y.is_null()) return x.is_null() == key.nulls_first;
      if (x.is_null()) continue;
      const auto order = compare(x, y);
      if (order != 0) return (order < 0) != key.descending;
    }
    return a.number < b.number;
  }

  Stage below_;  // null once read
  const std::vector<SortKey>& keys_;
  const size_t wanted_;
  MemoryBudget& budget_;
  std::vector<Row> rows_;
  size_t next_ = 0;
};

class LimitedRows final : public RowCursor {
 public:
  LimitedRows(Stage below, size_t offset, size_t limit) : below_(std::move(below)), offset_(offset), limit_(limit) {}
  Result<bool> next(std::vector<Value>& row) override {
    if (limit_ == 0) return false;
    for (; offset_ > 0; --offset_) {
      if (!TRY(below_->next(row))) return false;
    }
    --limit_;
    return below_->next(row);
  }

 private:
  const Stage below_;
  size_t offset_;
  size_t limit_;
};

}  // namespace

Stage stoppable_rows(Stage below, std::stop_token stop) {
  return std::make_unique<StoppableRows>(std::move(below), std::move(stop));
}

Stage checked_rows(Stage below, ExactFilter filter) {
  return std::make_unique<CheckedRows>(std::move(below), std::move(filter));
}

Stage filtered_rows(Stage below, ExpressionBatch& batch) {
  return std::make_unique<FilteredRows>(std::move(below), batch);
}

Stage projected_rows(Stage below, const std::vector<OutputColumn>& outputs, ExpressionBatch* batch) {
  if (!batch) return std::make_unique<ChosenColumns>(std::move(below), outputs);
  return std::make_unique<ProjectedRows>(std::move(below), outputs, *batch);
}

Stage grouped_rows(Stage below, const Grouping& grouping, ExpressionBatch* batch, MemoryBudget& budget) {
  return std::make_unique<Groups>(std::move(below), grouping, batch, budget);
}

Stage sorted_rows(Stage below, const std::vector<SortKey>& keys, size_t wanted, MemoryBudget& budget) {
  return std::make_unique<SortedRows>(std::move(below), keys, wanted, budget);
}

Stage limited_rows(Stage below, size_t offset, size_t limit) {
  return std::make_unique<LimitedRows>(std::move(below), offset, limit);
}

}  // namespace kalam::duck
