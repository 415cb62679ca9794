#include "duck/detail/expression_batch.h"

#include "duck/detail/value_bridge.h"

namespace kalam::duck {

duckdb::vector<duckdb::LogicalType> BoundList::types() const {
  duckdb::vector<duckdb::LogicalType> types;
  for (const auto& expression : expressions) types.push_back(expression->return_type);
  return types;
}

ExpressionBatch::ExpressionBatch(duckdb::ClientContext& context, const BoundList& list)
    : list_(list), executor_(context, list.expressions), selected_(STANDARD_VECTOR_SIZE) {
  auto& allocator = duckdb::Allocator::DefaultAllocator();
  if (const auto types = list.layout.types(); !types.empty()) input_.Initialize(allocator, types);
  output_.Initialize(allocator, list.types());
}

void ExpressionBatch::begin(std::vector<duckdb::Value> slots) {
  slots_ = std::move(slots);
  clear();
}

void ExpressionBatch::clear() {
  size_ = 0;
  input_.Reset();
  targets_.clear();
  const auto& inputs = list_.layout.inputs();
  for (size_t i = 0; i < inputs.size(); ++i) {
    auto& vector = input_.data[i];
    if (inputs[i].slot) vector.Reference(slots_[inputs[i].index]);  // a constant vector
    else targets_.push_back({inputs[i].type.id(), duckdb::FlatVector::GetData(vector), inputs[i].index, i});
  }
}

// What most cells are, without the questions that write_value asks. False: ask them.
bool ExpressionBatch::write_plainly(const Target& target, size_t row, const Value& value) {
  if (value.is_null()) return false;
  const auto put = [&](auto cell) {
    reinterpret_cast<decltype(cell)*>(target.cells)[row] = cell;
    return true;
  };
  switch (target.type) {
    case duckdb::LogicalTypeId::BIGINT: return value.kind() == ScalarKind::int64 && put(value.as_int64());
    case duckdb::LogicalTypeId::DOUBLE: return value.kind() == ScalarKind::float64 && put(value.as_double());
    case duckdb::LogicalTypeId::TIMESTAMP: return value.kind() == ScalarKind::timestamp_us && put(value.as_int64());
    case duckdb::LogicalTypeId::INTEGER:
      return value.kind() == ScalarKind::int32 && put(static_cast<int32_t>(value.as_int64()));
    case duckdb::LogicalTypeId::VARCHAR: {
      if (value.kind() != ScalarKind::utf8 || value.as_text().size() > duckdb::string_t::INLINE_LENGTH) return false;
      return put(duckdb::string_t(value.as_text().data(), static_cast<uint32_t>(value.as_text().size())));
    }
    default: return false;
  }
}

Status ExpressionBatch::append(std::span<const Value> row) {
  for (const auto& target : targets_) {
    const auto& value = row[target.column];
    if (!write_plainly(target, size_, value)) TRY(write_value(input_.data[target.input], size_, value));
  }
  ++size_;
  return {};
}

std::span<const duckdb::sel_t> ExpressionBatch::select() {
  input_.SetCardinality(size_);
  return {selected_.data(), executor_.SelectExpression(input_, selected_)};
}

void ExpressionBatch::execute() {
  input_.SetCardinality(size_);
  output_.Reset();
  executor_.Execute(input_, output_);
}

}  // namespace kalam::duck
