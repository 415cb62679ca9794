// What each statement says, and the texts with which it is refused.

#include <gtest/gtest.h>

#include "sql/parse.h"
#include "sql/testing/shown.h"

namespace kalam::sql {
namespace {

struct Case {
  std::string_view sql;
  std::string_view expected;  // as shown, or "! " and the message
};

std::string outcome(std::string_view sql) {
  const auto statements = parse(sql);
  if (!statements.ok()) return "! " + statements.error().message;
  return Shown::of(statements->front());
}

template <size_t kCount>
void expect_all(const Case (&cases)[kCount]) {
  for (const auto& [sql, expected] : cases) EXPECT_EQ(outcome(sql), expected) << "sql: " << sql;
}

// Cases 13, 14, 15 (the rules for names are the catalog's), 20, 21, 22, 23
TEST(SqlSpec, Cases13To23_Namespaces) {
  const Case cases[] = {
      {"CREATE NAMESPACE Shop", "CREATE NAMESPACE name=shop"},
      {"CREATE NAMESPACE IF NOT EXISTS \"Shop\"", "CREATE NAMESPACE name=shop if_not_exists"},
      {"CREATE NAMESPACE 1abc", "CREATE NAMESPACE name=1abc"},
      {"CREATE NAMESPACE a-b", "CREATE NAMESPACE name=a-b"},
      {"CREATE NAMESPACE select", "CREATE NAMESPACE name=select"},
      {"CREATE NAMESPACE `a b`", "CREATE NAMESPACE name=a b"},
      {"CREATE NAMESPACE", "! Entity name is required after CREATE NAMESPACE"},
      {"CREATE NAMESPACE IF NOT EXISTS", "! Entity name is required after CREATE NAMESPACE"},
      {"CREATE NAMESPACE a b", "! Unexpected tokens after CREATE NAMESPACE: 'b'"},
      {"ALTER NAMESPACE app SET OPTIONS (a = 'x', b = 2, c = true)", "ALTER NAMESPACE name=app a=\"x\" b=2 c=true"},
      {"alter namespace App set options (d = -3.5, e = 'y, z',)", "ALTER NAMESPACE name=app d=-3.5 e=\"y, z\""},
      {"ALTER NAMESPACE shop SET OPTIONS ()", "ALTER NAMESPACE name=shop"},
      {"ALTER NAMESPACE shop SET DESCRIPTION 'x'", "! Expected SET OPTIONS clause"},
      {"ALTER NAMESPACE", "! Expected SET OPTIONS clause"},
      {"ALTER NAMESPACE SET OPTIONS (a = 1)", "! Namespace name is required"},
      {"ALTER NAMESPACE shop SET OPTIONS a = 1", "! Options must be enclosed in parentheses"},
      {"ALTER NAMESPACE shop SET OPTIONS (a = 1", "! sql parser error: Expected: , or ), found: EOF"},
      {"ALTER NAMESPACE shop SET OPTIONS (a)", "! Invalid option format: a"},
      {"ALTER NAMESPACE shop SET OPTIONS (a = b)", "! Invalid value format: b"},
      {"DROP NAMESPACE Shop CASCADE", "DROP NAMESPACE name=shop cascade"},
      {"DROP NAMESPACE IF EXISTS shop", "DROP NAMESPACE name=shop if_exists"},
      {"DROP NAMESPACE", "! Entity name is required after DROP NAMESPACE"},
      {"DROP NAMESPACE IF EXISTS", "! Entity name is required after DROP NAMESPACE"},
      {"DROP NAMESPACE a, b", "! Unexpected tokens after DROP NAMESPACE: ', b'"},
      {"SHOW NAMESPACES LIKE 'x'", "! Expected SHOW NAMESPACES statement"},
      {"USE App", "USE name=app"},
      {"USE NAMESPACE 'app'", "USE name=app"},
      {"SET NAMESPACE `app`", "USE name=app"},
      {"USE", "! Expected USE, USE NAMESPACE, or SET NAMESPACE statement, got: USE"},
      {"USE NAMESPACE", "! USE NAMESPACE requires a namespace name"},
      {"SET NAMESPACE", "! SET NAMESPACE requires a namespace name"},
      {"USE ''", "! Namespace ID cannot be empty"},
      {"USE a/b", "! Namespace ID cannot contain path separators"},
  };
  expect_all(cases);
}

// Cases 24 to 41, as far as the text alone decides
TEST(SqlSpec, Cases24To41_CreateTable) {
  const Case cases[] = {
      {"CREATE USER TABLE app.notes (id BIGINT PRIMARY KEY, title TEXT NOT NULL, n INT)",
       "CREATE TABLE table=app.notes kind=user [id BIGINT PRIMARY KEY] [title TEXT NOT NULL] [n INT]"},
      {"CREATE TABLE IF NOT EXISTS App.T1 (Id BIGINT PRIMARY KEY, \"FirstName\" TEXT,)",
       "CREATE TABLE table=app.t1 if_not_exists [id BIGINT PRIMARY KEY] [firstname TEXT]"},
      {"CREATE TABLE q (id INT PRIMARY KEY)", "CREATE TABLE table=q [id INT PRIMARY KEY]"},  // Case 19
      {"CREATE TABLE t (id INT, PRIMARY KEY (ID))", "CREATE TABLE table=t [id INT PRIMARY KEY]"},
      {"CREATE TABLE t (id INT, CONSTRAINT pk PRIMARY KEY (id))", "CREATE TABLE table=t [id INT PRIMARY KEY]"},
      {"CREATE TABLE t (user TEXT, key TEXT, value TEXT, role TEXT, status TEXT, timestamp TIMESTAMP, check INT)",
       "CREATE TABLE table=t [user TEXT] [key TEXT] [value TEXT] [role TEXT] [status TEXT] [timestamp TIMESTAMP] "
       "[check INT]"},  // Case 35
      // Case 36
      {"CREATE TABLE t (id BIGINT PRIMARY KEY DEFAULT SNOWFLAKE_ID(), u TEXT DEFAULT UUID_V7(), l TEXT DEFAULT ULID(), "
       "c TIMESTAMP DEFAULT NOW(), d TIMESTAMP DEFAULT CURRENT_TIMESTAMP, by TEXT DEFAULT CURRENT_USER(), e TEXT "
       "DEFAULT "
       "current_user, s TEXT DEFAULT 'a''b', f INT DEFAULT 5, t BOOLEAN DEFAULT TRUE, n INT DEFAULT NULL)",
       "CREATE TABLE table=t [id BIGINT PRIMARY KEY DEFAULT SNOWFLAKE_ID()] [u TEXT DEFAULT UUID_V7()] [l TEXT DEFAULT "
       "ULID()] [c TIMESTAMP DEFAULT NOW()] [d TIMESTAMP DEFAULT CURRENT_TIMESTAMP()] [by TEXT DEFAULT CURRENT_USER()] "
       "[e TEXT DEFAULT CURRENT_USER()] [s TEXT DEFAULT 'a''b'] [f INT DEFAULT 5] [t BOOLEAN DEFAULT TRUE] [n INT "
       "DEFAULT NULL]"},
      // Case 37
      {"CREATE TABLE t (id BIGINT AUTO_INCREMENT PRIMARY KEY, a BIGSERIAL, b BIGINT GENERATED ALWAYS AS IDENTITY, c "
       "BIGINT GENERATED BY DEFAULT AS IDENTITY (START WITH 1), d BIGINT auto increment, e SERIAL DEFAULT 3)",
       "CREATE TABLE table=t [id BIGINT PRIMARY KEY DEFAULT SNOWFLAKE_ID()] [a BIGINT DEFAULT SNOWFLAKE_ID()] [b "
       "BIGINT "
       "DEFAULT SNOWFLAKE_ID()] [c BIGINT DEFAULT SNOWFLAKE_ID()] [d BIGINT DEFAULT SNOWFLAKE_ID()] [e BIGINT DEFAULT "
       "3]"},
      // Case 38
      {"CREATE TABLE app.x (id INT PRIMARY KEY) USING kalamdb WITH (TYPE='USER')",
       "CREATE TABLE table=app.x kind=user [id INT PRIMARY KEY]"},
      {"CREATE TABLE t (a DECIMAL(10, 2), b TIMESTAMP(3) WITH TIME ZONE, c DOUBLE PRECISION, d EMBEDDING(3), e "
       "CHARACTER VARYING(20) COMMENT 'e''s', f INT[], g STRUCT<a INT, b TEXT>, h ENUM('x', 'y'), i CHARACTER LARGE "
       "OBJECT)",
       "CREATE TABLE table=t [a DECIMAL(10, 2)] [b TIMESTAMP] [c DOUBLE] [d EMBEDDING(3)] [e TEXT COMMENT e's] [f "
       "TEXT] "
       "[g TEXT] [h TEXT] [i TEXT]"},
      {"CREATE TABLE t (a INT DEFAULT -5, b TEXT DEFAULT 'a'::text, c TEXT DEFAULT (5)::TEXT, d INT DEFAULT CAST('7' "
       "AS "
       "INT), e DECIMAL(4,2) DEFAULT 1.50, f DATE DEFAULT DATE '2025-01-02', g BIGINT DEFAULT -9223372036854775808, h "
       "DOUBLE DEFAULT 1e3, i TEXT DEFAULT E'a\\n')",
       "CREATE TABLE table=t [a INT DEFAULT -5] [b TEXT DEFAULT 'a'] [c TEXT DEFAULT '5'] [d INT DEFAULT 7] [e "
       "DECIMAL(4, 2) DEFAULT 1.50] [f DATE DEFAULT '2025-01-02'] [g BIGINT DEFAULT -9223372036854775808] [h DOUBLE "
       "DEFAULT 1000.0] [i TEXT DEFAULT 'a\n']"},
      {"CREATE SHARED TABLE t (a INT) WITH (storage_id = 's-1', FLUSH_POLICY='rows:1000,interval:60', "
       "DELETED_RETENTION_HOURS = 24, ACCESS_LEVEL = public)",
       "CREATE TABLE table=t kind=shared [a INT] storage_id=s-1 "
       "flush_policy={\"type\":\"combined\",\"row_limit\":1000,\"interval_seconds\":60} deleted_retention_hours=24 "
       "access_level=public"},
      {"CREATE STREAM TABLE t (a INT) WITH (TTL_SECONDS='60')",
       "CREATE TABLE table=t kind=stream [a INT] ttl_seconds=60"},
      {"CREATE USER TABLE t (a INT) WITH (USE_USER_STORAGE = TRUE)",
       "CREATE TABLE table=t kind=user [a INT] use_user_storage=true"},
      {"CREATE TABLE t (a INT) WITH (TYPE = 'SYSTEM')", "CREATE TABLE table=t kind=system [a INT]"},
  };
  expect_all(cases);
}

TEST(SqlSpec, Cases28To38_CreateTableRefusals) {
  EXPECT_EQ(outcome("CREATE STREAM TABLE x (id INT)"),
            "! Invalid CREATE TABLE statement: STREAM tables must specify 'TTL_SECONDS'");
  const Case shared[] = {
      {"(id INT) WITH (TTL_SECONDS = 5)", "TTL_SECONDS is only supported for STREAM tables"},
      {"(id INT) WITH (USE_USER_STORAGE=TRUE)", "USE_USER_STORAGE is only supported for USER tables"},
      {"(id INT) WITH (ACCESS_LEVEL='x')", "Invalid ACCESS_LEVEL 'x'. Supported: PUBLIC, PRIVATE, RESTRICTED, DBA"},
      {"(id INT) WITH (TYPE='USER', ACCESS_LEVEL='PUBLIC')", "ACCESS_LEVEL is only supported for SHARED tables"},
      {"(id INT) WITH (TYPE='USER', TTL_SECONDS=1)", "TTL_SECONDS is only supported for STREAM tables"},
      {"(id INT) WITH (TYPE='STREAM', TTL_SECONDS = 'abc')", "Invalid TTL_SECONDS"},
      {"(id INT) WITH (TYPE='STREAM', TTL_SECONDS = -1)", "Invalid TTL_SECONDS"},
      {"(id INT) WITH (foo=1)", "Unknown table option 'FOO'"},
      {"(id INT) WITH (TYPE='FOO')", "Invalid TYPE option 'FOO'. Supported: USER, SHARED, STREAM"},
      {"(id INT) WITH (STORAGE_ID='a b')",
       "Invalid STORAGE_ID 'a b'. Only alphanumeric, underscore, and hyphen allowed."},
      {"(id INT) WITH (DELETED_RETENTION_HOURS='x')", "Invalid DELETED_RETENTION_HOURS"},
      {"(id INT) WITH (FLUSH_POLICY='rows')", "Invalid FLUSH_POLICY format 'rows'. Expected 'key:value'"},
      {"(id INT) WITH (FLUSH_POLICY='')", "Invalid FLUSH_POLICY format ''. Expected 'key:value'"},
      {"(id INT) WITH (FLUSH_POLICY='rows:0')", "FLUSH_POLICY must specify 'rows' or 'interval' > 0"},
      {"(id INT) WITH (FLUSH_POLICY='rows:x')", "Invalid row limit in FLUSH_POLICY"},
      {"(id INT) WITH (FLUSH_POLICY='rows:-1')", "Invalid row limit in FLUSH_POLICY"},
      {"(id INT) WITH (FLUSH_POLICY='interval:y')", "Invalid interval in FLUSH_POLICY"},
      {"(id INT) WITH (FLUSH_POLICY='foo:1')", "Unknown FLUSH_POLICY key 'foo'"},
      {"(id INT) WITH (FLUSH_POLICY='rows:1000000')", "Row limit must be less than 1,000,000"},
      {"(id INT) WITH (FLUSH_POLICY='interval:86400')", "Interval must be less than 86400 seconds (24 hours)"},
      {"(a INT, b INT, PRIMARY KEY (a,b))", "Composite PRIMARY KEYs are not supported yet"},
      {"(a INT PRIMARY KEY, b INT PRIMARY KEY)", "Multiple PRIMARY KEY definitions found"},
      {"(a INT PRIMARY KEY, PRIMARY KEY (a))", "Multiple PRIMARY KEY definitions found"},
      {"(a INT, PRIMARY KEY (lower(a)))", "Complex expressions in PRIMARY KEY not supported"},
      {"(a INT, PRIMARY KEY (zz))", "PRIMARY KEY column 'zz' not found in column list"},
      {"(id INT PRIMARY KEY, a INT, A TEXT)", "Duplicate column name 'A'. Column names are case-insensitive."},
      {"(\"a b\" INT)", "Invalid column name 'a b'. Only alphanumeric characters and underscores are allowed."},
      {"()", "Table must have at least one column"},
      {"AS SELECT 1", "Table must have at least one column"},
      {"(id INT PRIMARY KEY) OPTIONS (TYPE='USER')",
       "sql parser error: Expected: end of statement, found: OPTIONS at Line: 1, Column: 43"},
      {"(a FOOTYPE)", "Unsupported custom data type 'FOOTYPE'"},
      {"(a TINYINT)", "Unsupported data type: TINYINT"},
      {"(a INT UNIQUE)", "UNIQUE constraints are not supported"},
      {"(a INT, UNIQUE (a))", "UNIQUE constraints are not supported"},
      {"(a INT CHECK (a > 0))", "CHECK constraints are not supported"},
      {"(a INT, CONSTRAINT c CHECK (a > 0))", "CHECK constraints are not supported"},
      {"(a INT REFERENCES b (c))", "FOREIGN KEY constraints are not supported"},
      {"(a INT, FOREIGN KEY (a) REFERENCES b (c))", "FOREIGN KEY constraints are not supported"},
      {"(a TEXT DEFAULT lower('X'))", "Unsupported DEFAULT expression"},
      {"(a INT DEFAULT 1 + 2)", "Unsupported DEFAULT expression"},
      {"(a INT DEFAULT - - 2)", "Unsupported DEFAULT expression"},
      {"(a INT DEFAULT b)", "Unsupported DEFAULT expression"},
      {"(a INT DEFAULT 'x'::INT)", "Unsupported DEFAULT expression"},
      {"(a TEXT DEFAULT SNOWFLAKE_ID(1))", "Unsupported DEFAULT expression"},
      {"(a INT FOO)",
       "sql parser error: Expected: ',' or ')' after column definition, found: FOO at Line: 1, Column: 29"},
      {"(a INT", "sql parser error: Expected: ',' or ')' after column definition, found: EOF"},
  };
  for (const auto& [sql, expected] : shared) {
    EXPECT_EQ(outcome("CREATE TABLE app.xyz " + std::string(sql)),
              "! Invalid CREATE TABLE statement: " + std::string(expected));
  }
  const Case names[] = {
      {"CREATE SHARED TABLE app.x (id INT) WITH (TYPE='USER')",
       "! Invalid CREATE TABLE statement: Conflicting table type definitions: CREATE Shared TABLE vs TYPE option User"},
      {"CREATE TABLE \"a b\".c (id INT)",
       "! Invalid CREATE TABLE statement: Invalid namespace name 'a b'. Only alphanumeric characters and underscores "
       "are "
       "allowed (line 1, col 14)."},
      {"CREATE TABLE a.\"b-c\" (id INT)",
       "! Invalid CREATE TABLE statement: Invalid table name 'b-c'. Only alphanumeric characters and underscores are "
       "allowed (line 1, col 14)."},
      {"CREATE TABLE a.b.c (id INT)",
       "! Invalid CREATE TABLE statement: Invalid table name format. Expected 'table_name' or 'namespace.table_name'"},
      {"CREATE TABLE app.$1 (id INT PRIMARY KEY)",
       "! Invalid CREATE TABLE statement: sql parser error: Expected: identifier, found: $1 at Line: 1, Column: 18"},
  };
  expect_all(names);
}

// Case 51 and the tables of spec sql 6
TEST(SqlSpec, Case51_AlterTable) {
  const Case cases[] = {
      {"ALTER TABLE app.notes ADD COLUMN Tag TEXT DEFAULT 'new'",
       "ALTER TABLE table=app.notes ADD [tag TEXT DEFAULT 'new']"},
      {"ALTER SHARED TABLE t ADD q INT NOT NULL", "ALTER TABLE table=t kind=shared ADD [q INT NOT NULL]"},
      {"ALTER TABLE t DROP COLUMN IF EXISTS a", "ALTER TABLE table=t DROP=a if_exists"},
      {"ALTER TABLE t DROP A", "ALTER TABLE table=t DROP=a"},
      {"ALTER TABLE t RENAME COLUMN a TO B", "ALTER TABLE table=t RENAME=a TO=b"},
      {"ALTER TABLE t RENAME a TO \"B\"", "ALTER TABLE table=t RENAME=a TO=b"},
      {"ALTER TABLE t MODIFY COLUMN n BIGINT", "ALTER TABLE table=t MODIFY=n type=BIGINT"},
      {"ALTER TABLE t MODIFY n DECIMAL(4,2) NOT NULL",
       "ALTER TABLE table=t MODIFY=n type=DECIMAL(4, 2) nullable=false"},
      {"ALTER TABLE t ALTER COLUMN a SET NOT NULL", "ALTER TABLE table=t NOT NULL=a"},
      {"ALTER TABLE t ALTER a DROP NOT NULL", "ALTER TABLE table=t NULLABLE=a"},
      {"ALTER TABLE t ALTER COLUMN a SET DEFAULT 7", "ALTER TABLE table=t DEFAULT=a is=7"},
      {"ALTER TABLE t ALTER COLUMN a DROP DEFAULT", "ALTER TABLE table=t DEFAULT=a"},
      {"ALTER TABLE t SET ACCESS LEVEL dba", "ALTER TABLE table=t ACCESS=dba"},
      {"ALTER TABLE t SET TBLPROPERTIES (ACCESS_LEVEL = 'restricted')", "ALTER TABLE table=t ACCESS=restricted"},
      {"ALTER TABLE app.docs CREATE INDEX v USING l2", "ALTER TABLE table=app.docs CREATE INDEX=v metric=l2"},
      {"ALTER TABLE docs CREATE VECTOR INDEX v", "ALTER TABLE table=docs CREATE INDEX=v metric=cosine"},
      {"ALTER TABLE docs DROP VECTOR INDEX v", "ALTER TABLE table=docs DROP INDEX=v"},
      {"ALTER TABLE docs DROP INDEX v", "ALTER TABLE table=docs DROP INDEX=v"},
      {"ALTER TABLE t ADD a INT, ADD b INT", "! Only one ALTER TABLE operation is supported per statement"},
      {"ALTER TABLE t DROP COLUMN a, DROP COLUMN b", "! Only one ALTER TABLE operation is supported per statement"},
      {"ALTER TABLE t DROP COLUMN a, b", "! ALTER TABLE only supports dropping one column at a time"},
      {"ALTER TABLE t ADD a INT FIRST", "! Column position modifiers (FIRST/AFTER) are not supported"},
      {"ALTER TABLE t ADD a INT AFTER b", "! Column position modifiers (FIRST/AFTER) are not supported"},
      {"ALTER TABLE t ADD a INT PRIMARY KEY", "! ADD COLUMN cannot add a PRIMARY KEY"},
      {"ALTER TABLE t ADD a INT UNIQUE", "! UNIQUE constraints are not supported"},
      {"ALTER TABLE t DROP COLUMN a CASCADE", "! DROP COLUMN CASCADE/RESTRICT is not supported"},
      {"ALTER TABLE t ALTER COLUMN n TYPE TEXT", "! Unsupported ALTER COLUMN operation"},
      {"ALTER TABLE t ALTER COLUMN n ADD GENERATED ALWAYS AS IDENTITY", "! Unsupported ALTER COLUMN operation"},
      {"ALTER TABLE t RENAME TO u", "! Unsupported ALTER TABLE operation"},
      {"ALTER TABLE t ADD CONSTRAINT c UNIQUE (n)", "! Unsupported ALTER TABLE operation"},
      {"ALTER TABLE t SET (a = 1)", "! Unsupported ALTER TABLE operation"},
      {"ALTER TABLE t SET OPTIONS (a = 1)", "! Unsupported ALTER TABLE operation"},
      {"ALTER TABLE a.b.c ADD COLUMN a INT", "! Invalid table reference. Use 'table' or 'namespace.table'"},
      {"ALTER TABLE t SET TBLPROPERTIES (FOO = 'x')", "! ACCESS_LEVEL property is required for SET ACCESS LEVEL"},
      {"ALTER TABLE t SET TBLPROPERTIES (ACCESS_LEVEL = 'foo')",
       "! Invalid ACCESS_LEVEL 'FOO'. Supported values: PUBLIC, PRIVATE, RESTRICTED, DBA"},
      {"ALTER TABLE t SET ACCESS LEVEL foo",
       "! sql parser error: Expected: PUBLIC, PRIVATE, RESTRICTED or DBA, found: foo at Line: 1, Column: 32"},
      {"ALTER TABLE", "! sql parser error: Expected: identifier, found: EOF"},
      {"ALTER TABLE \"a/b\".c DROP d", "! Namespace ID cannot contain path separators"},
      {"ALTER TABLE t FOO",
       "! sql parser error: Expected: ADD, ALTER, CREATE INDEX, DROP, MODIFY, RENAME, SET ACCESS LEVEL, or SET "
       "TBLPROPERTIES after ALTER TABLE, found: FOO at Line: 1, Column: 15"},
      {"ALTER TABLE t DROP a b", "! sql parser error: Expected: end of statement, found: b at Line: 1, Column: 22"},
  };
  expect_all(cases);
}

// Cases 53, 54, 55, 56, 112
TEST(SqlSpec, Cases53To56_TablesAndViews) {
  const Case cases[] = {
      {"DROP TABLE IF EXISTS app.x CASCADE", "DROP TABLE table=app.x if_exists"},
      {"DROP STREAM TABLE \"App\".`X`", "DROP TABLE table=app.x kind=stream"},
      {"DROP TABLE", "! Entity name is required after DROP TABLE"},
      {"DROP TABLE IF EXISTS", "! Entity name is required after DROP TABLE"},
      {"DROP TABLE a, b", "! Unexpected tokens after DROP TABLE: ', b'"},
      {"CREATE VIEW app.big AS SELECT id FROM app.notes WHERE n > 5",
       "CREATE VIEW view=app.big query=SELECT id FROM app.notes WHERE n > 5"},
      {"CREATE OR REPLACE VIEW v (A, b) AS (SELECT 1, 2)",
       "CREATE VIEW view=v or_replace column=a column=b query=(SELECT 1, 2)"},
      {"CREATE VIEW IF NOT EXISTS v AS WITH a AS (SELECT 1) SELECT * FROM a",
       "CREATE VIEW view=v if_not_exists query=WITH a AS (SELECT 1) SELECT * FROM a"},
      {"CREATE MATERIALIZED VIEW v AS SELECT 1",
       "! Invalid CREATE VIEW statement: MATERIALIZED VIEWS are not supported yet"},
      {"CREATE TEMP VIEW v AS SELECT 1", "! Invalid CREATE VIEW statement: TEMPORARY VIEWS are not supported"},
      {"CREATE VIEW a.b.c AS SELECT 1",
       "! Invalid CREATE VIEW statement: CREATE VIEW expects either <view> or <namespace>.<view>"},
      {"CREATE VIEW v AS DELETE FROM t",
       "! Invalid CREATE VIEW statement: sql parser error: Expected: SELECT, found: DELETE at Line: 1, Column: 18"},
      {"DROP VIEW IF EXISTS app.v", "DROP VIEW view=app.v if_exists"},
      {"SHOW TABLES", "SHOW TABLES"},
      {"SHOW TABLES IN App", "SHOW TABLES in=app"},
      {"SHOW TABLES IN NAMESPACE 'app'", "SHOW TABLES in=app"},
      {"SHOW TABLES IN", "! Namespace name required after IN"},
      {"SHOW TABLES IN NAMESPACE", "! Namespace name required after IN NAMESPACE"},
      {"SHOW TABLES LIKE 'x'", "! Unexpected tokens after SHOW TABLES: 'LIKE 'x''"},
      {"DESCRIBE TABLE app.t", "DESCRIBE TABLE table=app.t"},
      {"desc table t history", "DESCRIBE TABLE table=t history"},
      {"DESCRIBE TABLE", "! Expected DESCRIBE TABLE or DESC TABLE"},
      {"DESCRIBE TABLE app.t extra",
       "! Invalid table reference 'app.t extra'. Table references should not contain spaces"},
      {"SHOW STATS FOR TABLE app.t", "SHOW STATS table=app.t"},
      {"SHOW STATS app.t", "! Expected SHOW STATS FOR TABLE statement"},
      {"SHOW MANIFEST", "SHOW MANIFEST"},
      {"SHOW MANIFEST CACHE", "! Invalid SHOW MANIFEST syntax. Expected: SHOW MANIFEST, got: SHOW MANIFEST CACHE"},
      {"EXPLAIN ANALYZE VERBOSE SELECT 1", "EXPLAIN analyze verbose of=SELECT 1"},
      {"EXPLAIN DELETE FROM t WHERE a = 1", "EXPLAIN of=DELETE FROM t WHERE a = 1"},
      {"EXPLAIN ANALYZE INSERT INTO t VALUES (1)", "! EXPLAIN ANALYZE is not supported for INSERT statements"},
      {"EXPLAIN DROP TABLE t",
       "! sql parser error: Expected: a query, INSERT, UPDATE or DELETE to explain, found: DROP at Line: 1, Column: 9"},
      {"SET datafusion.execution.batch_size = 10", "SET datafusion.execution.batch_size=10"},
      {"SET a TO 'x y'", "SET a=x y"},
      {"SET a", "! sql parser error: Expected: equals sign or TO, found: EOF"},
      {"SHOW COLUMNS IN app.t", "SHOW COLUMNS table=app.t"},
      {"DESCRIBE app.t", "DESCRIBE relation=app.t"},
      {"DESC t", "DESCRIBE relation=t"},
  };
  expect_all(cases);
}

// Spec auth 3.3
TEST(SqlSpec, Users) {
  const Case cases[] = {
      {"CREATE USER 'Mixed' WITH PASSWORD 'a''b' ROLE USER", "CREATE USER user=Mixed password=a'b role=user"},
      {"CREATE USER u WITH PASSWORD \"abc\" ROLE 'admin' EMAIL 'u@x.y'",
       "CREATE USER user=u password=abc role=dba email=u@x.y"},
      {"CREATE USER u WITH OAUTH '{\"provider\":\"g\"}' ROLE viewer",
       "CREATE USER user=u oauth={\"provider\":\"g\"} role=user"},
      {"CREATE USER u WITH OAUTH ROLE readonly", "CREATE USER user=u oauth=? role=user"},
      {"CREATE USER u-1 WITH INTERNAL ROLE analyst", "CREATE USER user=u-1 internal role=service"},
      {"CREATE USER u WITH PASSWORD '' ROLE system", "CREATE USER user=u password= role=system"},
      {"CREATE USER x WITH PASSWORD 'abc'", "! Expected ROLE keyword. Hint: ROLE is required: ... ROLE dba"},
      {"CREATE USER x WITH PASSWORD ROLE user", "! Expected ROLE keyword. Hint: ROLE is required: ... ROLE dba"},
      {"CREATE USER x WITH PASSWORD 'abc' ROLE king",
       "! Invalid role 'king'. Hint: Valid roles: dba, admin, developer, analyst, viewer, user, service, system"},
      {"CREATE USER x WITH PASSWORD 'abc' ROLE anonymous",
       "! Invalid role 'anonymous'. Hint: Valid roles: dba, admin, developer, analyst, viewer, user, service, system"},
      {"CREATE USER x WITH MAGIC 'abc' ROLE user",
       "! Expected PASSWORD, OAUTH, or INTERNAL after WITH. Hint: Valid auth types: WITH PASSWORD 'pass', WITH OAUTH, "
       "WITH INTERNAL"},
      {"CREATE USER IF NOT EXISTS 'u1' WITH PASSWORD 'p' ROLE user",
       "! Expected WITH after username. Hint: Syntax: CREATE USER username WITH PASSWORD|OAUTH|INTERNAL ..."},
      {"CREATE USER",
       "! Expected username after CREATE USER. Hint: Username can be unquoted (alice) or quoted ('alice')"},
      {"CREATE USER 'a/b' WITH INTERNAL ROLE user", "! User ID cannot contain '/' (directory separator)"},
      {"CREATE USER '' WITH INTERNAL ROLE user", "! User ID cannot be empty"},
      {"CREATE USER x WITH INTERNAL ROLE user NOW", "! Unexpected tokens after CREATE USER: 'NOW'"},
      {"ALTER USER u SET PASSWORD 'other'", "ALTER USER user=u PASSWORD=other"},
      {"ALTER USER \"U\" SET ROLE service", "ALTER USER user=U ROLE=service"},
      {"ALTER USER u SET EMAIL 'a@b'", "ALTER USER user=u EMAIL=a@b"},
      {"ALTER USER u REVOKE TOKENS", "ALTER USER user=u REVOKE TOKENS"},
      {"ALTER USER u UNLOCK", "ALTER USER user=u UNLOCK"},
      {"ALTER USER u SET STORAGE_MODE region", "ALTER USER user=u STORAGE_MODE=region"},
      {"ALTER USER u SET STORAGE_ID 's1'", "ALTER USER user=u STORAGE_ID=s1"},
      {"ALTER USER u SET STORAGE_ID NULL", "ALTER USER user=u STORAGE_ID=NULL"},
      {"ALTER USER u SET OAUTH '{}'", "ALTER USER user=u OAUTH={}"},
      {"ALTER USER", "! Expected username after ALTER USER. Hint: Username can be unquoted (root) or quoted ('root')"},
      {"ALTER USER u", "! Expected SET after username. Hint: Syntax: ALTER USER username SET PASSWORD|ROLE|EMAIL ..."},
      {"ALTER USER u SET NAME 'x'",
       "! Expected PASSWORD, ROLE, or EMAIL after SET. Hint: Valid modifications: SET PASSWORD 'pass', SET ROLE admin, "
       "SET EMAIL 'x@y.com'"},
      {"ALTER USER u SET PASSWORD",
       "! Expected password value after SET PASSWORD. Hint: Password must be quoted: SET PASSWORD 'newsecret'"},
      {"DROP USER IF EXISTS u", "DROP USER user=u if_exists"},
      {"DROP USER", "! Expected username. Hint: Username can be unquoted (alice) or quoted ('alice')"},
      {"DROP USER u2 CASCADE", "! Unexpected tokens after DROP USER: 'CASCADE'"},
  };
  expect_all(cases);
}

// Cases 103, 104
TEST(SqlSpec, Cases103To104_Storages) {
  const Case cases[] = {
      {"CREATE STORAGE st1 TYPE filesystem PATH '/d'",
       "CREATE STORAGE id=st1 type=filesystem name=st1 base=/d shared= user="},
      {"CREATE STORAGE st2 PATH '/a  b''c' NAME 'type of' DESCRIPTION 'x' TYPE 'filesystem' SHARED_TABLES_TEMPLATE "
       "'{namespace}' USER_TABLES_TEMPLATE '{userId}' CREDENTIALS '{}' CONFIG '{\"a\":1}'",
       "CREATE STORAGE id=st2 type=filesystem name=type of description=x base=/a  b'c shared={namespace} user={userId} "
       "credentials={} config={\"a\":1}"},
      {"CREATE STORAGE b TYPE s3 BUCKET 'k' REGION 'eu'",
       "CREATE STORAGE id=b type=s3 name=b base=s3://k shared= user="},
      {"CREATE STORAGE b TYPE gcs BASE_DIRECTORY 'gs://k'",
       "CREATE STORAGE id=b type=gcs name=b base=gs://k shared= user="},
      {"CREATE STORAGE bad TYPE ftp PATH '/x'",
       "! Invalid storage type 'ftp'. Must be 'filesystem', 's3', 'gcs', or 'azure'"},
      {"CREATE STORAGE bad TYPE FILESYSTEM PATH '/x'",
       "! Invalid storage type 'FILESYSTEM'. Must be 'filesystem', 's3', 'gcs', or 'azure'"},
      {"CREATE STORAGE bad TYPE filesystem", "! BASE_DIRECTORY keyword not found"},
      {"CREATE STORAGE bad TYPE s3", "! BASE_DIRECTORY keyword not found"},
      {"CREATE STORAGE bad PATH '/x'", "! TYPE keyword not found"},
      {"CREATE STORAGE bad TYPE filesystem BASE_DIRECTORY /x", "! Missing quoted value after BASE_DIRECTORY"},
      {"CREATE STORAGE bad TYPE filesystem BASE_DIRECTORY '/x", "! Unclosed quote after BASE_DIRECTORY"},
      {"CREATE STORAGE", "! Expected identifier after 2 tokens"},
      {"CREATE STORAGE 'a/b' TYPE s3 BUCKET 'x'", "! Storage ID cannot contain path separators"},
      {"CREATE STORAGE a TYPE s3 BUCKET 'x' FOO 'y'",
       "! sql parser error: Expected: a clause of CREATE STORAGE, found: FOO at Line: 1, Column: 37"},
      {"ALTER STORAGE st1 SET NAME 'n' SET CONFIG '{}'", "ALTER STORAGE id=st1 name=n config={}"},
      {"ALTER STORAGE st1 SET USER_TABLES_TEMPLATE ''", "ALTER STORAGE id=st1 user="},
      {"ALTER STORAGE st1 SET PATH '/x'",
       "! sql parser error: Expected: NAME, DESCRIPTION, SHARED_TABLES_TEMPLATE, USER_TABLES_TEMPLATE or CONFIG after "
       "SET, found: PATH at Line: 1, Column: 23"},
      {"ALTER STORAGE st1", "! sql parser error: Expected: SET, found: EOF"},
      {"DROP STORAGE IF EXISTS st1", "DROP STORAGE id=st1 if_exists"},
      {"DROP STORAGE", "! Expected storage identifier after DROP STORAGE"},
      {"SHOW STORAGES x", "! SQL must be 'SHOW STORAGES'"},
      {"STORAGE CHECK local EXTENDED", "STORAGE CHECK id=local extended"},
      {"STORAGE CHECK local FOO", "! Unexpected tokens after STORAGE CHECK: 'FOO'"},
      {"STORAGE CHECK", "! Expected storage identifier after STORAGE CHECK"},
      {"STORAGE FLUSH TABLE App.t", "STORAGE FLUSH TABLE table=app.t"},
      {"STORAGE FLUSH TABLE t", "! Table name must be qualified (namespace.table) for STORAGE FLUSH TABLE"},
      {"STORAGE COMPACT TABLE t", "! Table name must be qualified (namespace.table) for STORAGE COMPACT TABLE"},
      {"STORAGE FLUSH TABLE", "! Missing argument after STORAGE FLUSH TABLE"},
      {"STORAGE FLUSH TABLE a.t extra", "! Unexpected tokens after STORAGE FLUSH TABLE. Found: extra"},
      {"STORAGE FLUSH ALL", "STORAGE FLUSH ALL in="},
      {"STORAGE COMPACT ALL IN NAMESPACE App", "STORAGE COMPACT ALL in=app"},
      {"STORAGE FLUSH ALL IN", "! Namespace name required after IN"},
  };
  expect_all(cases);
}

// Cases 105, 106
TEST(SqlSpec, Cases105To106_Topics) {
  const Case cases[] = {
      {"CREATE TOPIC app.T PARTITIONS 2", "CREATE TOPIC topic=app.T partitions=2"},
      {"CREATE TOPIC IF NOT EXISTS \"app\".'t'", "! Unexpected tokens after CREATE TOPIC: ''t''"},
      {"CREATE TOPIC IF NOT EXISTS \"app\".t", "CREATE TOPIC topic=app.t partitions=1 if_not_exists"},
      {"CREATE TOPIC t", "CREATE TOPIC topic=t partitions=1"},  // the handler wants a namespace
      {"CREATE TOPIC", "! Expected identifier after 2 tokens"},
      {"CREATE TOPIC app.x PARTITIONS abc", "! Partition count must be a positive integer"},
      {"CREATE TOPIC app.x PARTITIONS -1", "! Partition count must be a positive integer"},
      {"CREATE TOPIC app.x PARTITIONS 0", "! Partition count must be a positive integer"},
      {"DROP TOPIC", "! Expected identifier after 2 tokens"},
      {"CLEAR TOPIC app.t", "CLEAR TOPIC topic=app.t"},
      {"ALTER TOPIC app.t ADD SOURCE app.Conf ON INSERT",
       "ALTER TOPIC topic=app.t table=app.conf on=insert payload=full"},
      {"ALTER TOPIC app.t ADD SOURCE conf ON DELETE WHERE v = 'WITH (' AND (a IN (1)) WITH (payload = 'diff')",
       "ALTER TOPIC topic=app.t table=conf on=delete where=v = 'WITH (' AND (a IN (1)) payload=diff"},
      {"ALTER TOPIC app.t ADD SOURCE app.conf ON UPSERT",
       "! Invalid operation 'UPSERT'. Expected INSERT, UPDATE, or DELETE"},
      {"ALTER TOPIC app.t ADD SOURCE app.conf ON UPDATE WITH (payload = 'foo')",
       "! Invalid payload mode 'foo'. Expected 'key', 'full', or 'diff'"},
      {"ALTER TOPIC app.t ADD SOURCE app.conf ON UPDATE WITH (foo = 'full')",
       "! Expected 'payload' parameter in WITH clause"},
      {"ALTER TOPIC app.t ADD SOURCE app.conf", "! ON keyword not found"},
      {"ALTER TOPIC app.t ADD app.conf ON INSERT", "! SOURCE keyword not found"},
      {"CONSUME FROM app.t", "CONSUME topic=app.t from=latest limit=100"},
      {"CONSUME FROM app.t GROUP 'g' FROM EARLIEST LIMIT 10", "CONSUME topic=app.t group=g from=earliest limit=10"},
      {"CONSUME FROM app.t START 7", "CONSUME topic=app.t from=7 limit=100"},
      {"CONSUME FROM app.t FROM -5", "! Invalid offset '-5'. Must be a non-negative integer"},
      {"CONSUME FROM app.t LIMIT x", "! Invalid limit 'x'. Must be a non-negative integer"},
      {"CONSUME FROM app.t NOW",
       "! sql parser error: Expected: GROUP, FROM or LIMIT, found: NOW at Line: 1, Column: 20"},
      {"CONSUME", "! sql parser error: Expected: FROM, found: EOF"},
      {"ACK app.t GROUP 'g' PARTITION 1 UPTO OFFSET 3", "ACK topic=app.t group=g partition=1 offset=3"},
      {"ACK app.t UPTO OFFSET 0", "! ACK requires GROUP clause"},
      {"ACK app.t GROUP 'g'", "! ACK requires UPTO OFFSET clause"},
      {"ACK app.t GROUP 'g' UPTO OFFSET x", "! Invalid offset 'x'. Must be a non-negative integer"},
  };
  expect_all(cases);
}

// Cases 107, 109, 110, 111
TEST(SqlSpec, Cases107To111_Operations) {
  const Case cases[] = {
      {"KILL JOB 'FL-01'", "KILL JOB job=FL-01"},
      {"KILL JOB FL-0a1b", "KILL JOB job=FL-0a1b"},
      {"KILL JOB \"FL-1\"", "KILL JOB job=FL-1"},
      {"KILL JOB", "! KILL JOB requires a job_id"},
      {"KILL JOB ''", "! KILL JOB requires a non-empty job_id"},
      {"KILL JOB 'x", "! Unterminated string in KILL JOB command"},
      {"kill live Query 'u-1-2'", "KILL LIVE QUERY live=u-1-2"},
      {"KILL", "! sql parser error: Expected: JOB or LIVE QUERY, found: EOF"},
      {"BACKUP DATABASE TO '/b'", "BACKUP DATABASE path=/b"},
      {"RESTORE DATABASE FROM \"/b\"", "RESTORE DATABASE path=/b"},
      {"BACKUP DATABASE TO '/x/../y'", "! Backup path cannot contain '..' (path traversal not allowed)"},
      {"RESTORE DATABASE FROM '/x/../y'", "! Backup path cannot contain '..' (path traversal not allowed)"},
      {"BACKUP DATABASE TO '/etc/kalam'", "! Backup path cannot write to sensitive directory: /etc/"},
      {"BACKUP DATABASE TO '/a/ROOT'", "! Backup path cannot write to sensitive directory: /root/"},
      {"BACKUP DATABASE TO relative", "! Backup path must be quoted"},
      {"BACKUP DATABASE TO ''", "! Backup path cannot be empty"},
      {"BACKUP DATABASE '/x'", "! Expected TO clause in BACKUP DATABASE"},
      {"RESTORE DATABASE", "! Expected FROM clause in RESTORE DATABASE"},
      {"EXPORT USER DATA now", "! Unexpected tokens after EXPORT USER DATA: 'now'"},
      {"SHOW EXPORT extra", "! Unexpected tokens after SHOW EXPORT: 'extra'"},
      {"CLUSTER PURGE 5", "CLUSTER PURGE upto=5"},
      {"CLUSTER PURGE UPTO 5", "CLUSTER PURGE upto=5"},
      {"CLUSTER PURGE --upto 5", "CLUSTER PURGE upto=5"},
      {"CLUSTER PURGE -- upto 5", "! CLUSTER PURGE requires --upto <index> or a numeric index"},
      {"CLUSTER PURGE", "! CLUSTER PURGE requires --upto <index> or a numeric index"},
      {"CLUSTER TRANSFER-LEADER x", "! CLUSTER TRANSFER-LEADER requires a numeric node id"},
      {"CLUSTER JOIN 2 RPC 10.0.0.1:9100 API http://h:80", "CLUSTER JOIN node=2 rpc=10.0.0.1:9100 api=http://h:80"},
      {"CLUSTER JOIN 2 a:1 b:2", "CLUSTER JOIN node=2 rpc=a:1 api=b:2"},
      {"CLUSTER JOIN x", "! CLUSTER JOIN requires a numeric node id"},
      {"CLUSTER JOIN 2", "! CLUSTER JOIN requires RPC address"},
      {"CLUSTER JOIN 2 a:1", "! CLUSTER JOIN requires API address"},
      {"CLUSTER LEAVE 3", "CLUSTER LEAVE node=3"},
      {"CLUSTER LEAVE", "! CLUSTER LEAVE requires a numeric node id"},
      {"CLUSTER SNAPSHOT now", "! Unexpected tokens after CLUSTER SNAPSHOT: 'now'"},
  };
  expect_all(cases);
}

// Case 108
TEST(SqlSpec, Case108_SubscribeTo) {
  const Case cases[] = {
      {"SUBSCRIBE TO app.notes WHERE n > 1 OPTIONS (last_rows=5)",
       "SUBSCRIBE TO query=SELECT * FROM app.notes WHERE n > 1 last_rows=5"},
      {"SUBSCRIBE TO Notes", "SUBSCRIBE TO query=SELECT * FROM notes"},
      {"SUBSCRIBE TO SELECT id, n + 1 AS m FROM app.notes WHERE o = CURRENT_USER OPTIONS (batch_size=2, from=9)",
       "SUBSCRIBE TO query=SELECT \"id\", n + 1 AS \"m\" FROM app.notes WHERE o = CURRENT_USER() batch_size=2 from=9"},
      {"SUBSCRIBE TO app.t WHERE options = 1", "SUBSCRIBE TO query=SELECT * FROM app.t WHERE options = 1"},
      {"SUBSCRIBE TO app.t OPTIONS (foo=1)",
       "! Unknown subscription option: 'foo'. Valid options are: last_rows, batch_size, from"},
      {"SUBSCRIBE TO app.t OPTIONS last_rows=10",
       "! OPTIONS clause must be wrapped in parentheses, e.g., OPTIONS (last_rows=10)"},
      {"SUBSCRIBE TO app.t OPTIONS (last_rows=x)", "! Invalid last_rows value: x"},
      {"SUBSCRIBE TO app.t OPTIONS (batch_size=-1)", "! Invalid batch_size value: -1"},
      {"SUBSCRIBE TO app.t OPTIONS (from='a')", "! Invalid from value: a"},
      {"SUBSCRIBE TO app.t OPTIONS (last_rows)", "! Invalid option format: 'last_rows'. Expected key=value"},
      {"SUBSCRIBE TO app.t ORDER BY id",
       "! Invalid subscription query: Subscription query does not support ORDER BY. Only SELECT ... FROM ... [WHERE "
       "...] is supported."},
      {"SUBSCRIBE TO \"a/b\".x", "! Namespace ID cannot contain path separators"},
  };
  expect_all(cases);
}

// Spec websocket 6.1
TEST(Subscription, KeepsToItsForm) {
  const auto shown = [](std::string_view sql) {
    const auto query = parse_subscription(sql);
    return query.ok() ? print(*query) : "! " + query.error().message;
  };
  const Case cases[] = {
      {"SELECT * FROM app.t;", "SELECT * FROM app.t"},
      {"select t.* from APP.T where a IN (1, 2)", "SELECT * FROM app.t WHERE a IN (1, 2)"},
      {"SELECT Id, app.t.v FROM app.t", "SELECT \"id\", \"v\" FROM app.t"},
      {"SELECT v * 2 AS Twice, lower(x) low FROM app.t", "SELECT v * 2 AS \"twice\", lower(x) AS \"low\" FROM app.t"},
      {"SELECT v + 1 FROM app.t", "! Subscription query needs an alias for expression 'v + 1'"},
      {"SELECT * FROM app.t ORDER BY id",
       "! Subscription query does not support ORDER BY. Only SELECT ... FROM ... [WHERE ...] is supported."},
      {"SELECT v, COUNT(*) FROM app.t GROUP BY v",
       "! Subscription query does not support GROUP BY. Only SELECT ... FROM ... [WHERE ...] is supported."},
      {"SELECT * FROM app.t LIMIT 5", "! Subscription query supports only SELECT ... FROM ... [WHERE ...]."},
      {"SELECT * FROM app.t OFFSET 5", "! Subscription query supports only SELECT ... FROM ... [WHERE ...]."},
      {"SELECT DISTINCT v FROM app.t", "! Subscription query supports only SELECT ... FROM ... [WHERE ...]."},
      {"SELECT * FROM app.t HAVING v > 1", "! Subscription query supports only SELECT ... FROM ... [WHERE ...]."},
      {"SELECT * FROM app.t FOR UPDATE", "! Subscription query supports only SELECT ... FROM ... [WHERE ...]."},
      {"SELECT * FROM app.t WHERE a = 1 LIMIT 2",
       "! Subscription query supports only SELECT ... FROM ... [WHERE ...]."},
      {"SELECT * FROM app.t JOIN app.pub ON app.t.id = app.pub.v",
       "! Subscription query does not support JOIN clauses. Only SELECT ... FROM ... [WHERE ...] is supported."},
      {"SELECT * FROM app.t, app.pub", "! Subscription query requires exactly one table in the FROM clause."},
      {"SELECT 1 AS a", "! Subscription query requires exactly one table in the FROM clause."},
      {"WITH x AS (SELECT 1) SELECT * FROM app.t",
       "! Subscription query does not support WITH clauses. Only SELECT ... FROM ... [WHERE ...] is supported."},
      {"SELECT * FROM app.t UNION SELECT * FROM app.t", "! Subscription query supports only simple SELECT statements."},
      {"VALUES (1)", "! Subscription query supports only simple SELECT statements."},
      {"SELECT * FROM (SELECT * FROM app.t) x", "! Subscription query requires a direct table reference in FROM."},
      {"SELECT * FROM generate_series(1,3)", "! Subscription query requires a direct table reference in FROM."},
      {"INSERT INTO app.t (id) VALUES ('x')", "! Only SELECT queries are supported for subscriptions"},
      {"SELECT * FROM app.t; SELECT * FROM app.t", "! Subscription query must contain exactly one SELECT statement"},
      {"SELECT _seq FROM app.t", "! Subscription query cannot project system columns '_seq' or '_deleted'."},
      {"SELECT id, _DELETED FROM app.t", "! Subscription query cannot project system columns '_seq' or '_deleted'."},
      {"SELECT app.t.\"_deleted\" FROM app.t",
       "! Subscription query cannot project system columns '_seq' or '_deleted'."},
      {"SELEC * FROM app.t", "! sql parser error: Expected: an SQL statement, found: SELEC at Line: 1, Column: 1"},
      {"SELECT * FROM app.t WHERE", "! sql parser error: Expected: an expression, found: EOF"},
      {"", "! Empty SQL statement"},
      {";", "! Empty SQL statement"},
  };
  for (const auto& [sql, expected] : cases) EXPECT_EQ(shown(sql), expected) << "sql: " << sql;
}

}  // namespace
}  // namespace kalam::sql
