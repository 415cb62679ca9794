#include "duck/detail/bounds.h"

#include <duckdb/common/vector_operations/binary_executor.hpp>
#include <duckdb/common/vector_operations/unary_executor.hpp>
#include <duckdb/planner/expression.hpp>

#include "duck/detail/functions.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: an adapter, it speaks DuckDB

namespace {

[[noreturn]] void too_large() {
  throw Exception(ExceptionType::OBJECT_SIZE, "a function would make a value that is too large");
}

void count(DataChunk& arguments, ExpressionState&, Vector& result) {
  UnaryExecutor::Execute<int64_t, int64_t>(arguments.data[0], result, arguments.size(), checked_count);
}

// Passes its argument on, of whatever type, when it is not too large.
void bounded(DataChunk& arguments, ExpressionState&, Vector& result) {
  auto& argument = arguments.data[0];
  if (argument.GetType().InternalType() == PhysicalType::VARCHAR) {
    UnifiedVectorFormat format;
    argument.ToUnifiedFormat(arguments.size(), format);
    Growth growth;
    for (idx_t row = 0; row < arguments.size(); ++row) {
      const auto index = format.sel->get_index(row);
      if (!format.validity.RowIsValid(index)) continue;
      growth.add(UnifiedVectorFormat::GetData<string_t>(format)[index].GetSize());
      if (argument.GetVectorType() == VectorType::CONSTANT_VECTOR) break;
    }
  } else if (argument.GetType().id() == LogicalTypeId::LIST &&
             ListVector::GetListSize(argument) > static_cast<idx_t>(4 * kListElementsMax)) {
    too_large();
  }
  result.Reference(argument);
}

duckdb::unique_ptr<FunctionData> bind_bounded(ClientContext&, ScalarFunction& function,
                                              vector<duckdb::unique_ptr<Expression>>& arguments) {
  if (arguments[0]->return_type.id() == LogicalTypeId::UNKNOWN) throw ParameterNotResolvedException();
  function.arguments[0] = arguments[0]->return_type;
  function.SetReturnType(arguments[0]->return_type);
  return nullptr;
}

// A replacement may stand for each place between two characters: what it could come to is told before it is made.
void replaceable(DataChunk& arguments, ExpressionState&, Vector& result) {
  BinaryExecutor::Execute<string_t, string_t, string_t>(
      arguments.data[0], arguments.data[1], result, arguments.size(), [](string_t text, string_t replacement) {
        Growth().add_product(text.GetSize() + 1, replacement.GetSize() + 1);
        return text;
      });
  StringVector::AddHeapReference(result, arguments.data[0]);
}

ScalarFunctionSet named(const char* name, ScalarFunction function) {
  function.SetFallible();
  ScalarFunctionSet set(name);
  set.AddFunction(std::move(function));
  return set;
}

}  // namespace

int64_t checked_count(int64_t count) {
  if (count > kListElementsMax) too_large();
  return count;
}

void Growth::check(size_t bytes) const {
  if (bytes > kValueBytesMax || total_ + bytes > kChunkBytesMax) too_large();
}

void Growth::add(size_t bytes) {
  check(bytes);
  total_ += bytes;
}

void Growth::add_product(size_t bytes, size_t times) {
  size_t product = 0;
  if (__builtin_mul_overflow(bytes, times, &product)) too_large();
  add(product);
}

void register_bounds(ExtensionLoader& loader) {
  const auto number = LogicalType::BIGINT;
  const auto text = LogicalType::VARCHAR;
  replace(loader, named("kalam_count", ScalarFunction({number}, number, count)));
  replace(loader, named("kalam_bounded", ScalarFunction({LogicalType::ANY}, LogicalType::ANY, bounded, bind_bounded)));
  replace(loader, named("kalam_replaceable", ScalarFunction({text, text}, text, replaceable)));
}

}  // namespace kalam::duck
