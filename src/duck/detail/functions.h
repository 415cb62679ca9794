// The functions of our dialect that DuckDB lacks, or has with another meaning: registered in the instance, so that they
// mean the same in queries, in the native executor and in expressions over rows.

#pragma once
#include <duckdb.hpp>
#include <duckdb/main/extension/extension_loader.hpp>

#include "types/generated_ids.h"
#include "types/snowflake.h"

namespace kalam::duck {

// Both outlive the instance.
void register_functions(duckdb::DuckDB& database, Snowflakes& snowflakes, TimeOrderedIds& ids);

void register_arithmetic(duckdb::ExtensionLoader& loader);  // / % ^ sum avg, dates and intervals
void register_ids(duckdb::ExtensionLoader& loader, Snowflakes& snowflakes, TimeOrderedIds& ids);
void register_time(duckdb::ExtensionLoader& loader);
void register_text(duckdb::ExtensionLoader& loader);
void register_lists(duckdb::ExtensionLoader& loader);
void register_json(duckdb::ExtensionLoader& loader);
void register_vectors(duckdb::ExtensionLoader& loader);
void register_bounds(duckdb::ExtensionLoader& loader);  // what keeps values from growing without end
void register_macros(duckdb::DuckDB& database);         // those that are expressions over other functions

// Under its name alone: DuckDB's own of that name is gone.
void replace(duckdb::ExtensionLoader& loader, duckdb::ScalarFunctionSet functions);
void replace(duckdb::ExtensionLoader& loader, duckdb::AggregateFunctionSet functions);

}  // namespace kalam::duck
