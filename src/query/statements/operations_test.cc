// Topics, jobs, views, maintenance, cluster.

#include "base/testing/temp_directory.h"
#include "query/statements/statements_fixture.h"

namespace kalam::query {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

struct Case {
  std::string_view sql, answer;
};

class Operations : public StatementsTest {
 protected:
  void SetUp() override {
    for (const auto* sql : {"CREATE NAMESPACE app", "CREATE SHARED TABLE app.conf (k TEXT PRIMARY KEY, v TEXT)",
                            "CREATE USER TABLE app.notes (id INT PRIMARY KEY, v TEXT)",
                            "CREATE STREAM TABLE app.ev (id INT) WITH (TTL_SECONDS=60)"}) {
      ASSERT_THAT(dba(sql), HasSubstr("created successfully"));
    }
  }
  void expect_of_dba(std::initializer_list<Case> cases) {
    for (const auto& [sql, answer] : cases) EXPECT_EQ(dba(sql), answer) << sql;
  }
  catalog::Job put_job(std::string_view id, catalog::JobType type, catalog::JobStatus status) {
    catalog::Job job;
    job.job_id = JobId(std::string(id));
    job.job_type = type;
    job.status = status;
    job.created_at = job.updated_at = catalog::timestamp(clock_.now_ms());
    if (status >= catalog::JobStatus::running) job.started_at = job.created_at;
    if (is_final(status)) {
      job.finished_at = job.created_at;
      job.message = "done";
    }
    must(writer_.write(commands::CatalogWrite{.changes = {commands::PutJob{job}}, .at_ms = clock_.now_ms()}));
    return job;
  }
};

// --- topics ----------------------------------------------------------------------------------------------------------

TEST_F(Operations, SqlCase105_Topics) {
  expect_of_dba(
      {{"CREATE TOPIC app.t PARTITIONS 2", "Created topic 'app.t' with 2 partition(s)"},
       {"CREATE TOPIC app.p", "Created topic 'app.p' with 1 partition(s)"},
       {"CREATE TOPIC app.t", "E: Topic 'app.t' already exists"},
       {"CREATE TOPIC t", "E: Topic name must be namespace-qualified: <namespace>.<topic>"},
       {"CREATE TOPIC nosuch.t", "E: Namespace 'nosuch' does not exist"},
       {"ALTER TOPIC app.t ADD SOURCE app.conf ON INSERT", "Added source app.conf ON Insert to topic 'app.t'"},
       {"ALTER TOPIC app.t ADD SOURCE app.conf ON INSERT",
        "E: Route for app.conf ON Insert already exists in topic 'app.t'"},
       {"ALTER TOPIC app.t ADD SOURCE app.conf ON UPDATE WHERE v = 'yes' WITH (payload = 'diff')",
        "Added source app.conf ON Update to topic 'app.t'"},
       {"ALTER TOPIC app.t ADD SOURCE app.conf ON DELETE WITH (payload = 'key')",
        "Added source app.conf ON Delete to topic 'app.t'"},
       {"ALTER TOPIC app.t ADD SOURCE app.conf ON UPSERT",
        "E: Invalid operation 'UPSERT'. Expected INSERT, UPDATE, or DELETE"},
       {"ALTER TOPIC app.nosuch ADD SOURCE app.conf ON INSERT", "E: Topic 'app.nosuch' does not exist"},
       {"ALTER TOPIC app.p ADD SOURCE app.nosuch ON INSERT", "E: Table 'nosuch' not found in namespace 'app'"},
       {"ALTER TOPIC app.p ADD SOURCE system.users ON INSERT", "E: A system table cannot be the source of a topic"}});
  EXPECT_EQ(
      select("SELECT topic_id, name, alias, partitions, retention_seconds, retention_max_bytes, routes FROM "
             "system.topics WHERE topic_id = 'app.t'"),
      R"(["app.t","app.t",null,2,"604800","1073741824","[)"
      R"({\"filter_expr\":null,\"op\":\"insert\",\"partition_key_expr\":null,\"payload_mode\":\"full\",\"table_id\":\"app.conf\"},)"
      R"({\"filter_expr\":\"v = 'yes'\",\"op\":\"update\",\"partition_key_expr\":null,\"payload_mode\":\"diff\",\"table_id\":\"app.conf\"},)"
      R"({\"filter_expr\":null,\"op\":\"delete\",\"partition_key_expr\":null,\"payload_mode\":\"key\",\"table_id\":\"app.conf\"}]"])");
  // A condition that makes no sense is found at once.
  EXPECT_THAT(dba("ALTER TOPIC app.p ADD SOURCE app.conf ON INSERT WHERE nosuch > 1"), StartsWith("E: "));
  EXPECT_EQ(select("SELECT routes FROM system.topics WHERE topic_id = 'app.p'"), R"(["[]"])");

