// SHOW, DESCRIBE, SET and SUBSCRIBE TO.

#include "query/statements/statements_fixture.h"

namespace kalam::query {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

class Inspection : public StatementsTest {
 protected:
  void SetUp() override {
    for (const auto* sql : {"CREATE NAMESPACE app", "CREATE NAMESPACE empty",
                            "CREATE USER TABLE app.t (id BIGINT PRIMARY KEY, name TEXT DEFAULT 'it''s')",
                            "CREATE SHARED TABLE app.priv (id INT PRIMARY KEY)",
                            "CREATE SHARED TABLE app.pub (id INT PRIMARY KEY) WITH (ACCESS_LEVEL='public')",
                            "CREATE STREAM TABLE app.ev (id INT) WITH (TTL_SECONDS=60)"}) {
      ASSERT_THAT(dba(sql), HasSubstr("created successfully"));
    }
  }
};

constexpr std::string_view kDescribed =
    "[column_name, ordinal_position, column_id, data_type, is_nullable, is_primary_key, column_default, "
    "column_comment, schema_version] ";
constexpr std::string_view kSystemColumns =
    R"(["_seq",3,"3","BIGINT",false,false,null,"Version ID (MVCC) with embedded timestamp",1],)"
    R"(["_deleted",4,"4","BOOLEAN",false,false,"FALSE","Soft delete flag",1])";

TEST_F(Inspection, SqlCase53_CatalogCases20And21_DescribeTable) {
  EXPECT_EQ(user("DESCRIBE TABLE app.t"), std::string(kDescribed) + R"(["id",1,"1","BIGINT",false,true,null,null,1],)" +
                                              R"(["name",2,"2","TEXT",true,false,"'it''s'",null,1],)" +
                                              std::string(kSystemColumns));
  EXPECT_EQ(user("DESC TABLE APP.T"), user("DESCRIBE TABLE app.t"));
  EXPECT_EQ(user("DESCRIBE TABLE app.nope"), "E: Table 'nope' not found in namespace 'app'");
}

TEST_F(Inspection, CatalogCase22_DescribeSystemTables) {
  EXPECT_THAT(dba("DESCRIBE TABLE system.users"), HasSubstr(R"(["deleted_at",15,)"));
  EXPECT_EQ(dba("DESCRIBE TABLE system.stats"), "E: Table 'stats' not found in namespace 'system'");
  // Ours shows what the role may read.
  EXPECT_THAT(user("DESCRIBE TABLE system.users"), HasSubstr("E: Access denied: Role 'User' cannot access table"));
  EXPECT_THAT(user("DESCRIBE TABLE app.priv"), HasSubstr("E: Access denied: Role 'User' cannot access table"));
}

TEST_F(Inspection, CatalogCase43_DescribeHistory) {
  dba("ALTER TABLE app.t ADD COLUMN age INT");
  const auto history = user("DESCRIBE TABLE app.t HISTORY");
  EXPECT_EQ(history, std::string(kDescribed) + R"(["id",1,"1","BIGINT",false,true,null,null,1],)" +
                         R"(["name",2,"2","TEXT",true,false,"'it''s'",null,1],)" + std::string(kSystemColumns) + "," +
                         R"(["id",1,"1","BIGINT",false,true,null,null,2],)" +
                         R"(["name",2,"2","TEXT",true,false,"'it''s'",null,2],)" +
                         R"(["_seq",3,"3","BIGINT",false,false,null,"Version ID (MVCC) with embedded timestamp",2],)" +
                         R"(["_deleted",4,"4","BOOLEAN",false,false,"FALSE","Soft delete flag",2],)" +
                         R"(["age",5,"5","INT",true,false,null,null,2])");
  EXPECT_THAT(user("DESCRIBE TABLE app.t"), HasSubstr(R"(["age",5,"5","INT",true,false,null,null,2])"));
  EXPECT_THAT(user("DESCRIBE TABLE app.t"),
              HasSubstr(R"("_deleted",4,"4","BOOLEAN",false,false,"FALSE","Soft delete flag",1])"));
  // Dropped columns are in the blocks of the versions that had them.
  dba("ALTER TABLE app.t DROP COLUMN age");
  EXPECT_EQ(user("DESCRIBE TABLE app.t"), std::string(kDescribed) + R"(["id",1,"1","BIGINT",false,true,null,null,1],)" +
                                              R"(["name",2,"2","TEXT",true,false,"'it''s'",null,1],)" +
                                              std::string(kSystemColumns));
  EXPECT_THAT(user("DESCRIBE TABLE app.t HISTORY"), HasSubstr(R"(["age",5,)"));
}

TEST_F(Inspection, SqlCase56_CatalogCase44_ShowStats) {
  insert("app.t", "alice", Value::int64(1), {Value::int64(1), Value::text("a")});
  insert("app.t", "alice", Value::int64(2), {Value::int64(2), Value::text("b")});
  insert("app.t", "bob", Value::int64(1), {Value::int64(1), Value::text("c")});
  dba("ALTER TABLE app.t ADD COLUMN x INT");
  EXPECT_THAT(
      user("SHOW STATS FOR TABLE app.t"),
      MatchesRegex(R"(\[table_name, namespace, schema_version, logical_rows, flushed_segments, active_streams, )"
                   R"(memory_bytes\] \["t","app","2","2","0","0","[1-9][0-9]*"\])"));
  EXPECT_THAT(user("SHOW STATS FOR TABLE app.t", "bob"), HasSubstr(R"(["t","app","2","1",)"));
  EXPECT_THAT(user("SHOW STATS FOR TABLE app.t", "carol"), HasSubstr(R"(["t","app","2","0","0","0","0"])"));
  EXPECT_EQ(user("SHOW STATS FOR TABLE app.zz"), "E: Table 'zz' not found in namespace 'app'");
}

TEST_F(Inspection, CatalogCase41_ShowNamespaces) {
  EXPECT_THAT(
      user("SHOW NAMESPACES"),
      MatchesRegex(R"(\[namespace_id, name, created_at, options, table_count\] \["app","app",[0-9]{13},"\{\}",4\],)"
                   R"(\["dba".*\["empty","empty",[0-9]{13},"\{\}",0\])"));
}

TEST_F(Inspection, SqlCase56_CatalogCase42_ShowTables) {
  constexpr std::string_view kColumns =
      "[table_id, table_name, namespace_id, table_type, created_at, schema_version, columns, table_comment, "
      "updated_at, "
      "options, access_level, is_latest, storage_id, use_user_storage] ";
  dba("ALTER TABLE app.pub ADD COLUMN x INT");
  EXPECT_EQ(user("SHOW TABLES IN empty"), kColumns);
  EXPECT_EQ(user("SHOW TABLES IN NAMESPACE nosuch"), kColumns);
  EXPECT_EQ(user("SHOW TABLES IN"), "E: Namespace name required after IN");

  const auto shown = user("SHOW TABLES IN app");
  EXPECT_THAT(shown, StartsWith(std::string(kColumns)));
  for (const auto* table : {"app:t", "app:pub", "app:ev"}) EXPECT_THAT(shown, HasSubstr(table));
  EXPECT_THAT(shown, Not(HasSubstr("app:priv")));  // what the role may read
  // The latest version alone.
  EXPECT_THAT(shown, testing::ContainsRegex(R"(\["app:pub","pub","app","shared",[0-9]{16},2,)"));
  EXPECT_EQ(shown.find("app:pub"), shown.rfind("app:pub"));
  EXPECT_THAT(dba("SHOW TABLES IN app"), HasSubstr("app:priv"));
  EXPECT_THAT(dba("SHOW TABLES"), HasSubstr("system:users"));
  EXPECT_THAT(user("SHOW TABLES"), Not(HasSubstr("system:")));
}

TEST_F(Inspection, SqlCase112_ShowManifestAndStorages) {
  EXPECT_EQ(dba("SHOW MANIFEST"),
            "[cache_key, namespace_id, table_name, scope, etag, last_refreshed, last_accessed, in_memory, sync_state, "
            "manifest_json] ");
  EXPECT_EQ(user("SHOW MANIFEST"), "E: Unauthorized: SHOW MANIFEST requires DBA or System role");
  EXPECT_THAT(user("SHOW STORAGES"),
              StartsWith("[storage_id, storage_name, description, storage_type, base_directory, credentials, "
                         "config_json, shared_tables_template, user_tables_template, created_at, updated_at] "
                         R"(["local","Local Filesystem","Default local filesystem storage","filesystem",)"
                         R"("/data/kalam/storage",null,null,"{namespace}/{tableName}",)"));
}

TEST_F(Inspection, CatalogCase49_ShowColumnsAndDescribeWithoutTable) {
  EXPECT_EQ(dba("SHOW COLUMNS FROM app.pub"),
            "[table_catalog, table_schema, table_name, column_name, data_type, is_nullable] "
            R"(["kalam","app","pub","id","Int32","NO"],["kalam","app","pub","_seq","Int64","NO"],)"
            R"(["kalam","app","pub","_deleted","Boolean","NO"])");
  EXPECT_EQ(dba("DESCRIBE app.pub"), R"([column_name, data_type, is_nullable] ["id","Int32","NO"],)"
                                     R"(["_seq","Int64","NO"],["_deleted","Boolean","NO"])");
  EXPECT_THAT(dba("DESC system.stats"), HasSubstr(R"(["metric_name","Utf8","NO"])"));
  EXPECT_EQ(dba("SHOW COLUMNS FROM app.nosuch"), "E: Table not found: table 'kalam.app.nosuch' not found");
  EXPECT_EQ(user("SHOW COLUMNS FROM app.t"), "E: Admin privileges (DBA or System role) required for SHOW COLUMNS");
  EXPECT_EQ(user("DESCRIBE app.t"), "E: Admin privileges (DBA or System role) required for DESCRIBE");
  EXPECT_EQ(user("DESC app.t"), "E: Admin privileges (DBA or System role) required for DESC");
  EXPECT_EQ(dba("EXECUTE AS USER 'alice' (DESCRIBE app.t)"), "E: Unauthorized: DESCRIBE requires DBA or System role");
}

// sql 9.
TEST_F(Inspection, ShowAllAndSet) {
  EXPECT_THAT(dba("SHOW ALL"), StartsWith(R"([name, value] ["datafusion.catalog.default_catalog","kalam"],)"
                                          R"(["datafusion.catalog.default_schema","default"],)"));
  EXPECT_EQ(dba("SET datafusion.execution.batch_size = 100"), "[] ");
  EXPECT_EQ(dba("SET memory_limit TO '1GB'"), "E: Unknown setting 'memory_limit'");
  EXPECT_EQ(user("SHOW ALL"), "E: Admin privileges (DBA or System role) required for SHOW ALL");
  EXPECT_EQ(user("SET datafusion.x = 1"), "E: Admin privileges (DBA or System role) required for SET commands");
}

TEST_F(Inspection, SqlCase108_SubscribeTo) {
  services_.options.public_origin = "https://db.example.com/";
  EXPECT_THAT(
      user("SUBSCRIBE TO app.t WHERE id > 1 OPTIONS (last_rows=5)"),
      MatchesRegex(
          R"(\[status, ws_url, subscription, message\] \["active","wss://db\.example\.com/v1/ws",\{"id":"sub-app-t-)"
          R"([0-9a-f]{32}","sql":"SELECT \* FROM app\.t WHERE id > 1"\},"WebSocket subscription created\. )"
          R"(Connect to ws_url to receive updates\."\])"));
  // The table need not exist, and is looked for in the current namespace.
  auto session = session_of("alice", Role::user);
  session.current_namespace = "app";
  EXPECT_THAT(ask("SUBSCRIBE TO nosuch", session), HasSubstr(R"("sql":"SELECT * FROM app.nosuch"})"));
  EXPECT_THAT(user("SUBSCRIBE TO app.t OPTIONS (foo=1)"), HasSubstr("E: Unknown subscription option: 'foo'"));
  EXPECT_THAT(user("SUBSCRIBE TO app.t ORDER BY id"), HasSubstr("does not support ORDER BY"));
}

