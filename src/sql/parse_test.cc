#include "sql/parse.h"

#include <gtest/gtest.h>

#include "sql/fingerprint.h"
#include "sql/testing/shown.h"

namespace kalam::sql {
namespace {

TEST(Parse, SplitsTexts) {
  struct Case {
    std::string_view sql;
    std::vector<std::string> statements;
  };
  const Case cases[] = {
      {"SELECT 1", {"SELECT 1"}},
      {"  select 1 ; ", {"select 1"}},
      {"SELECT 1; ;; SELECT ';' -- x;y\n", {"SELECT 1", "SELECT ';'"}},
      // Case 1
      {"SELECT 1; -- two;\nSELECT 2; /* ; */ SELECT 3", {"SELECT 1", "SELECT 2", "SELECT 3"}},
      // Case 2
      {"SELECT ';', '--', '/* x */', 'it''s'", {"SELECT ';', '--', '/* x */', 'it''s'"}},
      {"WITH a AS (SELECT 1) SELECT * FROM a", {"WITH a AS (SELECT 1) SELECT * FROM a"}},
      {"/* note */ (SELECT 1)", {"(SELECT 1)"}},
      {"((SELECT 1)) UNION SELECT 2", {"((SELECT 1)) UNION SELECT 2"}},
      {"SELECT 1 /* a /* b */ + 2", {"SELECT 1 + 2"}},        // the engine would wait for a second end
      {"SELECT 1 -- a\r; SELECT 2\n+ 3", {"SELECT 1\n+ 3"}},  // and end the comment at the \r
      {"(/* a */SELECT/**/1 --\n)", {"( SELECT 1\n)"}},
      {"SELECT '-- a' || \"/* b\"", {"SELECT '-- a' || \"/* b\""}},
      {"SELECT 1e'\\'; SELECT 2'", {"SELECT 1e'\\'; SELECT 2'"}},
      {"BEGIN; INSERT INTO t VALUES (1); COMMIT", {"BEGIN", "INSERT INTO t VALUES (1)", "COMMIT"}},
      // A text without an end, alone: the engine says so, and sees nothing of it.
      {"SELECT 'abc", {"SELECT '"}},
      {"DELETE FROM \"((", {"DELETE FROM \""}},
      {"SELECT $tag$ $$", {"SELECT $tag$"}},
      {"SELECT e'x\\'", {"SELECT e'"}},
  };
  for (const auto& [sql, expected] : cases) {
    const auto statements = parse(sql);
    ASSERT_TRUE(statements.ok()) << sql << ": " << statements.error();
    std::vector<std::string> found;
    for (const auto& statement : *statements) found.push_back(statement.text);
    EXPECT_EQ(found, expected) << "sql: " << sql;
  }
}

// The classification table of spec sql 1.3: kind, gate and effect by the first words.
TEST(SqlSpec, ClassifiesByFirstWords) {
  struct Case {
    std::string_view sql;
    StatementKind kind;
    std::string_view gate = "";  // behind "… required for "; DBA and system pass
  };
  using enum StatementKind;
  const Case cases[] = {
      {"SELECT 1", select},
      {"(SELECT 1)", select},
      {"with a as (select 1) select * from a", select},
      {"INSERT INTO t VALUES (1)", insert},
      {"UPDATE t SET a = 1 WHERE b = 2", update},
      {"DELETE FROM t WHERE a = 1", remove},
      {"CREATE NAMESPACE a", create_namespace, "namespace operations"},
      {"ALTER NAMESPACE a SET OPTIONS (b = 1)", alter_namespace, "namespace operations"},
      {"DROP NAMESPACE a", drop_namespace, "namespace operations"},
      {"SHOW NAMESPACES", show_namespaces},
      {"USE a", use_namespace},
      {"USE NAMESPACE a", use_namespace},
      {"SET NAMESPACE a", use_namespace},
      {"CREATE STORAGE a TYPE filesystem PATH '/a'", create_storage, "storage operations"},
      {"ALTER STORAGE a SET NAME 'b'", alter_storage, "storage operations"},
      {"DROP STORAGE a", drop_storage, "storage operations"},
      {"STORAGE CHECK a", check_storage, "storage operations"},
      {"SHOW STORAGES", show_storages},
      {"CREATE VIEW v AS SELECT 1", create_view},
      {"CREATE OR REPLACE VIEW v AS SELECT 1", create_view},
      {"DROP VIEW v", drop_view},
      {"CREATE TABLE t (a INT)", create_table},
      {"CREATE USER TABLE t (a INT)", create_table},
      {"CREATE SHARED TABLE t (a INT)", create_table},
      {"CREATE STREAM TABLE t (a INT) WITH (TTL_SECONDS = 1)", create_table},
      {"ALTER TABLE t DROP a", alter_table},
      {"ALTER USER TABLE t DROP a", alter_table},
      {"DROP TABLE t", drop_table},
      {"DROP STREAM TABLE t", drop_table},
      {"SHOW TABLES", show_tables},
      {"DESCRIBE TABLE t", describe_table},
      {"DESC TABLE t", describe_table},
      {"SHOW STATS FOR TABLE t", show_stats},
      {"STORAGE FLUSH ALL", flush_all},
      {"STORAGE FLUSH TABLE a.t", flush_table},
      {"STORAGE COMPACT ALL", compact_all},
      {"STORAGE COMPACT TABLE a.t", compact_table},
      {"SHOW MANIFEST", show_manifest},
      {"SHOW EXPORT", show_export},
      {"EXPORT USER DATA", export_user_data},
      {"KILL JOB 'a'", kill_job, "job management"},
      {"KILL LIVE QUERY 'a'", kill_live_query},
      {"CLUSTER SNAPSHOT", cluster_snapshot, "cluster operations"},
      {"CLUSTER PURGE 5", cluster_purge, "cluster operations"},
      {"CLUSTER TRIGGER ELECTION", cluster_trigger_election, "cluster operations"},
      {"CLUSTER TRIGGER-ELECTION", cluster_trigger_election, "cluster operations"},
      {"CLUSTER TRANSFER LEADER 2", cluster_transfer_leader, "cluster operations"},
      {"CLUSTER TRANSFER-LEADER 2", cluster_transfer_leader, "cluster operations"},
      {"CLUSTER JOIN 2 a:1 b:2", cluster_join, "cluster operations"},
      {"CLUSTER LEAVE 2", cluster_leave, "cluster operations"},
      {"CLUSTER REBALANCE", cluster_rebalance, "cluster operations"},
      {"CLUSTER STEPDOWN", cluster_step_down, "cluster operations"},
      {"CLUSTER STEP-DOWN", cluster_step_down, "cluster operations"},
      {"CLUSTER CLEAR", cluster_clear, "cluster operations"},
      {"BEGIN", begin},
      {"begin work", begin},
      {"BEGIN TRANSACTION", begin},
      {"START TRANSACTION", begin},
      {"COMMIT", commit},
      {"COMMIT TRANSACTION", commit},
      {"ROLLBACK WORK", rollback},
      {"SUBSCRIBE TO a.t", subscribe_to},
      {"CREATE TOPIC a.t", create_topic, "topic management"},
      {"DROP TOPIC a.t", drop_topic, "topic management"},
      {"CLEAR TOPIC a.t", clear_topic, "topic management"},
      {"ALTER TOPIC a.t ADD SOURCE t ON INSERT", add_topic_source, "topic management"},
      {"CONSUME FROM a.t", consume},
      {"ACK a.t GROUP 'g' UPTO OFFSET 1", ack},
      {"BACKUP DATABASE TO '/b'", backup_database, "backup operations"},
      {"RESTORE DATABASE FROM '/b'", restore_database, "restore operations"},
      {"CREATE USER a WITH INTERNAL ROLE user", create_user, "user management"},
      {"DROP USER a", drop_user, "user management"},
      {"ALTER USER a UNLOCK", alter_user},
      {"EXPLAIN SELECT 1", explain, "EXPLAIN commands"},
      {"SET a = 1", set_setting, "SET commands"},
      {"SHOW COLUMNS FROM t", show_columns, "SHOW COLUMNS"},
      {"SHOW ALL", show_all, "SHOW ALL"},
      {"DESCRIBE t", describe_relation, "DESCRIBE"},
      {"DESC t", describe_relation, "DESC"},
  };
  std::vector<bool> seen(kStatementKinds);
  for (const auto& [sql, kind, gate] : cases) {
    const auto statements = parse(sql);
    ASSERT_TRUE(statements.ok()) << sql << ": " << statements.error();
    const auto& statement = statements->front();
    seen[static_cast<size_t>(kind)] = true;
    EXPECT_EQ(statement.kind, kind) << sql;
    EXPECT_EQ(statement.body.index(), static_cast<size_t>(kind)) << sql;
    EXPECT_EQ(statement.gate.refusal,
              gate.empty() ? "" : "Admin privileges (DBA or System role) required for " + std::string(gate))
        << sql;
    EXPECT_EQ(statement.gate.admits(Role::service), gate.empty()) << sql;
    EXPECT_TRUE(statement.gate.admits(Role::dba)) << sql;
  }
  for (size_t i = 0; i < seen.size(); ++i) {
    EXPECT_TRUE(seen[i]) << "no case for " << name_of(static_cast<StatementKind>(i));
  }
}

TEST(Statement, SaysWhatItChanges) {
  const auto effect = [](std::string_view sql) { return parse(sql)->front().effect(); };
  EXPECT_EQ(effect("SELECT 1"), Effect::reads);
  EXPECT_EQ(effect("USE a"), Effect::session);
  EXPECT_EQ(effect("DELETE FROM t WHERE a = 1"), Effect::rows);
  EXPECT_EQ(effect("CONSUME FROM a.t"), Effect::delivers);
  EXPECT_EQ(effect("CREATE USER a WITH INTERNAL ROLE user"), Effect::commands);
  EXPECT_FALSE(parse("BEGIN")->front().writes());
  EXPECT_TRUE(parse("DROP TABLE t")->front().writes());
}

TEST(Parse, RefusesWithTheTextsOfTheDialect) {
  struct Case {
    std::string_view sql;
    ErrorCode code;
    std::string_view message;
  };
  const Case cases[] = {
      // Case 5
      {"", ErrorCode::not_found, "No SQL statements provided"},
      {"-- only\n/* comments */", ErrorCode::not_found, "No SQL statements provided"},
      {" ; -- nothing\n;", ErrorCode::not_found, "No SQL statements provided"},
      // Case 3, Case 4
      {"SELECT 1; SELECT 'abc", ErrorCode::invalid_operation,
       "Failed to parse SQL batch: Unterminated quoted string in SQL batch"},
      {"SELECT 1; SELECT \"abc", ErrorCode::invalid_operation,
       "Failed to parse SQL batch: Unterminated quoted string in SQL batch"},
      {"SELECT 1; SELECT `abc", ErrorCode::invalid_operation,
       "Failed to parse SQL batch: Unterminated quoted string in SQL batch"},
      {"SELECT 1; /* abc", ErrorCode::invalid_operation,
       "Failed to parse SQL batch: Unterminated block comment in SQL batch"},
      {"SELECT 1 /* abc", ErrorCode::invalid_operation,
       "Failed to parse SQL batch: Unterminated block comment in SQL batch"},
      {"CREATE NAMESPACE 'abc", ErrorCode::invalid_input, "Entity name is required after CREATE NAMESPACE"},
      // Case 7
      {"FOO BAR", ErrorCode::invalid_input,
       "sql parser error: Expected: an SQL statement, found: FOO at Line: 1, Column: 1"},
      // Case 10: places are those inside of the statement.
      {"INSERT INTO app.conf VALUES ('a','1'); SELEC 1", ErrorCode::invalid_input,
       "sql parser error: Expected: an SQL statement, found: SELEC at Line: 1, Column: 1"},
      {"SELECT 1;\n  CREATE TABLE\n größe.x ä", ErrorCode::invalid_input,
       "Invalid CREATE TABLE statement: Invalid namespace name 'größe'. Only alphanumeric characters and underscores "
       "are allowed (line 2, col 2)."},
      {"()", ErrorCode::invalid_input, "sql parser error: Expected: an SQL statement, found: ) at Line: 1, Column: 2"},
      {{"SELECT 1\0 + 1", 13}, ErrorCode::invalid_input, "SQL text cannot contain null bytes"},
      {{"SELECT 1; SELECT '\0'", 20}, ErrorCode::invalid_input, "SQL text cannot contain null bytes"},
      {"SELECT '\xC3'", ErrorCode::invalid_input, "SQL text is not valid UTF-8 at byte 8"},
      // Letters that look like others are letters, blanks that look like blanks are not.
      {"ＳＥＬＥＣＴ 1", ErrorCode::invalid_input,
       "sql parser error: Expected: an SQL statement, found: ＳＥＬＥＣＴ at Line: 1, Column: 1"},
      {"SELECT\u00A01", ErrorCode::invalid_input,
       "sql parser error: Expected: an SQL statement, found: SELECT\u00A01 at Line: 1, Column: 1"},
      {"\"SELECT\" 1", ErrorCode::invalid_input,
       "sql parser error: Expected: an SQL statement, found: \"SELECT\" at Line: 1, Column: 1"},
      // Case 8
      {"TRUNCATE TABLE app.notes", ErrorCode::not_supported, "Unsupported statement type: TRUNCATE TABLE app.notes"},
      {"MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE", ErrorCode::not_supported,
       "Unsupported statement type: MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE"},
      {"GRANT SELECT ON a TO b", ErrorCode::not_supported, "Unsupported statement type: GRANT SELECT ON a TO b"},
      {"ATTACH ':memory:' AS m", ErrorCode::not_supported, "Unsupported statement type: ATTACH ':memory:' AS m"},
      {"CREATE INDEX i ON t (a)", ErrorCode::not_supported, "Unsupported statement type: CREATE INDEX i ON t (a)"},
      {"CREATE OR REPLACE TABLE t (a INT)", ErrorCode::not_supported,
       "Unsupported statement type: CREATE OR REPLACE TABLE t (a INT)"},
      {"VALUES (1), (2)", ErrorCode::not_supported, "Unsupported statement type: VALUES (1), (2)"},
      {"(VALUES (1))", ErrorCode::not_supported, "Unsupported statement type: (VALUES (1))"},
      {"SHOW timezone", ErrorCode::not_supported, "Unsupported statement type: SHOW timezone"},
      {"SHOW FULL COLUMNS FROM t", ErrorCode::not_supported, "Unsupported statement type: SHOW FULL COLUMNS FROM t"},
      {"SAVEPOINT a", ErrorCode::not_supported, "Unsupported statement type: SAVEPOINT a"},
      {"END", ErrorCode::not_supported, "Unsupported statement type: END"},
      {"EXECUTE p", ErrorCode::not_supported, "Unsupported statement type: EXECUTE p"},
      {"ABORT", ErrorCode::invalid_input,
       "sql parser error: Expected: an SQL statement, found: ABORT at Line: 1, Column: 1"},
      {"START", ErrorCode::invalid_input, "sql parser error: Expected: TRANSACTION, found: EOF"},
      {"STORAGE FLUSH", ErrorCode::invalid_input,
       "sql parser error: Expected: an SQL statement, found: STORAGE at Line: 1, Column: 1"},
      // Case 11
      {"CLUSTER LIST", ErrorCode::invalid_input,
       "CLUSTER LIST is a CLI-only command. Use \\cluster list in kalam, or query system.cluster and "
       "system.cluster_groups directly."},
      // What a transaction cannot promise (spec transactions 2).
      {"BEGIN ISOLATION LEVEL SERIALIZABLE", ErrorCode::invalid_input,
       "Unexpected tokens after BEGIN: 'ISOLATION LEVEL SERIALIZABLE'"},
      {"COMMIT AND CHAIN", ErrorCode::invalid_input, "Unexpected tokens after COMMIT: 'AND CHAIN'"},
      {"ROLLBACK TO x", ErrorCode::invalid_input, "Unexpected tokens after ROLLBACK: 'TO x'"},
  };
  for (const auto& [sql, code, message] : cases) {
    const auto statements = parse(sql);
    ASSERT_FALSE(statements.ok()) << "sql: " << sql;
    EXPECT_EQ(statements.error().code, code) << "sql: " << sql;
    EXPECT_EQ(statements.error().message, message) << "sql: " << sql;
  }
}

// Case 9, Case 97, Case 107: a missing right is told before what is wrong behind it, so the script keeps the gates.
TEST(SqlSpec, Case9_GatesComeBeforeErrors) {
  auto script = read_script("SELECT 1; CREATE NAMESPACE zz; SELEC 1");
  ASSERT_EQ(script.statements.size(), 2U);
  EXPECT_FALSE(script.statements[1].gate.admits(Role::user));
  ASSERT_TRUE(script.refusal);
  EXPECT_TRUE(script.refusal->gate.admits(Role::user));

  script = read_script("KILL JOB");
  ASSERT_TRUE(script.refusal);
  EXPECT_EQ(script.refusal->error.message, "KILL JOB requires a job_id");
  EXPECT_EQ(script.refusal->gate.refusal, "Admin privileges (DBA or System role) required for job management");
  // Always the same, whoever asks.
  EXPECT_TRUE(read_script("CLUSTER LIST").refusal->gate.admits(Role::user));
}

TEST(SqlSpec, Case98_ExecuteAsUserIsUnwrapped) {
  struct Case {
    std::string_view sql;
    std::string_view user;
    std::string_view text;
  };
  const Case cases[] = {
      {"EXECUTE AS USER 'bob' (SELECT 1)", "bob", "SELECT 1"},
      {"execute as user Bob ( DELETE FROM t WHERE a = ')' ) ;", "Bob", "DELETE FROM t WHERE a = ')'"},
      {"EXECUTE AS USER u-1(SELECT (1))", "u-1", "SELECT (1)"},
      {"EXECUTE AS USER 'o''hara' (CREATE NAMESPACE z)", "o'hara", "CREATE NAMESPACE z"},
      {"EXECUTE AS USER 'bob' (SELECT 'a)b' AS s, ')' AS \"(\")", "bob", "SELECT 'a)b' AS s, ')' AS \"(\""},
  };
  for (const auto& [sql, user, text] : cases) {
    const auto statements = parse(sql);
    ASSERT_TRUE(statements.ok()) << sql << ": " << statements.error();
    EXPECT_EQ(statements->front().as_user, user) << sql;
    EXPECT_EQ(statements->front().text, text) << sql;
  }
  EXPECT_EQ(parse("EXECUTE AS USER 'bob' (CREATE NAMESPACE z)")->front().gate.refusal,
            "Admin privileges (DBA or System role) required for namespace operations");
}

TEST(SqlSpec, Case100_WrongWrappersAreTold) {
  struct Case {
    std::string_view sql;
    std::string_view message;
    ErrorCode code = ErrorCode::invalid_identifier;
  };
  const Case cases[] = {
      {"EXECUTE AS USER 'bob' SELECT 1", "EXECUTE AS USER must wrap SQL in parentheses"},
      {"EXECUTE AS USER 'bob (SELECT 1)", "EXECUTE AS USER username quote was not closed"},
      {"EXECUTE AS USER 'bob' (SELECT 1", "EXECUTE AS USER missing closing ')'"},
      {"EXECUTE AS USER 'bob' (SELECT 1; SELECT 2)", "EXECUTE AS USER missing closing ')'"},
      {"EXECUTE AS USER 'bob' ()", "EXECUTE AS USER requires a non-empty inner SQL statement"},
      {"EXECUTE AS USER 'bob' (SELECT 1) x", "EXECUTE AS USER must contain exactly one wrapped SQL statement"},
      {"EXECUTE AS USER", "EXECUTE AS USER username cannot be empty"},
      {"EXECUTE AS USER '' (SELECT 1)", "EXECUTE AS USER username cannot be empty"},
      {"EXECUTE AS USER (SELECT 1)", "EXECUTE AS USER username cannot be empty"},
      {"EXECUTE AS USER 'a/b' (SELECT 1)", "User ID cannot contain '/' (directory separator)"},
      {"EXECUTE AS USER 'a..b' (SELECT 1)", "User ID cannot contain '..' (path traversal)"},
      {"EXECUTE AS USER 'bob' (BEGIN)", "EXECUTE AS USER cannot wrap BEGIN"},
      {"EXECUTE AS 'bob' (SELECT 1)", "sql parser error: Expected: USER, found: 'bob' at Line: 1, Column: 12",
       ErrorCode::invalid_input},
      {"EXECUTE AS USER 'bob' (EXECUTE AS USER 'eve' (SELECT 1))",
       "sql parser error: EXECUTE AS USER cannot stand inside another", ErrorCode::invalid_input},
      {"EXECUTE AS USER 'bob' (SELEC 1)",
       "sql parser error: Expected: an SQL statement, found: SELEC at Line: 1, Column: 1", ErrorCode::invalid_input},
  };
  for (const auto& [sql, message, code] : cases) {
    const auto statements = parse(sql);
    ASSERT_FALSE(statements.ok()) << sql;
    EXPECT_EQ(statements.error().message, message) << sql;
    EXPECT_EQ(statements.error().code, code) << sql;
  }
  EXPECT_FALSE(parse("EXECUTE AS USER 'bob' (EXECUTE AS USER 'alice' (SELECT 1))").ok());
}

TEST(SqlSpec, Case91_SessionWordsAreCalls) {
  struct Case {
    std::string_view sql;
    std::string_view text;
  };
  const Case cases[] = {
      {"SELECT 'current_user' AS x, CURRENT_USER() AS me, CURRENT_USER AS me2, CURRENT_ROLE() AS r",
       "SELECT 'current_user' AS x, CURRENT_USER() AS me, CURRENT_USER() AS me2, CURRENT_ROLE() AS r"},
      {"SELECT current_role, (current_user)", "SELECT current_role(), (current_user())"},
      {"SELECT 1 AS current_user", "SELECT 1 AS current_user"},
      {"SELECT a current_user FROM t", "SELECT a current_user FROM t"},
      {"SELECT t.current_user, \"current_user\" FROM t", "SELECT t.current_user, \"current_user\" FROM t"},
      {"SELECT current_user.x FROM current_user", "SELECT current_user.x FROM current_user"},
      {"DELETE FROM t WHERE owner=CURRENT_USER AND a", "DELETE FROM t WHERE owner=CURRENT_USER() AND a"},
      {"INSERT INTO t (current_user, b) VALUES (CURRENT_USER, 1)",
       "INSERT INTO t (current_user, b) VALUES (CURRENT_USER(), 1)"},
      {"UPDATE t SET current_user = CURRENT_USER, current_role = 'x' WHERE current_user = 'a'",
       "UPDATE t SET current_user = CURRENT_USER(), current_role = 'x' WHERE current_user() = 'a'"},
      {"SELECT $$current_user$$, current_users", "SELECT $$current_user$$, current_users"},
      {"EXPLAIN SELECT CURRENT_USER", "EXPLAIN SELECT CURRENT_USER()"},
  };
  for (const auto& [sql, text] : cases) {
    const auto statements = parse(sql);
    ASSERT_TRUE(statements.ok()) << sql << ": " << statements.error();
    EXPECT_EQ(statements->front().text, text);
  }
  EXPECT_EQ(Shown::of(parse("CREATE VIEW v AS SELECT CURRENT_USER AS u")->front()),
            "CREATE VIEW view=v query=SELECT CURRENT_USER() AS u");
}

TEST(Parse, QuotedKeywordsStayNamesOfTheirOwn) {
  const auto text_of = [](std::string_view sql) { return parse(sql)->front().text; };
  EXPECT_EQ(text_of("SELECT at FROM t"), "SELECT \"at\" FROM t");
  EXPECT_EQ(text_of("SELECT at\"x\" FROM t"), "SELECT \"at\" \"x\" FROM t");
  EXPECT_EQ(text_of("SELECT a\"x\"at FROM t"), "SELECT a\"x\" \"at\" FROM t");
}

TEST(SqlSpec, Case12_LengthAndDepthAreBounded) {
  const auto nested = [](size_t depth) { return "SELECT " + std::string(depth, '(') + "1" + std::string(depth, ')'); };
  EXPECT_TRUE(parse(nested(150)).ok());
  EXPECT_EQ(parse(nested(151)).error().code, ErrorCode::limit_exceeded);
  EXPECT_TRUE(parse("SELECT '" + std::string(500, '(') + "'").ok()) << "brackets inside a text do not count";

  const auto exact = "SELECT '" + std::string(1'048'576 - 9, 'x') + "'";
  EXPECT_TRUE(parse(exact).ok());
  EXPECT_EQ(parse(exact + " ").error().message, "SQL query too long: 1048577 bytes (maximum 1048576 bytes)");
}

// Each costs a few milliseconds. One that is read over and over again would take minutes, and the time limit of the
// test would tell.
TEST(Parse, HostileTextsAreReadOnce) {
  const auto repeated = [](std::string_view part) {
    std::string text;
    while (text.size() < 262'144) text += part;
    return text;
  };
  const std::string_view fronts[] = {"",
                                     "SELECT ",
                                     "INSERT INTO t VALUES ",
                                     "DELETE FROM t WHERE a = 1 AND ",
                                     "CREATE TABLE t (a INT DEFAULT ",
                                     "ALTER NAMESPACE a SET OPTIONS (",
                                     "CREATE STORAGE a ",
                                     "SUBSCRIBE TO t WHERE ",
                                     "EXECUTE AS USER a ("};
  const std::string_view parts[] = {"$",
                                    "$a",
                                    "$a ",
                                    "$a$ $b$",
                                    "/*",
                                    "/**/",
                                    "--",
                                    "--\n",
                                    "'",
                                    "''",
                                    "E'\\",
                                    "\"",
                                    "`",
                                    ";",
                                    "select;",
                                    "(",
                                    "()",
                                    ")",
                                    "1e",
                                    ".",
                                    "\xFF",
                                    "- ",
                                    "a",
                                    "a;",
                                    "a,",
                                    "a=1,",
                                    "-",
                                    "+",
                                    "(1),",
                                    "a = 'b' AND ",
                                    "current_user ",
                                    "NULL "};
  for (const auto front : fronts) {
    for (const auto part : parts) {
      const auto script = read_script(std::string(front) + repeated(part));
      EXPECT_TRUE(script.refusal || !script.statements.empty()) << front << part;
      for (const auto& statement : script.statements) shape_of(statement);
    }
  }
}

}  // namespace
}  // namespace kalam::sql
