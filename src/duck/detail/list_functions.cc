// Lists: numbers in a row, and how many elements there are.

#include <duckdb/common/vector_operations/ternary_executor.hpp>
#include <duckdb/common/vector_operations/unary_executor.hpp>
#include <duckdb/planner/expression.hpp>

#include "duck/detail/bounds.h"
#include "duck/detail/functions.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: an adapter, it speaks DuckDB

namespace {

// Numbers from one to another, without the end: [from, to).
void range(DataChunk& arguments, ExpressionState&, Vector& result) {
  Growth growth;
  TernaryExecutor::Execute<int64_t, int64_t, int64_t, list_entry_t>(
      arguments.data[0], arguments.data[1], arguments.data[2], result, arguments.size(),
      [&](int64_t from, int64_t to, int64_t step) {
        if (step == 0) throw InvalidInputException("the step of a range cannot be 0");
        const auto distance = static_cast<__int128>(to) - from;
        const auto wide = static_cast<__int128>(step);
        const bool empty = (distance > 0) != (step > 0) || distance == 0;
        const auto length = empty ? 0 : (distance + wide - (step > 0 ? 1 : -1)) / wide;
        checked_count(length > kListElementsMax ? kListElementsMax + 1 : static_cast<int64_t>(length));
        growth.add_product(static_cast<size_t>(length), sizeof(int64_t));
        const auto offset = ListVector::GetListSize(result);
        ListVector::Reserve(result, offset + static_cast<idx_t>(length));
        auto* out = FlatVector::GetData<int64_t>(ListVector::GetEntry(result)) + offset;
        for (int64_t i = 0; i < length; ++i) out[i] = static_cast<int64_t>(from + wide * i);
        ListVector::SetListSize(result, offset + static_cast<idx_t>(length));
        return list_entry_t(offset, static_cast<idx_t>(length));
      });
}

// Of a list or a map.
void cardinality(DataChunk& arguments, ExpressionState&, Vector& result) {
  UnaryExecutor::Execute<list_entry_t, uint64_t>(arguments.data[0], result, arguments.size(),
                                                 [](list_entry_t entry) { return entry.length; });
}

duckdb::unique_ptr<FunctionData> bind_cardinality(ClientContext&, ScalarFunction& function,
                                                  vector<duckdb::unique_ptr<Expression>>& arguments) {
  const auto& type = arguments[0]->return_type;
  if (type.id() == LogicalTypeId::UNKNOWN) throw ParameterNotResolvedException();
  if (type.InternalType() != PhysicalType::LIST) throw BinderException("cardinality() is of lists and maps");
  function.arguments[0] = type;
  return nullptr;
}

}  // namespace

void register_lists(ExtensionLoader& loader) {
  const auto number = LogicalType::BIGINT;
  ScalarFunction ranges("kalam_range", {number, number, number}, LogicalType::LIST(number), range);
  ranges.SetFallible();
  ScalarFunctionSet set("kalam_range");
  set.AddFunction(ranges);
  replace(loader, set);
  ScalarFunctionSet sizes("cardinality");
  sizes.AddFunction(ScalarFunction({LogicalType::ANY}, LogicalType::UBIGINT, cardinality, bind_cardinality));
  replace(loader, sizes);
}

}  // namespace kalam::duck
