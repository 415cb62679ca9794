// Namespaces, CREATE, ALTER and DROP TABLE.

#include "query/statements/statements_fixture.h"

namespace kalam::query {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

struct Case {
  std::string_view sql;
  std::string_view answer;
};

class Definitions : public StatementsTest {
 protected:
  void expect_of_dba(std::initializer_list<Case> cases) {
    for (const auto& [sql, answer] : cases) EXPECT_EQ(dba(sql), answer) << sql;
  }
  void make_app() {
    for (const auto* sql :
         {"CREATE NAMESPACE app", "CREATE USER TABLE app.notes (id BIGINT PRIMARY KEY, title TEXT NOT NULL, n INT)",
          "CREATE SHARED TABLE app.conf (k TEXT PRIMARY KEY, v TEXT)",
          "CREATE STREAM TABLE app.ev (id BIGINT PRIMARY KEY, e TEXT) WITH (TTL_SECONDS=60)",
          "CREATE SHARED TABLE app.docs (id INT PRIMARY KEY, v EMBEDDING(3), j JSON)"}) {
      ASSERT_THAT(dba(sql), HasSubstr("created successfully")) << sql;
    }
  }
  std::string audit(std::string_view columns = "action, target, details") {
    return select("SELECT " + std::string(columns) + " FROM system.audit_log ORDER BY audit_id");
  }
};

// --- namespaces ------------------------------------------------------------------------------------------------------

TEST_F(Definitions, SqlCase13_CreateNamespace) {
  expect_of_dba({{"CREATE NAMESPACE Shop", "Namespace 'shop' created successfully"},
                 {"CREATE NAMESPACE shop", "E: Namespace 'shop' already exists"},
                 {"CREATE NAMESPACE IF NOT EXISTS SHOP", "Namespace 'shop' already exists"},
                 {"CREATE NAMESPACE IF NOT EXISTS shop2", "Namespace 'shop2' created successfully"}});
}

TEST_F(Definitions, SqlCases14And15_CatalogCases51And52_NamesOfNamespaces) {
  for (const auto* name : {"SYSTEM", "SYS", "ROOT", "KALAMDB", "KALAM", "MAIN", "DEFAULT", "SQL", "ADMIN", "INTERNAL",
                           "INFORMATION_SCHEMA", "PG_CATALOG", "DATAFUSION"}) {
    EXPECT_THAT(dba(std::string("CREATE NAMESPACE ") + name), HasSubstr("is reserved and cannot be used")) << name;
  }
  const std::string brief(64, 'b'), large(65, 'a');
  EXPECT_THAT(dba("CREATE NAMESPACE " + brief), HasSubstr("created successfully"));
  EXPECT_EQ(dba("CREATE NAMESPACE " + large), "E: Name is too long (65 characters, max 64)");
  expect_of_dba(
      {{"CREATE NAMESPACE _abc", "E: Name cannot start with underscore (reserved for system columns)"},
       {"CREATE NAMESPACE 1abc", "E: Name cannot start with a number"},
       {"CREATE NAMESPACE a-b", "E: Name 'a-b' contains invalid characters (only alphanumeric and underscore allowed)"},
       {"CREATE NAMESPACE select", "E: Name 'select' is a reserved SQL keyword and cannot be used"}});
}

// sql 9, 99; auth 48.
TEST_F(Definitions, NamespacesAreForAdministrators) {
  const auto gate = "E: Admin privileges (DBA or System role) required for namespace operations";
  for (const auto* sql : {"CREATE NAMESPACE zz", "ALTER NAMESPACE zz SET OPTIONS (a = 1)", "DROP NAMESPACE zz"}) {
    EXPECT_EQ(user(sql), gate) << sql;
    EXPECT_EQ(service(sql), gate) << sql;
  }
  EXPECT_EQ(root("CREATE NAMESPACE zz"), "Namespace 'zz' created successfully");
  EXPECT_EQ(dba("EXECUTE AS USER 'alice' (CREATE NAMESPACE yy)"),
            "E: Unauthorized: Insufficient privileges to create namespace. DBA or System role required.");
}

TEST_F(Definitions, SqlCase20_UseChangesTheNamespaceForTheRestOfTheRequest) {
  make_app();
  const auto alice = session_of("alice", Role::user);
  EXPECT_THAT(request("USE app; DESCRIBE TABLE notes", alice),
              testing::ElementsAre("Namespace switched to 'app'", HasSubstr(R"(["title",2,)")));
  EXPECT_EQ(user("DESCRIBE TABLE notes"), "E: Table 'notes' not found in namespace 'default'");
  EXPECT_EQ(user("USE nosuch"), "E: Namespace 'nosuch' does not exist");
  EXPECT_EQ(user("USE system"), "Namespace switched to 'system'");
  EXPECT_EQ(user("SET NAMESPACE 'APP'"), "Namespace switched to 'app'");
}

// sql 19: the current namespace holds for every statement.
TEST_F(Definitions, SqlCase19_TablesAreMadeInTheCurrentNamespace) {
  make_app();
  auto session = session_of("maria", Role::dba);
  session.current_namespace = "app";
  EXPECT_THAT(ask("CREATE TABLE q (id INT PRIMARY KEY)", session), HasSubstr("shared table app.q created"));
  EXPECT_THAT(ask("DROP TABLE q", session), StartsWith("Table app.q dropped successfully."));
}

TEST_F(Definitions, SqlCase21_CatalogCase57_OptionsAreMerged) {
  make_app();
  expect_of_dba({{"ALTER NAMESPACE app SET OPTIONS (a = 'x', b = 2, c = true)", "Namespace 'app' altered successfully"},
                 {"ALTER NAMESPACE app SET OPTIONS (b = 3.5, d = 'y z')", "Namespace 'app' altered successfully"},
                 {"ALTER NAMESPACE app SET OPTIONS ()", "Namespace 'app' altered successfully"},
                 {"ALTER NAMESPACE nosuch SET OPTIONS (a = 1)", "E: Namespace 'nosuch' not found"}});
  EXPECT_EQ(select("SELECT options FROM system.namespaces WHERE namespace_id = 'app'"),
            R"(["{\"a\":\"x\",\"b\":3.5,\"c\":true,\"d\":\"y z\"}"])");
  EXPECT_THAT(audit(), HasSubstr(R"(["ALTER_NAMESPACE","app","Options updated: {\"b\":3.5,\"d\":\"y z\"}"])"));
}

TEST_F(Definitions, SqlCases22And23_CatalogCases58And59_DropNamespace) {
  make_app();
  expect_of_dba({{"DROP NAMESPACE nosuch", "E: Namespace 'nosuch' not found"},
                 {"DROP NAMESPACE IF EXISTS nosuch", "Namespace 'nosuch' does not exist"},
                 {"DROP NAMESPACE system", "E: Namespace 'system' not found"},
                 {"DROP NAMESPACE default", "E: Namespace 'default' is reserved and cannot be used"},
                 {"DROP NAMESPACE dba CASCADE", "E: Namespace 'dba' is reserved and cannot be used"},
                 {"DROP NAMESPACE app", "E: Namespace 'app' is not empty: 4 table(s). Use CASCADE to drop them"},
                 {"CREATE TOPIC app.t", "Created topic 'app.t' with 1 partition(s)"},
                 {"DROP NAMESPACE app CASCADE", "Namespace 'app' dropped successfully"}});
  EXPECT_EQ(select("SELECT count(*) FROM system.schemas WHERE namespace_id = 'app'"), R"(["0"])");
  EXPECT_EQ(select("SELECT count(*) FROM system.topics"), R"(["0"])");
  // A clean-up for each of them, and in the audit log each table before the namespace.
  EXPECT_EQ(select("SELECT job_type, status, count(*) FROM system.jobs GROUP BY 1, 2 ORDER BY 1"),
            R"(["cleanup","queued","4"],["topic_cleanup","queued","1"])");
  const auto rows = select("SELECT action, target FROM system.audit_log WHERE action LIKE 'DROP%'");
  for (const auto* table : {"app.conf", "app.docs", "app.ev", "app.notes"}) {
    EXPECT_THAT(rows, HasSubstr(std::string(R"(["DROP_TABLE",")") + table + "\"]"));
  }
  EXPECT_THAT(rows, HasSubstr(R"(["DROP_NAMESPACE","app"])"));
  EXPECT_THAT(audit(), HasSubstr("CASCADE from DROP NAMESPACE. Type: Stream, Cleanup Job: CL-"));

  make_app();  // all names are free again
  EXPECT_EQ(select("SELECT schema_version FROM system.schemas WHERE table_id = 'app:notes'"), "[1]");
}

// --- CREATE TABLE ----------------------------------------------------------------------------------------------------

TEST_F(Definitions, SqlCases24And25_CreateTable) {
  expect_of_dba({{"CREATE NAMESPACE app", "Namespace 'app' created successfully"},
                 {"CREATE USER TABLE app.notes (id BIGINT PRIMARY KEY, title TEXT NOT NULL, n INT)",
                  "CREATE TABLE via Raft consensus: user table app.notes created successfully"},
                 {"CREATE SHARED TABLE app.conf (k TEXT PRIMARY KEY, v TEXT)",
                  "CREATE TABLE via Raft consensus: shared table app.conf created successfully"},
                 {"CREATE STREAM TABLE app.ev (id BIGINT, e TEXT) WITH (TTL_SECONDS=60)",
                  "CREATE TABLE via Raft consensus: stream table app.ev created successfully"},
                 {"CREATE USER TABLE app.notes (id BIGINT PRIMARY KEY)", "E: Table app.notes already exists"},
                 {"CREATE TABLE IF NOT EXISTS app.notes (a INT PRIMARY KEY)",
                  "CREATE TABLE via Raft consensus: shared table app.notes created successfully"},
                 {"CREATE TABLE IF NOT EXISTS app.fresh (a INT PRIMARY KEY)",
                  "CREATE TABLE via Raft consensus: shared table app.fresh created successfully"}});
  EXPECT_EQ(select("SELECT column_name FROM system.columns WHERE namespace_id='app' AND table_name='notes' ORDER BY "
                   "ordinal"),
            R"(["id"],["title"],["n"],["_seq"],["_deleted"])");
  // catalog 76: what changed nothing left no row.
  EXPECT_EQ(select("SELECT target, details FROM system.audit_log WHERE action = 'CREATE_TABLE' ORDER BY audit_id"),
            R"(["app.notes","Type: user"],["app.conf","Type: shared"],["app.ev","Type: stream"],)"
            R"(["app.fresh","Type: shared"])");
}

TEST_F(Definitions, SqlCases26To32And41_CreateTableRefused) {
  make_app();
  expect_of_dba({{"CREATE TABLE nosuch.t (id INT PRIMARY KEY)",
                  "E: Namespace 'nosuch' does not exist. Create it first with CREATE NAMESPACE nosuch"},
                 {"CREATE TABLE app.x (id INT)", "E: Shared tables require a PRIMARY KEY column"},
                 {"CREATE TABLE app.x (id INT) WITH (TYPE='USER')", "E: User tables require a PRIMARY KEY column"},
                 {"CREATE SHARED TABLE app.x (id INT PRIMARY KEY) WITH (STORAGE_ID='nosuch')",
                  "E: Storage 'nosuch' does not exist"},
                 {"CREATE STREAM TABLE app.x (id INT) WITH (TTL_SECONDS=1, STORAGE_ID='nosuch')",
                  "E: Storage 'nosuch' does not exist"},
                 {"CREATE TABLE system.x (id INT PRIMARY KEY)",
                  "E: Cannot create system table 'system.x'. System tables are managed internally."},
                 {"CREATE TABLE information_schema.t (id INT PRIMARY KEY)",
                  "E: Cannot create system table 'information_schema.t'. System tables are managed internally."},
                 {"CREATE TABLE app.x (id INT PRIMARY KEY) WITH (TYPE='SYSTEM')",
                  "E: Unauthorized: Insufficient privileges to create system tables"},
                 // catalog 53, sql 35
                 {"CREATE TABLE app.format (id INT PRIMARY KEY)",
                  "E: Name 'format' is a reserved SQL keyword and cannot be used"},
                 {"CREATE TABLE app.u (id INT PRIMARY KEY, _id INT)",
                  "E: Invalid column name '_id': Column name '_id' is reserved and cannot be used"},
                 {"CREATE TABLE app.u (id INT PRIMARY KEY, _foo INT)",
                  "E: Invalid column name '_foo': Name cannot start with underscore (reserved for system columns)"}});
  EXPECT_EQ(root("CREATE TABLE app.x (id INT PRIMARY KEY) WITH (TYPE='SYSTEM')"),
            "E: Cannot create SYSTEM tables via SQL");
  EXPECT_EQ(select("SELECT count(*) FROM system.audit_log WHERE target LIKE '%.x'"), R"(["0"])");
}

// sql 5.4: ours tells at once what no row could be given.
TEST_F(Definitions, DefaultsMustFitTheirColumns) {
  make_app();
  EXPECT_THAT(dba("CREATE TABLE app.x (id INT PRIMARY KEY, n INT DEFAULT 'abc')"),
              StartsWith("E: DEFAULT of column 'n' does not fit its type: "));
  EXPECT_THAT(dba("ALTER TABLE app.notes ADD COLUMN d DATE DEFAULT 'never'"),
              StartsWith("E: DEFAULT of column 'd' does not fit its type: "));
  EXPECT_THAT(dba("ALTER TABLE app.notes ALTER COLUMN n SET DEFAULT 'abc'"),
              StartsWith("E: DEFAULT of column 'n' does not fit its type: "));
  EXPECT_THAT(dba("CREATE TABLE app.x (id BIGINT PRIMARY KEY DEFAULT SNOWFLAKE_ID(), u UUID DEFAULT UUID_V7(), l TEXT "
                  "DEFAULT ULID(), c TIMESTAMP DEFAULT NOW(), w TEXT DEFAULT CURRENT_USER(), d DATE DEFAULT "
                  "'2026-01-01', z INT DEFAULT NULL)"),
              HasSubstr("created successfully"));
}

TEST_F(Definitions, SqlCases39And40_AuthCase49_WhoMayCreateWhichKind) {
  make_app();
  for (const auto* ns : {"alice", "svc"}) dba(std::string("CREATE NAMESPACE ") + ns);
  EXPECT_EQ(user("CREATE SHARED TABLE app.s (id INT PRIMARY KEY)"),
            "E: Unauthorized: Insufficient privileges to create shared tables");
  EXPECT_EQ(user("CREATE TABLE app.s (id INT PRIMARY KEY)"),
            "E: Unauthorized: Insufficient privileges to create shared tables");
  EXPECT_THAT(user("CREATE USER TABLE app.s (id INT PRIMARY KEY)"), HasSubstr("user table app.s created"));
  EXPECT_THAT(user("CREATE TABLE alice.t (id INT PRIMARY KEY)"), HasSubstr("user table alice.t created"));
  EXPECT_EQ(user("CREATE SHARED TABLE alice.u (id INT PRIMARY KEY)"),
            "E: Unauthorized: Insufficient privileges to create shared tables");
  EXPECT_THAT(service("CREATE TABLE svc.t (id INT PRIMARY KEY)"), HasSubstr("user table svc.t created"));
  EXPECT_THAT(service("CREATE SHARED TABLE svc.u (id INT PRIMARY KEY)"), HasSubstr("shared table svc.u created"));
  EXPECT_EQ(dba("EXECUTE AS USER 'alice' (CREATE SHARED TABLE app.zz (id INT PRIMARY KEY))"),
            "E: Unauthorized: Insufficient privileges to create shared tables");
}

// catalog 54, sql 16.
TEST_F(Definitions, CatalogCase54_NamesAreFolded) {
  make_app();
  EXPECT_THAT(dba("CREATE TABLE APP.Mixed (ID BIGINT PRIMARY KEY, FirstName TEXT)"),
              HasSubstr("shared table app.mixed created"));
  EXPECT_EQ(
      select("SELECT column_name FROM system.columns WHERE table_name = 'mixed' AND ordinal < 3 ORDER BY ordinal"),
      R"(["id"],["firstname"])");
}

// catalog 78.
TEST_F(Definitions, CatalogCase78_AuditRowsUnderImpersonation) {
  make_app();
  dba("EXECUTE AS USER 'bob' (CREATE USER TABLE app.bobs (id INT PRIMARY KEY))");
  EXPECT_EQ(select("SELECT actor_user_id, subject_user_id, ip_address FROM system.audit_log WHERE target = 'app.bobs'"),
            R"(["maria","bob","10.0.0.7"])");
  EXPECT_EQ(select("SELECT DISTINCT subject_user_id FROM system.audit_log WHERE target = 'app.notes'"), "[null]");
  EXPECT_THAT(select("SELECT audit_id FROM system.audit_log WHERE target = 'app.bobs'"),
              MatchesRegex(R"(\["audit_[0-9]{13}_[0-9a-f]{32}"\])"));
}

// --- ALTER TABLE -----------------------------------------------------------------------------------------------------

TEST_F(Definitions, SqlCases42To51_CatalogCases23To34_AlterTable) {
  make_app();
  expect_of_dba(
      {{"ALTER TABLE app.notes ADD COLUMN tag TEXT DEFAULT 'new'",
        "Table app.notes altered successfully: ADD COLUMN tag TEXT (version 2)"},
       {"ALTER TABLE app.notes ADD COLUMN tag TEXT", "E: Column 'tag' already exists"},
       {"ALTER TABLE app.notes ADD COLUMN q INT NOT NULL",
        "Table app.notes altered successfully: ADD COLUMN q INT (version 3)"},
       {"ALTER TABLE app.notes RENAME COLUMN tag TO label",
        "Table app.notes altered successfully: RENAME COLUMN tag TO label (version 4)"},
       {"ALTER TABLE app.notes DROP COLUMN label",
        "Table app.notes altered successfully: DROP COLUMN label (version 5)"},
       {"ALTER TABLE app.notes MODIFY COLUMN n BIGINT",
        "Table app.notes altered successfully: MODIFY COLUMN n BIGINT (version 6)"},
       {"ALTER TABLE app.notes MODIFY COLUMN n BIGINT",
        "Table app.notes unchanged: MODIFY COLUMN n BIGINT (version 6 - no changes needed)"},
       {"ALTER TABLE app.notes MODIFY COLUMN n INT", "E: Cannot change column 'n' from BIGINT to INT"},
       {"ALTER TABLE app.notes ALTER COLUMN n SET DEFAULT 7",
        "Table app.notes altered successfully: ALTER COLUMN n SET DEFAULT 7 (version 7)"},
       {"ALTER TABLE app.notes ALTER COLUMN n DROP DEFAULT",
        "Table app.notes altered successfully: ALTER COLUMN n DROP DEFAULT (version 8)"},
       {"ALTER TABLE app.notes ALTER COLUMN n SET NOT NULL",
        "Table app.notes altered successfully: ALTER COLUMN n SET NOT NULL (version 9)"},
       {"ALTER TABLE app.notes ALTER COLUMN id DROP NOT NULL",
        "E: Column 'id' is a PRIMARY KEY and cannot be nullable"},
       {"ALTER TABLE app.notes DROP COLUMN _seq", "E: Cannot drop column '_seq': system column cannot be modified"},
       {"ALTER TABLE app.notes ADD COLUMN _seq INT", "E: Cannot add column '_seq': reserved system column name"},
       {"ALTER TABLE app.notes RENAME COLUMN n TO _commit_seq",
        "E: Cannot rename column to '_commit_seq': reserved system column name"},
       {"ALTER TABLE app.notes DROP COLUMN id", "E: Cannot drop column 'id': it is the PRIMARY KEY"},
       {"ALTER TABLE app.notes DROP COLUMN nosuch", "E: Column 'nosuch' does not exist"},
       {"ALTER TABLE app.nosuch ADD COLUMN a INT", "E: Table 'nosuch' not found in namespace 'app'"},
       {"ALTER TABLE nosuch.t ADD COLUMN a INT", "E: Table 't' not found in namespace 'nosuch'"},
       {"ALTER TABLE system.users ADD COLUMN a INT",
        "E: Cannot alter system table 'system.users'. System tables are managed internally."},
       {"ALTER TABLE app.conf SET ACCESS LEVEL public",
        "Table app.conf altered successfully: SET ACCESS LEVEL Public (version 2)"},
       {"ALTER TABLE app.conf SET ACCESS LEVEL public",
        "Table app.conf unchanged: SET ACCESS LEVEL Public (version 2 - no changes needed)"},
       {"ALTER TABLE app.conf SET TBLPROPERTIES (ACCESS_LEVEL = 'dba')",
        "Table app.conf altered successfully: SET ACCESS LEVEL Dba (version 3)"},
       {"ALTER TABLE app.notes SET ACCESS LEVEL public", "E: ACCESS LEVEL can only be set on SHARED tables"},
       {"ALTER SHARED TABLE app.conf ADD COLUMN w INT",
        "Table app.conf altered successfully: ADD COLUMN w INT (version 4)"},
       {"ALTER USER TABLE app.conf ADD COLUMN x INT", "E: app.conf is a shared table"}});
}

// sql 44, 48; catalog 33: what the rows forbid.
TEST_F(Definitions, SqlCase44_AlterTableLooksAtTheRows) {
  make_app();
  insert("app.conf", std::nullopt, Value::text("a"), {Value::text("a"), Value::null(ScalarKind::utf8)});
  expect_of_dba({{"ALTER TABLE app.conf ADD COLUMN q INT NOT NULL", "E: Column 'q' is NOT NULL and has no DEFAULT"},
                 {"ALTER TABLE app.conf ALTER COLUMN v SET NOT NULL", "E: Column 'v' contains NULL values"},
                 {"ALTER TABLE app.conf ADD COLUMN q INT NOT NULL DEFAULT 3",
                  "Table app.conf altered successfully: ADD COLUMN q INT (version 2)"}});
  EXPECT_EQ(select("SELECT count(*) FROM system.audit_log WHERE action = 'ALTER_TABLE'"), R"(["1"])");
}

// catalog 74; auth 44.
TEST_F(Definitions, CatalogCase74_AlterationsAreAudited) {
  make_app();
  dba("ALTER TABLE app.conf SET ACCESS LEVEL PUBLIC");
  dba("ALTER TABLE app.conf SET ACCESS LEVEL PUBLIC");  // nothing to do: no row
  EXPECT_EQ(select("SELECT target, details FROM system.audit_log WHERE action = 'ALTER_TABLE'"),
            R"(["app.conf","Operation: SET ACCESS LEVEL Public, New Version: 2"])");
}

// auth 10.2 (d), 44, 72.
TEST_F(Definitions, AuthCases44And72_WhoMayAlter) {
  make_app();
  const auto refused = "E: Unauthorized: Insufficient privileges to alter table";
  EXPECT_EQ(user("ALTER TABLE app.notes ADD COLUMN a INT"), refused);
  EXPECT_EQ(user("ALTER TABLE app.conf SET ACCESS LEVEL public"), refused);
  EXPECT_EQ(user("ALTER TABLE system.users ADD COLUMN a INT"), refused);
  EXPECT_THAT(service("ALTER TABLE app.conf SET ACCESS LEVEL public"), HasSubstr("altered successfully"));
  user("CREATE USER TABLE app.own (id INT PRIMARY KEY)");
  EXPECT_THAT(user("ALTER TABLE app.own ADD COLUMN a INT"), HasSubstr("altered successfully"));
  EXPECT_EQ(user("ALTER TABLE app.own DROP COLUMN a", "bob"), refused);
}

TEST_F(Definitions, SqlCase52_VectorIndexesAreCheckedAndNotThereYet) {
  make_app();
  expect_of_dba({{"ALTER TABLE app.docs CREATE INDEX v USING COSINE", "E: CREATE VECTOR INDEX is not available yet"},
                 {"ALTER TABLE app.docs CREATE INDEX V", "E: CREATE VECTOR INDEX is not available yet"},
                 {"ALTER TABLE app.docs DROP INDEX v", "E: DROP VECTOR INDEX is not available yet"},
                 {"ALTER TABLE app.docs CREATE INDEX j", "E: Column 'j' is not EMBEDDING"},
                 {"ALTER TABLE app.docs CREATE INDEX zz", "E: Column 'zz' does not exist"},
                 {"ALTER TABLE app.ev CREATE INDEX e", "E: Vector indexing is only supported for USER/SHARED tables"}});
}

// --- DROP TABLE ------------------------------------------------------------------------------------------------------

TEST_F(Definitions, SqlCase54_CatalogCases14And36_DropTable) {
  make_app();
  EXPECT_EQ(dba("DROP STREAM TABLE app.conf"), "E: app.conf is a shared table");
  EXPECT_THAT(dba("DROP TABLE app.conf"),
              MatchesRegex("Table app.conf dropped successfully\\. Cleanup job: CL-[0-9a-f]{12}"));
  expect_of_dba({{"DROP TABLE app.conf", "E: Table 'conf' not found in namespace 'app'"},
                 {"DROP TABLE IF EXISTS app.conf", "Table app.conf does not exist (skipped)"},
                 {"DROP TABLE system.users",
                  "E: Cannot drop system table 'system.users'. System tables are managed internally."}});
  EXPECT_EQ(user("DROP TABLE app.notes"), "E: Unauthorized: Insufficient privileges to drop this table");
  EXPECT_EQ(service("DROP TABLE IF EXISTS app.nosuch"), "E: Unauthorized: Insufficient privileges to drop this table");
  EXPECT_EQ(select("SELECT count(*) FROM system.schemas WHERE table_id = 'app:conf'"), R"(["0"])");

  const auto job = select("SELECT job_id FROM system.jobs");
  const auto id = job.substr(2, job.size() - 4);
  EXPECT_EQ(select("SELECT job_type, status, idempotency_key FROM system.jobs"),
            R"(["cleanup","queued","drop-app-conf"])");
  EXPECT_EQ(select("SELECT details FROM system.audit_log WHERE action = 'DROP_TABLE'"),
            "[\"Type: Shared, Cleanup Job: " + id + "\"]");
  EXPECT_THAT(select("SELECT parameters FROM system.jobs"),
              HasSubstr(R"(\"storage\":{\"storage_id\":\"local\",\"base_directory\":\"/data/kalam/storage\",)"));
}

// A dropped name is free at once, as often as one likes.
TEST_F(Definitions, TablesOfOneNameComeAndGo) {
  make_app();
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(dba("DROP TABLE app.conf"), StartsWith("Table app.conf dropped successfully."));
    EXPECT_THAT(dba("CREATE SHARED TABLE app.conf (k INT PRIMARY KEY)"), HasSubstr("created successfully"));
  }
  EXPECT_EQ(select("SELECT schema_version FROM system.schemas WHERE table_id = 'app:conf'"), "[1]");
  EXPECT_EQ(select("SELECT count(DISTINCT job_id) FROM system.jobs"), R"(["3"])");
}

}  // namespace
}  // namespace kalam::query