// catalog 75 and §12.
TEST_F(Inspection, CatalogCase75_ReadsAreAudited) {
  for (const auto* sql : {"SHOW NAMESPACES", "SHOW TABLES IN app", "SHOW STATS FOR TABLE app.t", "DESCRIBE TABLE app.t",
                          "SUBSCRIBE TO app.t", "SHOW STORAGES"}) {
    user(sql);
  }
  dba("SHOW MANIFEST");
  user("DESCRIBE TABLE app.nope");  // no row for what was refused
  EXPECT_EQ(select("SELECT action, target, details FROM system.audit_log WHERE details LIKE '{%' ORDER BY audit_id"),
            R"(["SHOW","NAMESPACES","{\"took\":0.0}"],["SHOW","TABLES","{\"took\":0.0}"],)"
            R"(["SHOW","STATS app.t","{\"took\":0.0}"],["DESCRIBE","app.t","{\"took\":0.0}"],)"
            R"(["SUBSCRIBE","app.t","{\"took\":0.0}"],["SHOW","MANIFEST CACHE","{\"took\":0.0}"])");
  const auto before = select("SELECT count(*) FROM system.audit_log");
  services_.options.audit_reads = false;
  EXPECT_THAT(user("SHOW NAMESPACES"), HasSubstr("app"));
  EXPECT_EQ(select("SELECT count(*) FROM system.audit_log"), before);
}

// An audit row that cannot be written is no error of the read.
TEST_F(Inspection, ReadsSucceedWithoutTheAuditLog) {
  log_.close();
  log::Capture capture;
  EXPECT_THAT(user("SHOW NAMESPACES"), HasSubstr(R"(["app","app",)"));
  EXPECT_TRUE(capture.contains(log::Level::warn, "a read is missing in the audit log"));
}

}  // namespace
}  // namespace kalam::query