  EXPECT_THAT(dba("CLEAR TOPIC app.t"), MatchesRegex(R"(Scheduled cleanup job \[TC-[0-9a-f]{12}\] for topic 'app.t')"));
  EXPECT_THAT(dba("DROP TOPIC app.t"),
              MatchesRegex(R"(Dropped topic 'app.t' and scheduled cleanup job \[TC-[0-9a-f]{12}\])"));
  expect_of_dba({{"DROP TOPIC app.t", "E: Topic 'app.t' does not exist"},
                 {"CLEAR TOPIC app.t", "E: Topic 'app.t' does not exist"}});
  EXPECT_EQ(select("SELECT topic_id FROM system.topics"), R"(["app.p"])");
  EXPECT_EQ(select("SELECT idempotency_key FROM system.jobs ORDER BY 1"),
            R"(["clear_topic:app.t"],["drop_topic:app.t"])");
  EXPECT_THAT(select("SELECT action, target FROM system.audit_log WHERE action LIKE '%TOPIC' ORDER BY audit_id"),
              testing::Eq(R"(["CREATE_TOPIC","app.t"],["CREATE_TOPIC","app.p"],["DROP_TOPIC","app.t"])"));
}

// What is consumed: tests/sql/topics.
TEST_F(Operations, SqlCase106_WhoMayConsume) {
  dba("CREATE TOPIC app.t");
  EXPECT_EQ(service("ACK app.t GROUP 'g' UPTO OFFSET 0"),
            R"([topic, group_id, partition, committed_offset] ["app.t","g",0,"0"])");
  EXPECT_EQ(service("CONSUME FROM app.nosuch"), "E: Topic 'app.nosuch' does not exist");
  EXPECT_EQ(service("ACK app.nosuch GROUP 'g' UPTO OFFSET 0"), "E: Topic 'app.nosuch' does not exist");
  EXPECT_EQ(user("CONSUME FROM app.t"),
            "E: Permission denied: Only service, dba, or system roles can consume from topics");
  EXPECT_EQ(user("ACK app.t GROUP 'g' UPTO OFFSET 0"),
            "E: Permission denied: Only service, dba, or system roles can acknowledge topic offsets");
  EXPECT_EQ(user("CREATE TOPIC app.a"), "E: Admin privileges (DBA or System role) required for topic management");
}

// --- jobs ------------------------------------------------------------------------------------------------------------

