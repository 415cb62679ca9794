// What must be unreachable, for every role: the names of the linked library one by one, and the ways that lead outside.

#include <gtest/gtest.h>

#include <chrono>
#include <duckdb.hpp>
#include <duckdb/main/extension_helper.hpp>
#include <set>

#include "duck/detail/allowed_functions.h"
#include "duck/instance.h"
#include "duck/parsed_write.h"
#include "duck/refused_names.h"
#include "duck/source_fixture.h"

namespace kalam::duck {
namespace {

// The library as an Instance loads it, with nothing locked and nothing of ours in it.
class Library {
 public:
  Library() {
    duckdb::DBConfig config;
    config.options.load_extensions = false;
    database_ = std::make_unique<duckdb::DuckDB>(nullptr, &config);
    for (const auto* name : {"core_functions", "parquet", "json", "icu"}) {
      duckdb::ExtensionHelper::LoadExtension(*database_, name);
    }
  }
  std::set<std::string> names(const std::string& sql) {
    duckdb::Connection connection(*database_);
    auto result = connection.Query(sql);
    EXPECT_FALSE(result->HasError()) << result->GetError();
    std::set<std::string> names;
    for (auto& row : *result) names.insert(row.GetValue<std::string>(0));
    return names;
  }

 private:
  std::unique_ptr<duckdb::DuckDB> database_;
};

bool refused(const std::string& sql) { return !ParsedQuery::parse(sql).ok() && !ParsedWrite::parse(sql).ok(); }

std::string in_quotes(std::string_view name) { return "\"" + std::string(name) + "\""; }

std::set<std::string> set_of(std::string_view list) {
  std::set<std::string> names;
  while (!list.empty()) {
    const auto end = list.find(' ');
    names.emplace(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
  return names;
}

TEST(Escape, EveryFunctionIsInOneOfTheLists) {
  Library library;
  const auto known = set_of(kRefusedFunctions);
  for (const auto& name : library.names("SELECT DISTINCT function_name FROM duckdb_functions() "
                                        "WHERE function_type IN ('scalar', 'aggregate', 'macro')")) {
    EXPECT_NE(is_allowed_function(name), known.contains(name)) << "decide about the function " << name;
  }
  for (const auto& name : known) {
    EXPECT_TRUE(refused("SELECT " + in_quotes(name) + "()")) << name;
    EXPECT_TRUE(refused("SELECT " + in_quotes(name) + "(1, 2) OVER ()")) << name;
    EXPECT_TRUE(refused("FROM " + in_quotes(name) + "(1)")) << name;
    EXPECT_TRUE(refused("SELECT 1 ORDER BY (SELECT max(x) FROM (VALUES (" + in_quotes(name) + "('a'))) t(x))")) << name;
    EXPECT_TRUE(refused("UPDATE t SET a = " + in_quotes(name) + "(a) WHERE id = 1")) << name;
    EXPECT_TRUE(refused("DELETE FROM t WHERE " + in_quotes(name) + "(a)")) << name;
  }
}

TEST(Escape, EveryTableFunctionIsInOneOfTheLists) {
  Library library;
  const auto known = set_of(kRefusedTableFunctions);
  for (const auto& name : library.names(
           "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('table', 'table_macro')")) {
    EXPECT_NE(is_allowed_table_function(name), known.contains(name)) << "decide about the table function " << name;
  }
  for (const auto& name : known) {
    EXPECT_TRUE(refused("FROM " + in_quotes(name) + "()")) << name;
    EXPECT_TRUE(refused("SELECT * FROM t, LATERAL " + in_quotes(name) + "('x')")) << name;
    EXPECT_TRUE(refused("CALL " + in_quotes(name) + "()")) << name;
    EXPECT_TRUE(refused("INSERT INTO t SELECT * FROM " + in_quotes(name) + "('x')")) << name;
    EXPECT_TRUE(refused("WITH c AS (SELECT * FROM main." + in_quotes(name) + "('x')) SELECT * FROM c")) << name;
  }
}

TEST(Escape, EveryPragmaAndSettingIsRefused) {
  Library library;
  EXPECT_EQ(library.names("SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'pragma'"),
            set_of(kRefusedPragmas));
  EXPECT_EQ(library.names("SELECT name FROM duckdb_settings()"), set_of(kRefusedSettings));
  for (const auto& name : set_of(kRefusedPragmas)) {
    EXPECT_TRUE(refused("PRAGMA " + in_quotes(name))) << name;
    EXPECT_TRUE(refused("PRAGMA " + in_quotes(name) + "('x')")) << name;
  }
  for (const auto& name : set_of(kRefusedSettings)) {
    for (const auto* scope : {"", "GLOBAL ", "SESSION ", "LOCAL "}) {
      EXPECT_TRUE(refused(std::string("SET ") + scope + in_quotes(name) + " = 1")) << name;
    }
    EXPECT_TRUE(refused("RESET " + in_quotes(name))) << name;
    EXPECT_TRUE(refused("PRAGMA " + in_quotes(name) + " = 1")) << name;
    EXPECT_TRUE(refused("SELECT current_setting('" + name + "')")) << name;
  }
}

TEST(Escape, OurOwnHelpersAreNoFunctionsOfClients) {
  for (const std::string name : {"kalam_scan", "kalam_range", "kalam_count", "kalam_bounded", "kalam_replaceable",
                                 "kalam_json_member", "kalam_json_text", "kalam_json_has", "kalam_list_resize"}) {
    EXPECT_TRUE(refused("SELECT " + name + "(0)")) << name;
    EXPECT_TRUE(refused("FROM " + name + "(0)")) << name;
  }
}

TEST(Escape, EveryOtherStatementIsRefused) {
  const std::string_view attempts[] = {"ALTER TABLE t ADD COLUMN a INT",
                                       "ANALYZE",
                                       "ANALYZE t",
                                       "ATTACH ':memory:' AS m",
                                       "ATTACH '/tmp/x.db'",
                                       "CALL pragma_version()",
                                       "COPY t TO '/tmp/x'",
                                       "COPY t FROM '/tmp/x'",
                                       "COPY (SELECT 1) TO '/tmp/x.parquet'",
                                       "COPY FROM DATABASE a TO b",
                                       "CREATE TABLE t (i INT)",
                                       "CREATE TEMP TABLE t (i INT)",
                                       "CREATE TABLE t AS SELECT 1",
                                       "CREATE VIEW v AS SELECT 1",
                                       "CREATE TEMP VIEW v AS SELECT 1",
                                       "CREATE INDEX i ON t (a)",
                                       "CREATE SCHEMA s",
                                       "CREATE SEQUENCE s",
                                       "CREATE TYPE e AS ENUM ('a')",
                                       "CREATE MACRO m(a) AS a",
                                       "CREATE MACRO m() AS TABLE SELECT 1",
                                       "CREATE FUNCTION f(a) AS a",
                                       "CREATE SECRET s (TYPE s3)",
                                       "CREATE PERSISTENT SECRET s (TYPE s3)",
                                       "COMMENT ON TABLE t IS 'x'",
                                       "DEALLOCATE p",
                                       "DETACH m",
                                       "DROP TABLE t",
                                       "DROP SECRET s",
                                       "EXECUTE p",
                                       "EXPLAIN ANALYZE SELECT 1",
                                       "EXPLAIN ANALYZE DELETE FROM t WHERE true",
                                       "EXPLAIN CREATE TABLE t (i INT)",
                                       "EXPORT DATABASE '/tmp/x'",
                                       "IMPORT DATABASE '/tmp/x'",
                                       "INSTALL httpfs",
                                       "FORCE INSTALL httpfs",
                                       "INSTALL x FROM 'http://x'",
                                       "LOAD httpfs",
                                       "MERGE INTO t USING u ON (t.a = u.a) WHEN MATCHED THEN DELETE",
                                       "PRAGMA database_list",
                                       "PREPARE p AS SELECT 1",
                                       "RESET threads",
                                       "SET threads = 1",
                                       "SET VARIABLE x = 1",
                                       "RESET VARIABLE x",
                                       "SHOW TABLES",
                                       "SHOW ALL TABLES",
                                       "DESCRIBE t",
                                       "SUMMARIZE t",
                                       "FROM (DESCRIBE t)",
                                       "FROM (SHOW TABLES)",
                                       "FROM (SUMMARIZE SELECT 1)",
                                       "BEGIN",
                                       "COMMIT",
                                       "ROLLBACK",
                                       "BEGIN TRANSACTION READ ONLY",
                                       "UPDATE EXTENSIONS",
                                       "USE memory",
                                       "VACUUM",
                                       "CHECKPOINT",
                                       "FORCE CHECKPOINT",
                                       "PIVOT t ON a USING sum(b)",
                                       "FROM t PIVOT (sum(b) FOR a IN ('x'))",
                                       "UNPIVOT t ON a, b",
                                       "SELECT 1; SELECT 2",
                                       "SELECT 1; DROP TABLE t",
                                       "TRUNCATE t",
                                       "INSERT INTO t VALUES (1) RETURNING *",
                                       "INSERT OR REPLACE INTO t VALUES (1)",
                                       "DELETE FROM t WHERE a; ATTACH 'x'",
                                       "SELECT * FROM t AT (VERSION => 1)",
                                       "SELECT * FROM t AT (TIMESTAMP => now())",
                                       "SELECT * FROM t TABLESAMPLE 10%",
                                       "SELECT * FROM t POSITIONAL JOIN u",
                                       "SELECT * FROM t ASOF JOIN u ON t.a >= u.a",
                                       "SELECT COLUMNS('.*') FROM t",
                                       "SELECT COLUMNS(lambda c: c LIKE '%') FROM t",
                                       "SELECT COLUMNS(*) FROM t",
                                       "SELECT *COLUMNS('.*') FROM t",
                                       "SELECT list_transform([1], lambda x: x)",
                                       "SELECT list_transform([1], x -> x)",
                                       "SELECT list_filter([1], x -> x)",
                                       "SELECT list_reduce([1], lambda x, y: x)",
                                       "SELECT [x FOR x IN [1, 2]]",
                                       "SELECT #1",
                                       "SELECT 1::my_type",
                                       "SELECT 'a'::ENUM('a')",
                                       "SELECT memory.main.abs(1)",
                                       "SELECT system.main.abs(1)",
                                       "SELECT main.getenv('HOME')",
                                       "SELECT current_schema",
                                       "SELECT current_catalog",
                                       "SELECT current_setting('threads')",
                                       "SELECT getvariable('x')",
                                       "SELECT ? + 1",
                                       "SELECT $name",
                                       "SELECT * FROM query('SELECT 1')",
                                       "SELECT * FROM query_table('t')",
                                       "SELECT * FROM query_table(['t'])",
                                       "SELECT approx_count_distinct(1) EXPORT_STATE"};
  for (const auto sql : attempts) EXPECT_TRUE(refused(std::string(sql))) << "sql: " << sql;
}

// A file is a table that nobody has, however it is written.
TEST(Escape, NamesOfFilesAreNamesOfTables) {
  const std::string_view names[] = {"'x.csv'",
                                    "\"x.parquet\"",
                                    "'x.json'",
                                    "'x.jsonl'",
                                    "'*.csv'",
                                    "'**'",
                                    "'/proc/self/environ'",
                                    "'/dev/stdin'",
                                    "'file:/etc/passwd'",
                                    "'http://x/y.csv'",
                                    "'https://x/y.parquet'",
                                    "'s3://b/k'",
                                    "'gcs://b/k'",
                                    "'hf://x'",
                                    "'az://x'",
                                    "'x.duckdb'",
                                    "'x.db'",
                                    "'x.xlsx'",
                                    "'.csv.gz'",
                                    "ns.csv",
                                    "a.b.parquet",
                                    "\"dir/x\".json",
                                    "sqlite_master",
                                    "pragma_database_list",
                                    "duckdb_tables",
                                    "information_schema.tables",
                                    "pg_catalog.pg_class",
                                    "main.t",
                                    "temp.t",
                                    "memory.t",
                                    "system.users"};
  for (const auto name : names) {
    const auto query = ParsedQuery::parse("SELECT * FROM " + std::string(name));
    ASSERT_TRUE(query.ok()) << name << ": " << query.error();
    EXPECT_EQ(query->tables().size(), 1u) << name;
  }
}

TEST(Escape, NothingIsSmuggledInByTheWayItIsWritten) {
  const std::string nul("SELECT 1 FROM t\0 UNION SELECT getenv('HOME')", 45);
  const std::string attempts[] = {
      "SELECT /* */ getenv /* */ ('HOME')",
      "SELECT/**/getenv/**/('HOME')",
      "SELECT getenv -- \n ('HOME')",
      "SELECT \"getenv\"('HOME')",
      "SELECT `getenv`('HOME')",
      "SELECT GetEnv('HOME')",
      "SELECT 'a' || getenv('HOME')",
      "SELECT $$x$$ || getenv($$HOME$$)",
      "SELECT E'\\'' || getenv('HOME')",
      "SELECT '/*' || getenv('HOME') || '*/'",
      "SELECT '--' || getenv('HOME')",
      "SELECT \xC2\xA0getenv\xC2\xA0('HOME')",
      "SELECT \xEF\xBD\x87\xEF\xBD\x85\xEF\xBD\x94\xEF\xBD\x85\xEF\xBD\x8E\xEF\xBD\x96('HOME')",
      "SELECT 1 /* ' */ , getenv('HOME') /* ' */",
      nul,
  };
  for (const auto& sql : attempts) EXPECT_TRUE(refused(sql)) << "sql: " << sql;
}

// Each is answered within 100 ms by a release build on a machine that is not busy.
TEST(Escape, HostileTextsOfAMegabyteAreAnswered) {
  const auto repeated = [](std::string_view part, size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += part;
    return text;
  };
  constexpr size_t kBytes = 1 << 20;
  const std::string texts[] = {"SELECT " + repeated("(", kBytes),
                               "SELECT 1" + repeated(" + 1", kBytes),
                               "SELECT " + repeated("NOT ", kBytes),
                               "SELECT " + repeated("[", kBytes),
                               "SELECT 1" + repeated(" UNION SELECT 1", kBytes),
                               "SELECT '" + repeated("'", kBytes),
                               repeated("SELECT 1;", kBytes),
                               "SELECT `" + repeated("`", kBytes),
                               "SELECT " + repeated("/*", kBytes),
                               "SELECT " + repeated("- ", kBytes),
                               "SELECT " + repeated("abs(", kBytes),
                               "SELECT 'a'" + repeated(" || 'a'", kBytes),
                               "SELECT 1 WHERE 1=1" + repeated(" AND 1=1", kBytes),
                               "SELECT 1 WHERE 1=1" + repeated(" OR 1=1", kBytes),
                               "SELECT * FROM " + repeated("(SELECT * FROM ", kBytes)};
  for (const auto& text : texts) {
    EXPECT_TRUE(refused(text)) << text.substr(0, 40);
  }
}

// What a few bytes of text could make of the memory of this machine.
TEST(Escape, ValuesDoNotGrowWithoutEnd) {
  auto opened = Instance::open({});
  ASSERT_TRUE(opened.ok()) << opened.error();
  auto& instance = **opened;
  const FixedRows names({{"name", TypeTag::text, ScalarKind::utf8}}, {{Value::text("a")}});
  const auto answer = [&](const std::string& sql) -> Result<size_t> {
    auto query = TRY(instance.parse(sql));
    RunInputs inputs;
    inputs.sources.assign(query.tables().size(), &names);
    auto stream = TRY(instance.run(std::move(query), std::move(inputs)));
    std::string out;
    size_t rows = 0;
    while (const auto count = TRY(stream.append_json_rows(out))) rows += count;
    return rows;
  };
  std::string doubled = "SELECT name AS x FROM t";
  for (int i = 0; i < 28; ++i) doubled = "SELECT x || x AS x FROM (" + doubled + ")";
  const std::string attempts[] = {
      "SELECT length(repeat('x', 2000000000))",
      "SELECT length(lpad('x', 2000000000, 'y'))",
      "SELECT length(rpad('x', 2000000000))",
      "SELECT length(replace(repeat('a', 1000000), 'a', repeat('b', 1000000)))",
      "SELECT length(regexp_replace(repeat('a', 1000000), 'a', repeat('b', 1000000), 'g'))",
      "SELECT array_length(range(2000000000))",
      "SELECT array_length(generate_series(1, 2000000000))",
      "SELECT array_length(array_repeat('x', 2000000000))",
      "SELECT array_length(array_resize([1], 2000000000))",
      "SELECT length(repeat(repeat('x', 10000000), 10000000)) FROM range(10)",
      "SELECT length(x) FROM (" + doubled + ")",
      // Aggregates and joins gather what is small by itself.
      "SELECT length(string_agg(repeat('x', 1000000), ',')) FROM range(5000)",
      "SELECT array_length(list(repeat('x', 1000000) || value)) FROM range(5000)",
      "SELECT array_length(array_agg(repeat('x', 1000000) || value ORDER BY value DESC)) FROM range(5000)",
      "SELECT count(*) FROM (SELECT DISTINCT repeat('x', 100000) || value AS x FROM range(50000))",
      "SELECT a.value FROM range(100000) a, range(100000) b ORDER BY a.value * b.value LIMIT 5000000",
      "SELECT length(max(x)) FROM (SELECT repeat('x', 50000) || a.value AS x FROM range(2000) a, range(50) b GROUP BY "
      "1)",
      "SELECT count(*) FROM (SELECT row_number() OVER (ORDER BY x) AS n, x FROM (SELECT repeat('x', 100000) || value "
      "AS x FROM range(20000)))",
  };
  for (const auto& sql : attempts) {
    const auto rows = answer(sql);
    ASSERT_FALSE(rows.ok()) << "sql: " << sql;
    EXPECT_EQ(rows.error().code, ErrorCode::limit_exceeded) << "sql: " << sql << ": " << rows.error();
  }
  EXPECT_TRUE(answer("SELECT 1").ok());
}

// Throws what DuckDB takes for the end of the world, as a broken function of its own would.
class BrokenRows final : public RowSource {
 public:
  explicit BrokenRows(bool fatal) : fatal_(fatal) {}
  const std::vector<SourceColumn>& columns() const override { return columns_; }
  Result<std::unique_ptr<RowCursor>> open(const ScanRequest&) const override {
    return std::unique_ptr<RowCursor>(std::make_unique<Cursor>(fatal_));
  }

 private:
  class Cursor final : public RowCursor {
   public:
    explicit Cursor(bool fatal) : fatal_(fatal) {}
    Result<bool> next(std::vector<Value>&) override {
      if (fatal_) throw duckdb::FatalException("a fatal error");
      throw duckdb::InternalException("an internal error");
    }

   private:
    const bool fatal_;
  };
  const bool fatal_;
  const std::vector<SourceColumn> columns_{{"id", TypeTag::bigint, ScalarKind::int64}};
};

TEST(Escape, AnInternalErrorOfOneQueryIsNoErrorOfOthers) {
  auto opened = Instance::open({});
  ASSERT_TRUE(opened.ok()) << opened.error();
  auto& instance = **opened;
  const auto first_rows = [&](const RowSource* source, std::string& out) -> Result<size_t> {
    auto query = TRY(instance.parse(source ? "SELECT max(id) FROM t" : "SELECT 1"));
    RunInputs inputs;
    if (source) inputs.sources.push_back(source);
    inputs.path = Path::engine;
    auto stream = TRY(instance.run(std::move(query), std::move(inputs)));
    return stream.append_json_rows(out);
  };
  for (const bool fatal : {false, true, true}) {
    const BrokenRows broken(fatal);
    std::string out;
    const auto failed = first_rows(&broken, out);
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().code, ErrorCode::internal);
    EXPECT_EQ(failed.error().message, "the query engine failed");
    const auto fine = first_rows(nullptr, out);
    ASSERT_TRUE(fine.ok()) << fine.error();
    EXPECT_EQ(out, R"(["1"])");
  }
}

}  // namespace
}  // namespace kalam::duck
