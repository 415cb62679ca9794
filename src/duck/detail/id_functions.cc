// SNOWFLAKE_ID(), UUID_V7(), ULID(): a new one for each row.

#include <duckdb/execution/expression_executor.hpp>

#include "duck/detail/engine_error.h"
#include "duck/detail/functions.h"
#include "types/uuid.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: an adapter, it speaks DuckDB

namespace {

ScalarFunctionSet per_row(const char* name, const LogicalType& type, scalar_function_t function) {
  ScalarFunction made(name, {}, type, std::move(function));
  made.SetStability(FunctionStability::VOLATILE);
  ScalarFunctionSet set(name);
  set.AddFunction(made);
  return set;
}

template <typename Make>
void texts(DataChunk& arguments, Vector& result, Make make) {
  result.SetVectorType(VectorType::FLAT_VECTOR);  // without arguments the default would be one constant
  auto* out = FlatVector::GetData<string_t>(result);
  for (idx_t i = 0; i < arguments.size(); ++i) out[i] = StringVector::AddString(result, make());
}

}  // namespace

void register_ids(ExtensionLoader& loader, Snowflakes& snowflakes, TimeOrderedIds& ids) {
  replace(loader, per_row("snowflake_id", LogicalType::BIGINT,
                          [&snowflakes](DataChunk& arguments, ExpressionState&, Vector& result) {
                            auto made = snowflakes.next(arguments.size());
                            if (!made.ok()) throw Refusal(std::move(made).error());
                            result.SetVectorType(VectorType::FLAT_VECTOR);
                            auto* out = FlatVector::GetData<int64_t>(result);
                            for (idx_t i = 0; i < arguments.size(); ++i) out[i] = (*made)[i].value();
                          }));
  replace(loader,
          per_row("uuid_v7", LogicalType::VARCHAR, [&ids](DataChunk& arguments, ExpressionState&, Vector& result) {
            texts(arguments, result, [&] { return print_uuid(ids.uuid_v7()); });
          }));
  replace(loader, per_row("ulid", LogicalType::VARCHAR, [&ids](DataChunk& arguments, ExpressionState&, Vector& result) {
            texts(arguments, result, [&] { return ids.ulid(); });
          }));
}

}  // namespace kalam::duck
