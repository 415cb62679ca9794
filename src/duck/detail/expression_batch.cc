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
  const auto& inputs = list_.layout.inputs();
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].slot) input_.data[i].Reference(slots_[inputs[i].index]);  // a constant vector
  }
}

Status ExpressionBatch::append(std::span<const Value> row) {
  const auto& inputs = list_.layout.inputs();
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].slot) TRY(write_value(input_.data[i], size_, row[inputs[i].index]));
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
