#include "duck/detail/functions.h"

#include <duckdb/parser/parsed_data/create_aggregate_function_info.hpp>
#include <duckdb/parser/parsed_data/create_scalar_function_info.hpp>

#include "duck/detail/engine_error.h"

namespace kalam::duck {

namespace {

struct Macro {
  const char* name;
  const char* definition;  // one or several `(arguments) AS expression`
};

// Names of arguments are never those of columns: DuckDB puts what is given in their place.
constexpr Macro kMacros[] = {
    {"btrim", "(s) AS trim(s), (s, c) AS trim(s, c)"},
    {"octet_length", "(s) AS CAST(strlen(s) AS INTEGER)"},
    {"iszero", "(x) AS x = 0"},
    {"nanvl", "(x, y) AS CASE WHEN isnan(CAST(x AS DOUBLE)) THEN CAST(y AS DOUBLE) ELSE CAST(x AS DOUBLE) END"},
    {"signum", "(x) AS CAST(sign(x) AS DOUBLE)"},
    {"stddev_samp", "(x) AS stddev(x)"},
    {"date_bin",
     "(i, t) AS time_bucket(i, CAST(t AS TIMESTAMP), TIMESTAMP '1970-01-01'), "
     "(i, t, o) AS time_bucket(i, CAST(t AS TIMESTAMP), CAST(o AS TIMESTAMP))"},
    {"to_char", "(t, f) AS strftime(t, f)"},
    {"to_date", "(t) AS CAST(t AS DATE), (t, f) AS CAST(strptime(t, f) AS DATE)"},
    {"to_time", "(t) AS CAST(t AS TIME), (t, f) AS CAST(strptime(t, f) AS TIME)"},
    {"to_unixtime",
     "(t) AS CAST(floor(epoch(CAST(t AS TIMESTAMP))) AS BIGINT), "
     "(t, f) AS CAST(floor(epoch(strptime(t, f))) AS BIGINT)"},
    {"to_local_time", "(t) AS CAST(t AS TIMESTAMP)"},
    {"regexp_count",
     "(s, p) AS CAST(len(regexp_extract_all(s, p)) AS BIGINT), "
     "(s, p, b) AS CAST(len(regexp_extract_all(substr(s, b), p)) AS BIGINT)"},
    // Everything in front of the first match, and the place behind it.
    {"regexp_instr",
     "(s, p) AS CAST(CASE WHEN regexp_matches(s, p) "
     "THEN len(regexp_extract(s, '(?s)^(.*?)(?-s:' || p || ')', 1)) + 1 ELSE 0 END AS BIGINT)"},
    {"string_to_array",
     "(s, d) AS string_split(s, d), "
     "(s, d, n) AS list_transform(string_split(s, d), lambda e: CASE WHEN e = n THEN NULL ELSE e END)"},
    {"array_except", "(x, y) AS list_distinct(list_filter(x, lambda e: NOT list_contains(y, e)))"},
    {"list_except", "(x, y) AS list_distinct(list_filter(x, lambda e: NOT list_contains(y, e)))"},
    {"array_union", "(x, y) AS list_distinct(list_concat(x, y))"},
    {"list_union", "(x, y) AS list_distinct(list_concat(x, y))"},
    {"array_positions", "(x, y) AS list_filter(kalam_range(1, len(x) + 1, 1), lambda i: x[i] IS NOT DISTINCT FROM y)"},
    {"list_positions", "(x, y) AS list_filter(kalam_range(1, len(x) + 1, 1), lambda i: x[i] IS NOT DISTINCT FROM y)"},
    {"array_remove",
     "(x, y) AS CASE WHEN list_contains(x, y) "
     "THEN list_concat(x[:list_position(x, y) - 1], x[list_position(x, y) + 1:]) ELSE x END"},
    {"list_remove",
     "(x, y) AS CASE WHEN list_contains(x, y) "
     "THEN list_concat(x[:list_position(x, y) - 1], x[list_position(x, y) + 1:]) ELSE x END"},
    {"array_replace",
     "(x, y, z) AS CASE WHEN list_contains(x, y) "
     "THEN list_concat(x[:list_position(x, y) - 1], [z], x[list_position(x, y) + 1:]) ELSE x END"},
    {"list_replace",
     "(x, y, z) AS CASE WHEN list_contains(x, y) "
     "THEN list_concat(x[:list_position(x, y) - 1], [z], x[list_position(x, y) + 1:]) ELSE x END"},
    {"array_repeat", "(x, n) AS list_transform(kalam_range(0, n, 1), lambda i: x)"},
    {"list_repeat", "(x, n) AS list_transform(kalam_range(0, n, 1), lambda i: x)"},
    {"kalam_list_resize", "(x, n) AS list_resize(x, kalam_count(n)), (x, n, v) AS list_resize(x, kalam_count(n), v)"},
    {"empty", "(x) AS len(x) = 0"},
    {"version", "() AS 'KalamDB'"},
};

}  // namespace

void replace(duckdb::ExtensionLoader& loader, duckdb::ScalarFunctionSet functions) {
  duckdb::CreateScalarFunctionInfo info(std::move(functions));
  info.on_conflict = duckdb::OnCreateConflict::REPLACE_ON_CONFLICT;
  loader.RegisterFunction(std::move(info));
}

void replace(duckdb::ExtensionLoader& loader, duckdb::AggregateFunctionSet functions) {
  duckdb::CreateAggregateFunctionInfo info(std::move(functions));
  info.on_conflict = duckdb::OnCreateConflict::REPLACE_ON_CONFLICT;
  loader.RegisterFunction(std::move(info));
}

void register_macros(duckdb::DuckDB& database) {
  duckdb::Connection connection(database);
  for (const auto& [name, definition] : kMacros) {
    auto made = connection.Query(std::string("CREATE OR REPLACE MACRO ") + name + " " + definition);
    if (made->HasError()) throw duckdb::InternalException("macro %s: %s", name, made->GetError());
  }
}

void register_functions(duckdb::DuckDB& database, Snowflakes& snowflakes, TimeOrderedIds& ids) {
  duckdb::ExtensionLoader loader(*database.instance, "kalam");
  register_arithmetic(loader);
  register_ids(loader, snowflakes, ids);
  register_time(loader);
  register_text(loader);
  register_lists(loader);
  register_json(loader);
  register_vectors(loader);
  register_bounds(loader);
  register_macros(database);
}

}  // namespace kalam::duck
