#include "duck/detail/grouped_rows.h"

#include <cmath>
#include <limits>

#include "duck/detail/value_bridge.h"

namespace kalam::duck {

using duckdb::data_ptr_t;
using duckdb::FlatVector;
using duckdb::PhysicalType;
using duckdb::UnifiedVectorFormat;

namespace {

constexpr size_t kStateAlignment = 16;

size_t aligned(size_t bytes) { return (bytes + kStateAlignment - 1) / kStateAlignment * kStateAlignment; }

template <typename T>
void append_raw(std::string& key, T value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// −0 and 0 are one group, and so are all NaN.
template <typename Real>
Real canonical(Real value) {
  if (std::isnan(value)) return std::numeric_limits<Real>::quiet_NaN();
  return value == 0 ? Real{0} : value;
}

// Equal keys give equal bytes, and no others.
void append_key(const UnifiedVectorFormat& column, PhysicalType type, size_t row, std::string& key) {
  const auto index = column.sel->get_index(row);
  const bool valid = column.validity.RowIsValid(index);
  key.push_back(valid ? 1 : 0);
  if (!valid) return;
  const auto cell = [&]<typename T>(T) { return UnifiedVectorFormat::GetData<T>(column)[index]; };
  switch (type) {
    case PhysicalType::FLOAT: return append_raw(key, canonical(cell(float{})));
    case PhysicalType::DOUBLE: return append_raw(key, canonical(cell(double{})));
    case PhysicalType::VARCHAR: {
      const auto& text = UnifiedVectorFormat::GetData<duckdb::string_t>(column)[index];
      append_raw(key, text.GetSize());
      key.append(text.GetData(), text.GetSize());
      return;
    }
    default: {
      const auto size = duckdb::GetTypeIdSize(type);
      key.append(reinterpret_cast<const char*>(column.data) + index * size, size);
    }
  }
}

}  // namespace

GroupedRows::GroupedRows(const Grouping& grouping, ExpressionBatch* batch, MemoryBudget& budget)
    : grouping_(grouping),
      batch_(batch),
      budget_(budget),
      arena_(duckdb::Allocator::DefaultAllocator()),
      keys_(grouping.keys),
      addresses_(duckdb::LogicalType::POINTER) {
  for (const auto& aggregate : grouping.aggregates) {
    offsets_.push_back(state_bytes_);
    state_bytes_ += aligned(aggregate.function.GetStateSizeCallback()(aggregate.function));
  }
}

GroupedRows::~GroupedRows() {
  for (size_t i = 0; i < grouping_.aggregates.size(); ++i) {
    const auto& aggregate = grouping_.aggregates[i];
    if (!aggregate.function.HasStateDestructorCallback()) continue;
    duckdb::AggregateInputData data(aggregate.bind_info.get(), arena_);
    for (size_t from = 0; from < states_.size(); from += STANDARD_VECTOR_SIZE) {
      const auto count = std::min<size_t>(STANDARD_VECTOR_SIZE, states_.size() - from);
      auto* const addresses = FlatVector::GetData<data_ptr_t>(addresses_);
      for (size_t group = 0; group < count; ++group) addresses[group] = states_[from + group] + offsets_[i];
      aggregate.function.GetStateDestructorCallback()(addresses_, data, count);
    }
  }
}

Status GroupedRows::add(std::span<const Value> row) {
  if (!batch_) {
    if (++pending_ == ExpressionBatch::rows_max()) return add_batch();
    return {};
  }
  TRY(batch_->append(row));
  if (batch_->size() == ExpressionBatch::rows_max()) return add_batch();
  return {};
}

Status GroupedRows::add_batch() {
  const auto rows = batch_ ? batch_->size() : pending_;
  if (rows > 0) {
    if (batch_) batch_->execute();
    TRY(find_groups(rows));
    update(rows);
  }
  if (batch_) batch_->clear();
  pending_ = 0;
  return {};
}

Status GroupedRows::new_group(size_t row) {
  auto& values = rows_.emplace_back();
  for (size_t i = 0; i < grouping_.keys; ++i) values.push_back(TRY(read_value(batch_->result(i), row)));
  TRY(budget_.take(memory_of(values) + key_.size() + state_bytes_ + sizeof(values) + 64));
  const auto state = arena_.AllocateAligned(std::max<size_t>(state_bytes_, 1));
  for (size_t i = 0; i < grouping_.aggregates.size(); ++i) {
    const auto& function = grouping_.aggregates[i].function;
    function.GetStateInitCallback()(function, state + offsets_[i]);
  }
  states_.push_back(state);
  return {};
}

// Writes the states of each row's group into addresses_.
Status GroupedRows::find_groups(size_t rows) {
  auto* const addresses = FlatVector::GetData<data_ptr_t>(addresses_);
  if (grouping_.keys == 0) {
    if (states_.empty()) TRY(new_group(0));
    std::fill(addresses, addresses + rows, states_.front());
    return {};
  }
  for (size_t i = 0; i < grouping_.keys; ++i) batch_->result(i).ToUnifiedFormat(rows, keys_[i]);
  for (size_t row = 0; row < rows; ++row) {
    key_.clear();
    for (size_t i = 0; i < grouping_.keys; ++i) {
      append_key(keys_[i], batch_->result(i).GetType().InternalType(), row, key_);
    }
    const auto known = groups_.find(key_);
    if (known != groups_.end()) {
      addresses[row] = states_[known->second];
      continue;
    }
    TRY(new_group(row));
    groups_.emplace(key_, states_.size() - 1);
    addresses[row] = states_.back();
  }
  return {};
}

void GroupedRows::update(size_t rows) {
  size_t offset = 0;  // that addresses_ stand at
  auto* const addresses = FlatVector::GetData<data_ptr_t>(addresses_);
  for (size_t i = 0; i < grouping_.aggregates.size(); ++i) {
    const auto& aggregate = grouping_.aggregates[i];
    for (size_t row = 0; row < rows; ++row) addresses[row] += offsets_[i] - offset;
    offset = offsets_[i];
    duckdb::AggregateInputData data(aggregate.bind_info.get(), arena_);
    auto* const inputs = aggregate.inputs == 0 ? nullptr : &batch_->result(aggregate.first_input);
    if (grouping_.keys == 0 && aggregate.function.HasStateSimpleUpdateCallback()) {
      aggregate.function.GetStateSimpleUpdateCallback()(inputs, data, aggregate.inputs, addresses[0], rows);
    } else {
      aggregate.function.GetStateUpdateCallback()(inputs, data, aggregate.inputs, addresses_, rows);
    }
  }
}

Status GroupedRows::finish() {
  TRY(add_batch());
  // Without GROUP BY there is one group, of no rows if need be.
  if (grouping_.keys == 0 && states_.empty()) TRY(new_group(0));
  return finalize();
}

Status GroupedRows::finalize() {
  for (size_t i = 0; i < grouping_.aggregates.size(); ++i) {
    const auto& aggregate = grouping_.aggregates[i];
    duckdb::AggregateInputData data(aggregate.bind_info.get(), arena_);
    for (size_t from = 0; from < states_.size(); from += STANDARD_VECTOR_SIZE) {
      const auto count = std::min<size_t>(STANDARD_VECTOR_SIZE, states_.size() - from);
      auto* const addresses = FlatVector::GetData<data_ptr_t>(addresses_);
      for (size_t group = 0; group < count; ++group) addresses[group] = states_[from + group] + offsets_[i];
      duckdb::Vector result(aggregate.function.GetReturnType());
      aggregate.function.GetStateFinalizeCallback()(addresses_, data, result, count, 0);
      for (size_t group = 0; group < count; ++group) {
        rows_[from + group].push_back(TRY(read_value(result, group)));
      }
    }
  }
  return {};
}

bool GroupedRows::next(std::vector<Value>& row) {
  if (next_ == rows_.size()) return false;
  row.swap(rows_[next_++]);
  return true;
}

}  // namespace kalam::duck