TEST_F(Operations, SqlCase107_JobsCases18To23_KillJob) {
  using catalog::JobStatus;
  using catalog::JobType;
  expect_of_dba({{"KILL JOB 'nosuch'", "E: Job nosuch not found"},
                 {"KILL JOB", "E: KILL JOB requires a job_id"},
                 {"KILL JOB ''", "E: KILL JOB requires a non-empty job_id"}});
  EXPECT_EQ(user("KILL JOB 'x'"), "E: Admin privileges (DBA or System role) required for job management");
  EXPECT_EQ(service("KILL JOB 'x'"), "E: Admin privileges (DBA or System role) required for job management");

  struct Kill {
    JobType type;
    JobStatus status;
    std::string_view answer;
  };
  const Kill kills[] = {
      {JobType::flush, JobStatus::queued, "Job J killed: cancelled"},
      {JobType::flush, JobStatus::running, "Job J killed: cancelled"},
      {JobType::backup, JobStatus::retrying, "Job J killed: cancelled"},
      {JobType::flush, JobStatus::completed, "E: Cannot cancel job in status Completed"},
      {JobType::flush, JobStatus::cancelled, "E: Cannot cancel job in status Cancelled"},
      {JobType::cleanup, JobStatus::queued, "E: Cleanup jobs cannot be safely cancelled"},
      {JobType::cleanup, JobStatus::running, "E: Cleanup jobs cannot be safely cancelled"},
      {JobType::topic_cleanup, JobStatus::queued, "Job J killed: cancelled"},
      {JobType::topic_cleanup, JobStatus::running, "E: Topic cleanup jobs cannot be safely cancelled"},
      {JobType::restore, JobStatus::running, "E: Restore jobs cannot be safely cancelled"},
  };
  int number = 0;
  for (const auto& kill : kills) {
    const auto id = "JB-" + std::to_string(number++);
    const auto before = put_job(id, kill.type, kill.status);
    auto expected = std::string(kill.answer);
    if (const auto at = expected.find(" J "); at != std::string::npos) expected.replace(at + 1, 1, id);
    EXPECT_EQ(dba("KILL JOB " + id), expected);
    const auto after = *must(catalog_->tables().jobs.get(JobId(id)));
    if (kill.answer.starts_with("E: ")) {
      EXPECT_EQ(after, before);
      continue;
    }
    EXPECT_EQ(after.status, JobStatus::cancelled);
    EXPECT_EQ(after.message, "Cancelled by user");
    EXPECT_TRUE(after.started_at && after.finished_at);
  }
  EXPECT_EQ(select("SELECT DISTINCT details, actor_user_id FROM system.audit_log WHERE action = 'KILL_JOB'"),
            R"([null,"maria"])");
}

TEST_F(Operations, SqlCase110_Exports) {
  EXPECT_EQ(user("EXPORT USER DATA"), "E: EXPORT USER DATA is not available yet");
  EXPECT_THAT(user("EXPORT USER DATA now"), HasSubstr("E: Unexpected tokens after EXPORT USER DATA"));
  constexpr std::string_view kColumns = "[job_id, status, created_at, message, download_url] ";
  EXPECT_EQ(user("SHOW EXPORT"), kColumns);

  services_.options.public_origin = "https://db";
  auto job = put_job("UE-1", catalog::JobType::user_export, catalog::JobStatus::completed);
  job.parameters = catalog::Json{R"({"user_id":"alice","export_id":"export-alice-1"})"};
  job.message = R"({"message":"Exported 2 Parquet files (99 bytes) to export-alice-1.zip"})";
  must(writer_.write(commands::CatalogWrite{.changes = {commands::PutJob{job}}, .at_ms = clock_.now_ms()}));
  EXPECT_THAT(user("SHOW EXPORT"),
              MatchesRegex(R"(.*\["UE-1","completed",[0-9]{16},.*,"https://db/v1/exports/alice/export-alice-1"\])"));
  EXPECT_EQ(user("SHOW EXPORT", "bob"), kColumns);
}

// --- flush, compaction, backup ---------------------------------------------------------------------------------------

TEST_F(Operations, SqlCase103_JobsStatements_FlushAndCompact) {
  expect_of_dba(
      {{"STORAGE FLUSH TABLE app.conf", "Storage flush skipped: no pending writes for table 'app.conf'"},
       {"STORAGE FLUSH ALL IN app", "Storage flush skipped: no pending writes in namespace 'app'"},
       {"STORAGE FLUSH ALL IN nowhere", "Storage flush skipped: no pending writes in namespace 'nowhere'"},
       {"STORAGE FLUSH TABLE system.users", "Storage flush skipped: no pending writes for table 'system.users'"},
       {"STORAGE FLUSH TABLE app.missing", "E: Table app.missing not found"},
       {"STORAGE FLUSH TABLE app.ev", "E: STORAGE FLUSH TABLE is not supported for STREAM tables"},
       {"STORAGE FLUSH TABLE t", "E: Table name must be qualified (namespace.table) for STORAGE FLUSH TABLE"},
       {"STORAGE COMPACT TABLE app.missing", "E: Table app.missing not found"},
       {"STORAGE COMPACT TABLE app.ev", "E: STORAGE COMPACT TABLE is not supported for STREAM tables"},
       {"STORAGE COMPACT TABLE system.users", "E: STORAGE COMPACT TABLE is not supported for SYSTEM tables"},
       {"STORAGE COMPACT ALL IN nowhere", "E: No compactable tables found in namespace nowhere"},
       {"STORAGE COMPACT TABLE app.conf", "E: STORAGE COMPACT TABLE is not available yet"},
       {"STORAGE COMPACT ALL IN app", "E: STORAGE COMPACT ALL is not available yet"}});
  // With rows that only the hot tier holds the skipping text would be untrue.
  insert("app.notes", "bob", Value::int32(1), {Value::int32(1), Value::text("x")});
  expect_of_dba({{"STORAGE FLUSH TABLE app.notes", "E: STORAGE FLUSH TABLE is not available yet"},
                 {"STORAGE FLUSH ALL IN app", "E: STORAGE FLUSH ALL is not available yet"},
                 {"STORAGE FLUSH TABLE app.conf", "Storage flush skipped: no pending writes for table 'app.conf'"}});
  for (const auto* what : {"STORAGE FLUSH TABLE", "STORAGE COMPACT TABLE"}) {
    EXPECT_EQ(user(std::string(what) + " app.notes"),
              "E: Unauthorized: " + std::string(what) + " requires Service, DBA, or System role");
  }
  for (const auto* what : {"STORAGE FLUSH ALL", "STORAGE COMPACT ALL"}) {
    EXPECT_EQ(user(std::string(what) + " IN app"),
              "E: Unauthorized: " + std::string(what) + " requires Service, DBA, or System role");
  }
  EXPECT_EQ(service("STORAGE FLUSH TABLE app.conf"), "Storage flush skipped: no pending writes for table 'app.conf'");
}

TEST_F(Operations, SqlCase109_BackupAndRestore) {
  const TempDirectory directory;
  expect_of_dba({{"BACKUP DATABASE TO '/var/backups/x'", "E: BACKUP DATABASE is not available yet"},
                 {"BACKUP DATABASE TO '/a/../b'", "E: Backup path cannot contain '..' (path traversal not allowed)"},
                 {"BACKUP DATABASE TO '/etc/x'", "E: Backup path cannot write to sensitive directory: /etc/"},
                 {"BACKUP DATABASE TO /x", "E: Backup path must be quoted"},
                 {"RESTORE DATABASE FROM '/nope'", "E: Backup directory '/nope' not found"},
                 {"RESTORE DATABASE FROM '/dev/null'",
                  "E: '/dev/null' is not a directory. RESTORE DATABASE expects a backup directory, not a file."}});
  EXPECT_EQ(dba("RESTORE DATABASE FROM '" + directory.path() + "'"), "E: RESTORE DATABASE is not available yet");
  EXPECT_EQ(user("BACKUP DATABASE TO '/x'"), "E: Admin privileges (DBA or System role) required for backup operations");
}

TEST_F(Operations, KillLiveQuery) {
  EXPECT_EQ(dba("KILL LIVE QUERY 'alice-c1-s1'"), "E: Connection not found for live query: alice-c1-s1");
  EXPECT_EQ(user("KILL LIVE QUERY 'alice-c1-s1'"), "E: Unauthorized: KILL LIVE QUERY requires DBA or System role");
  catalog_->provided().live.set([](const ScanRequest&) {
    catalog::LiveRow row;
    row.live_id = LiveQueryId("alice-c1-s1");
    row.user_id = UserId("alice");
    return catalog::all_of(std::vector{row});
  });
  // Nothing is live in this fixture: the row is of one that has ended since.
  EXPECT_EQ(user("KILL LIVE QUERY 'alice-c1-s1'"), "E: Connection not found for live query: alice-c1-s1");
  EXPECT_EQ(user("KILL LIVE QUERY 'alice-c1-s1'", "bob"),
            "E: Unauthorized: KILL LIVE QUERY requires DBA or System role");
}

TEST_F(Operations, SqlCase111_Cluster) {
  struct Statement {
    std::string_view sql, name;
  };
  const Statement statements[] = {
      {"CLUSTER SNAPSHOT", "CLUSTER SNAPSHOT"},
      {"CLUSTER PURGE 5", "CLUSTER PURGE"},
      {"CLUSTER TRIGGER ELECTION", "CLUSTER TRIGGER ELECTION"},
      {"CLUSTER TRANSFER LEADER 2", "CLUSTER TRANSFER LEADER"},
      {"CLUSTER JOIN 2 127.0.0.1:1 127.0.0.1:2", "CLUSTER JOIN"},
      {"CLUSTER LEAVE 2", "CLUSTER LEAVE"},
      {"CLUSTER REBALANCE", "CLUSTER REBALANCE"},
      {"CLUSTER STEPDOWN", "CLUSTER STEPDOWN"},
      {"CLUSTER CLEAR", "CLUSTER CLEAR"},
  };
  for (const auto& [sql, name] : statements) {
    EXPECT_EQ(dba(sql), "E: " + std::string(name) + " requires cluster mode (Raft executor not available)");
    EXPECT_EQ(user(sql), "E: Admin privileges (DBA or System role) required for cluster operations") << sql;
  }
  EXPECT_THAT(dba("CLUSTER PURGE"), HasSubstr("requires --upto <index> or a numeric index"));
}

// --- views -----------------------------------------------------------------------------------------------------------

TEST_F(Operations, SqlCase55_CreateAndDropView) {
  expect_of_dba({{"CREATE VIEW app.big AS SELECT k FROM app.conf WHERE v > '5'", "View app.big created successfully"},
                 {"CREATE OR REPLACE VIEW app.big AS SELECT v FROM app.conf", "View app.big created successfully"},
                 {"CREATE MATERIALIZED VIEW app.m AS SELECT 1",
                  "E: Invalid CREATE VIEW statement: MATERIALIZED VIEWS are not supported yet"},
                 {"DROP VIEW app.big", "View app.big dropped successfully"},
                 {"DROP VIEW IF EXISTS app.big", "View app.big does not exist (skipped)"},
                 {"DROP VIEW app.big", "E: View 'big' not found in namespace 'app'"}});
  EXPECT_THAT(dba("CREATE VIEW app.v AS SELECT nosuch FROM app.conf"),
              StartsWith("E: Failed to parse CREATE VIEW statement: "));
  EXPECT_THAT(dba("CREATE VIEW app.v AS SELECT * FROM app.nosuch"),
              StartsWith("E: Failed to parse CREATE VIEW statement: "));
  EXPECT_THAT(dba("CREATE VIEW app.v (a, b, c) AS SELECT k, v FROM app.conf"),
              StartsWith("E: Failed to parse CREATE VIEW statement: "));
  EXPECT_EQ(dba("CREATE VIEW app.named (a, \"b\") AS SELECT k, v FROM app.conf"),
            "View app.named created successfully");
  EXPECT_EQ(user("CREATE VIEW app.v AS SELECT 1"), "E: Unauthorized: Only DBA or System roles can create views");
  EXPECT_EQ(service("DROP VIEW app.v"), "E: Unauthorized: Only DBA or System roles can drop views");
}

}  // namespace
}  // namespace kalam::query
