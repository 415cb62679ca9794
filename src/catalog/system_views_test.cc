// Schema `system`: names, columns, access, and the rows of what the catalog itself knows.

#include "base/counters.h"
#include "catalog/catalog_fixture.h"

namespace kalam::catalog {
namespace {

class SystemViewsTest : public CatalogTest {
 protected:
  SystemViewsTest() { open(); }

  template <typename M>
  void store(const SystemTable<M>& table, const M& value) {
    store::Batch batch;
    must(put(table, batch, value));
    must(store_->write(batch));
  }
  static Job job(std::string_view id, JobStatus status, int64_t created_ms = 1) {
    Job job;
    job.job_id = JobId(std::string(id));
    job.status = status;
    job.created_at = timestamp(created_ms);
    if (status >= JobStatus::running) job.started_at = timestamp(created_ms);
    return job;
  }
};

// Cases 8 and 9: exactly these columns, with types and nullability (? = nullable, ! = primary key).
TEST_F(SystemViewsTest, Cases8_9_ColumnsOfEveryName) {
  const std::pair<std::string_view, std::string_view> expected[] = {
      {"users",
       "user_id TEXT!, password_hash TEXT, role TEXT, email TEXT?, auth_type TEXT, auth_data JSON?, storage_mode TEXT, "
       "storage_id TEXT?, failed_login_attempts INT, locked_until TIMESTAMP?, last_login_at TIMESTAMP?, created_at "
       "TIMESTAMP, updated_at TIMESTAMP, last_seen TIMESTAMP?, deleted_at TIMESTAMP?"},
      {"namespaces", "namespace_id TEXT!, name TEXT, created_at TIMESTAMP, options JSON?, table_count INT"},
      {"schemas",
       "table_id TEXT!, table_name TEXT, namespace_id TEXT, table_type TEXT, created_at TIMESTAMP, schema_version INT, "
       "columns JSON, table_comment TEXT?, updated_at TIMESTAMP, options JSON?, access_level TEXT?, is_latest BOOLEAN, "
       "storage_id TEXT?, use_user_storage BOOLEAN?"},
      {"storages",
       "storage_id TEXT!, storage_name TEXT, description TEXT?, storage_type TEXT, base_directory TEXT, credentials "
       "JSON?, config_json JSON?, shared_tables_template TEXT, user_tables_template TEXT, created_at TIMESTAMP, "
       "updated_at TIMESTAMP"},
      {"jobs",
       "job_id TEXT!, job_type TEXT, status TEXT, leader_status TEXT?, parameters JSON?, message TEXT?, "
       "exception_trace "
       "TEXT?, idempotency_key TEXT?, queue TEXT?, priority INT?, retry_count SMALLINT, max_retries SMALLINT, "
       "memory_used BIGINT?, cpu_used BIGINT?, created_at TIMESTAMP, updated_at TIMESTAMP, started_at TIMESTAMP?, "
       "finished_at TIMESTAMP?, node_id BIGINT, leader_node_id BIGINT?"},
      {"job_nodes",
       "job_id TEXT!, node_id BIGINT!, status TEXT, error_message TEXT?, created_at TIMESTAMP, started_at TIMESTAMP?, "
       "finished_at TIMESTAMP?, updated_at TIMESTAMP"},
      {"audit_log",
       "audit_id TEXT!, timestamp TIMESTAMP, actor_user_id TEXT, action TEXT, target TEXT, details TEXT?, ip_address "
       "TEXT?, subject_user_id TEXT?"},
      {"manifest",
       "cache_key TEXT!, namespace_id TEXT, table_name TEXT, scope TEXT, etag TEXT?, last_refreshed TIMESTAMP, "
       "last_accessed TIMESTAMP, in_memory BOOLEAN, sync_state TEXT, manifest_json JSON"},
      {"topics",
       "topic_id TEXT!, name TEXT, alias TEXT?, partitions INT, retention_seconds BIGINT?, retention_max_bytes "
       "BIGINT?, "
       "routes JSON, created_at TIMESTAMP, updated_at TIMESTAMP"},
      {"topic_offsets",
       "topic_id TEXT!, group_id TEXT!, partition_id INT!, last_acked_offset BIGINT, updated_at TIMESTAMP"},
      {"tables",
       "namespace_id TEXT, table_name TEXT, table_type TEXT, storage_id TEXT?, version BIGINT, options TEXT?, comment "
       "TEXT?, updated_at TIMESTAMP, created_at TIMESTAMP"},
      {"columns",
       "namespace_id TEXT, table_name TEXT, version BIGINT, column_id BIGINT, column_name TEXT, comment TEXT?, "
       "data_type "
       "TEXT, default_value TEXT?, ordinal BIGINT, nullable BOOLEAN, primary_key BOOLEAN, primary_key_pos BIGINT?"},
      {"describe",
       "column_name TEXT, ordinal_position INT, column_id BIGINT, data_type TEXT, is_nullable BOOLEAN, is_primary_key "
       "BOOLEAN, column_default TEXT?, column_comment TEXT?, schema_version INT"},
      {"live",
       "live_id TEXT!, connection_id TEXT, subscription_id TEXT, namespace_id TEXT, table_name TEXT, user_id TEXT, "
       "query "
       "TEXT, options JSON?, status TEXT, created_at TIMESTAMP, last_update TIMESTAMP, changes BIGINT, node_id BIGINT, "
       "last_ping_at TIMESTAMP"},
      {"sessions",
       "session_id TEXT, backend_pid BIGINT?, current_schema TEXT?, state TEXT, transaction_id TEXT?, "
       "transaction_state "
       "TEXT?, transaction_has_writes BOOLEAN, client_addr TEXT?, transport TEXT, opened_at TIMESTAMP, last_seen_at "
       "TIMESTAMP, last_method TEXT?"},
      {"transactions",
       "transaction_id TEXT, owner_id TEXT, origin TEXT, state TEXT, age_ms BIGINT, idle_ms BIGINT, write_count "
       "BIGINT, "
       "write_bytes BIGINT, touched_tables_count BIGINT, snapshot_commit_seq BIGINT"},
      {"stats", "metric_name TEXT, metric_value TEXT"},
      {"settings", "name TEXT, value TEXT, description TEXT, category TEXT"},
      {"server_logs", "timestamp TEXT, level TEXT, thread TEXT?, target TEXT?, line BIGINT?, message TEXT"},
      {"cluster",
       "cluster_id TEXT, node_id BIGINT, role TEXT, status TEXT, rpc_addr TEXT, api_addr TEXT, is_self BOOLEAN, "
       "is_leader "
       "BOOLEAN, groups_leading INT, total_groups INT, current_term BIGINT?, last_applied_log BIGINT?, "
       "leader_last_log_index BIGINT?, snapshot_index BIGINT?, catchup_progress_pct SMALLINT?, replication_lag "
       "BIGINT?, "
       "hostname TEXT?, version TEXT?, memory_mb BIGINT?, memory_usage_mb BIGINT?, cpu_usage_percent FLOAT?, "
       "uptime_seconds BIGINT?, uptime_human TEXT?, os TEXT?, arch TEXT?"},
      {"cluster_groups",
       "group_id BIGINT, cluster_id TEXT, node_id BIGINT, group_type TEXT, current_term BIGINT?, vote JSON?, "
       "last_log_index BIGINT?, last_applied BIGINT?, snapshot BIGINT?, purged BIGINT?, committed BIGINT?, state "
       "TEXT?, "
       "current_leader BIGINT?, millis_since_quorum_ack BIGINT?"},
      {"datatypes", "arrow_type TEXT, kalam_type TEXT, sql_name TEXT, description TEXT"},
  };
  for (const auto& [name, columns] : expected) {
    const auto& source = view("system", name);
    std::string found;
    for (const auto& column : source.columns()) {
      if (!found.empty()) found += ", ";
      found += column.name + " " + column.type.sql_name();
      if (column.nullable) found += "?";
      if (column.primary_key) found += "!";
    }
    EXPECT_EQ(found, columns) << name;
    rows_of(source, request_for({}));  // and it can be read
  }
  size_t system_views = 0;
  for (const auto& each : catalog_->views()) system_views += each->schema() == "system";
  EXPECT_EQ(system_views, std::size(expected));
}

TEST_F(SystemViewsTest, Case10_NamesAndAliases) {
  EXPECT_EQ(catalog_->source("system", "table_schemas"), nullptr);
  EXPECT_EQ(catalog_->source("system", "live_queries"), nullptr);
  EXPECT_EQ(catalog_->source("app", "users"), nullptr);
  for (const auto* name : {"users", "namespaces", "schemas", "storages", "jobs", "job_nodes", "audit_log", "topics",
                           "topic_offsets", "tables", "columns"}) {
    const auto* view = catalog_->source("system", name);
    EXPECT_NE(view, nullptr) << name;
    EXPECT_EQ(catalog_->source("system", "system_" + std::string(name)), view);
    EXPECT_EQ(catalog_->source("SYSTEM", "System_" + std::string(name)), view);
  }
  EXPECT_EQ(catalog_->source("system", "manifest_cache"), catalog_->source("system", "manifest"));
  EXPECT_EQ(catalog_->source("system", "system_live"), nullptr);
  EXPECT_EQ(catalog_->source("information_schema", "manifest_cache"), nullptr);
}

TEST_F(SystemViewsTest, Case11_OnlyAdminsMayRead) {
  for (const auto& each : catalog_->views()) {
    const bool system = each->schema() == "system";
    EXPECT_EQ(each->readable_by(Role::user), !system) << each->name();
    EXPECT_EQ(each->readable_by(Role::service), !system) << each->name();
    EXPECT_TRUE(each->readable_by(Role::dba)) << each->name();
    EXPECT_TRUE(each->readable_by(Role::system)) << each->name();
  }
}

TEST_F(SystemViewsTest, Case16_UnitsOfTimes) {
  for (const auto* name : {"users", "namespaces", "storages", "jobs", "topics"}) {
    const auto& source = view("system", name);
    EXPECT_EQ(source.columns()[column_of(source, "created_at")].kind, ScalarKind::timestamp_ms) << name;
  }
  for (const auto* name : {"schemas", "tables", "live"}) {
    const auto& source = view("system", name);
    EXPECT_EQ(source.columns()[column_of(source, "created_at")].kind, ScalarKind::timestamp_us) << name;
  }
  const auto& manifest = view("system", "manifest");
  EXPECT_EQ(manifest.columns()[column_of(manifest, "last_refreshed")].kind, ScalarKind::timestamp_us);
  EXPECT_EQ(select("system", "users", {"created_at"})[0][0].size(), 13u);
  EXPECT_EQ(select("system", "schemas", {"created_at"})[0][0].size(), 16u);
}

TEST_F(SystemViewsTest, Case22_DescribedTablesArePersisted) {
  EXPECT_EQ(catalog_->snapshot()->table("system", "users")->columns.size(), 15u);
  EXPECT_EQ(catalog_->snapshot()->table("system", "stats"), nullptr);
}

TEST_F(SystemViewsTest, Case38_VersionsAndStorages) {
  create_sample("app.e", TableType::stream);
  EXPECT_EQ(select("system", "tables", {"storage_id", "version", "table_type"}, {{"table_name", "e"}}),
            (Texts{{"NULL", "1", "stream"}}));
  EXPECT_EQ(select("system", "schemas", {"storage_id", "use_user_storage", "access_level"}, {{"table_name", "e"}}),
            (Texts{{"local", "NULL", "NULL"}}));
  const auto& tables = view("system", "tables");
  EXPECT_EQ(tables.columns()[column_of(tables, "version")].kind, ScalarKind::int64);
  const auto& schemas = view("system", "schemas");
  EXPECT_EQ(schemas.columns()[column_of(schemas, "schema_version")].kind, ScalarKind::int32);
}

TEST_F(SystemViewsTest, Case39_ColumnsOfDbaStats) {
  const auto columns = select("system", "columns", {"ordinal", "column_name", "primary_key"},
                              {{"namespace_id", "dba"}, {"table_name", "stats"}});
  ASSERT_EQ(columns.size(), 8u);
  for (size_t i = 0; i < columns.size(); ++i) {
    EXPECT_EQ(columns[i][0], std::to_string(i + 1));
    EXPECT_EQ(columns[i][2], columns[i][1] == "id" ? "true" : "false");
  }
}

TEST_F(SystemViewsTest, Case40_PositionsInThePrimaryKey) {
  EXPECT_EQ(select("system", "columns", {"column_name", "primary_key_pos"}, {{"table_name", "topic_offsets"}}),
            (Texts{{"topic_id", "1"},
                   {"group_id", "2"},
                   {"partition_id", "3"},
                   {"last_acked_offset", "NULL"},
                   {"updated_at", "NULL"}}));
}

TEST_F(SystemViewsTest, Case55_FiltersThatAreNoIds) {
  EXPECT_TRUE(select("system", "namespaces", {"name"}, {{"namespace_id", "../x"}}).empty());
  EXPECT_TRUE(select("system", "users", {"role"}, {{"user_id", ""}}).empty());
  EXPECT_TRUE(select("system", "namespaces", {"name"}, {{"namespace_id", "DEFAULT"}}).empty());
  EXPECT_TRUE(select("system", "schemas", {"table_name"}, {{"table_id", "no colon"}}).empty());
}

TEST_F(SystemViewsTest, Case71_TheNewestAuditRowIsThere) {
  store::Batch batch;
  for (int i = 0; i < 15'000; ++i) {
    AuditLogEntry entry;
    char id[32];
    std::snprintf(id, sizeof(id), "audit_%013d_x", i);
    entry.audit_id = AuditId(id);
    entry.timestamp = timestamp(i);
    entry.actor_user_id = UserId("adm");
    must(catalog_->tables().audit_log.add_insert(batch, entry.audit_id, entry));
  }
  must(store_->write(batch));
  const auto rows = select("system", "audit_log", {"timestamp"});
  ASSERT_EQ(rows.size(), 15'000u);
  EXPECT_EQ(rows.back()[0], "14999");
}

TEST_F(SystemViewsTest, LimitEndsTheScan) {
  for (int i = 0; i < 10; ++i) store(catalog_->tables().jobs, job("FL-" + std::to_string(i), JobStatus::new_));
  const auto& jobs = view("system", "jobs");
  auto request = request_for({0});
  request.limit = 3;
  EXPECT_EQ(rows_of(jobs, request).size(), 3u);
  request.limit = 0;
  EXPECT_EQ(rows_of(jobs, request).size(), 0u);
}

// storage case 43
TEST_F(SystemViewsTest, StorageCase43_RoleAndStatusUseTheirIndexes) {
  for (int i = 0; i < 20; ++i) {
    User user;
    user.user_id = UserId("u" + std::to_string(i));
    user.role = i % 4 == 0 ? Role::dba : Role::user;
    must(update([&](CatalogChange& change) { return change.put(user); }));
  }
  auto& scans = counters::counter("store_index_scans_total", {{"index", "system_users_role_idx"}});
  const auto before = scans.value();
  const auto by_index = select("system", "users", {"user_id"}, {{"role", "dba"}});
  EXPECT_EQ(scans.value(), before + 1);
  Texts scanned;
  for (const auto& row : select("system", "users", {"user_id", "role"})) {
    if (row[1] == "dba") scanned.push_back({row[0]});
  }
  EXPECT_EQ(by_index, scanned);
  EXPECT_EQ(by_index.size(), 5u);
  EXPECT_EQ(scans.value(), before + 1);

  // An index never lies: a user whose role changed is found under the new one only.
  auto user = *must(catalog_->tables().users.get(UserId("u0")));
  user.role = Role::service;
  must(update([&](CatalogChange& change) { return change.put(user); }));
  EXPECT_EQ(select("system", "users", {"user_id"}, {{"role", "dba"}}).size(), 4u);
  EXPECT_EQ(select("system", "users", {"user_id"}, {{"role", "service"}}), (Texts{{"u0"}}));
}

TEST_F(SystemViewsTest, JobsByStatusAreInOrderOfCreation) {
  store(catalog_->tables().jobs, job("FL-b", JobStatus::running, 10));
  store(catalog_->tables().jobs, job("FL-a", JobStatus::running, 20));
  store(catalog_->tables().jobs, job("FL-c", JobStatus::queued, 5));
  EXPECT_EQ(select("system", "jobs", {"job_id"}, {{"status", "running"}}), (Texts{{"FL-b"}, {"FL-a"}}));
  store(catalog_->tables().jobs, job("FL-b", JobStatus::failed, 10));
  EXPECT_EQ(select("system", "jobs", {"job_id"}, {{"status", "running"}}), (Texts{{"FL-a"}}));
  EXPECT_TRUE(select("system", "jobs", {"job_id"}, {{"status", "no such status"}}).empty());
}

TEST_F(SystemViewsTest, JobsByIdempotencyKey) {
  for (const auto* id : {"FL-1", "FL-2"}) {
    auto made = job(id, JobStatus::new_);
    made.idempotency_key = "FL:app:t";
    store(catalog_->tables().jobs, made);
  }
  EXPECT_EQ(select("system", "jobs", {"job_id"}, {{"idempotency_key", "FL:app:t"}}), (Texts{{"FL-1"}, {"FL-2"}}));
  store::Batch batch;
  must(catalog_->tables().jobs.add_remove(batch, JobId("FL-1")));
  must(store_->write(batch));
  EXPECT_EQ(select("system", "jobs", {"job_id"}, {{"idempotency_key", "FL:app:t"}}), (Texts{{"FL-2"}}));
}

TEST_F(SystemViewsTest, UpdatesOfJobsKeepTheirPromises) {
  store(catalog_->tables().jobs, job("FL-1", JobStatus::queued));
  const auto update = [&](const Job& changed) {
    store::Batch batch;
    auto status = update_job(catalog_->tables(), batch, changed);
    if (status.ok()) must(store_->write(batch));
    return status.ok() ? "" : status.error().message;
  };
  EXPECT_EQ(update(job("FL-2", JobStatus::running)), "Job not found: FL-2");
  EXPECT_EQ(update(job("FL-1", JobStatus::failed)), "Job FL-1: finished_at must be set before marking status failed");
  EXPECT_EQ(select("system", "jobs", {"status"}), (Texts{{"queued"}}));
  EXPECT_EQ(update(job("FL-1", JobStatus::running)), "");
  EXPECT_EQ(select("system", "jobs", {"job_id"}, {{"status", "running"}}), (Texts{{"FL-1"}}));
  EXPECT_TRUE(select("system", "jobs", {"job_id"}, {{"status", "queued"}}).empty());
}

TEST_F(SystemViewsTest, JobNodesAreOrderedByNode) {
  for (const auto& [id, node] : {std::pair("FL-a", 2), std::pair("FL-b", 1), std::pair("FL-c", 10)}) {
    JobNode made;
    made.job_id = JobId(id);
    made.node_id = NodeId(static_cast<uint64_t>(node));
    store(catalog_->tables().job_nodes, made);
  }
  EXPECT_EQ(select("system", "job_nodes", {"node_id", "job_id"}),
            (Texts{{"1", "FL-b"}, {"2", "FL-a"}, {"10", "FL-c"}}));
  const auto& nodes = view("system", "job_nodes");
  EXPECT_EQ(rows_of(nodes, request_for({0}, {{1, Value::int64(2)}})).size(), 1u);  // by key: nothing else was read
}

TEST_F(SystemViewsTest, ExternalIdentities) {
  User user;
  user.user_id = UserId("alice");
  user.auth_type = AuthType::oauth;
  user.auth_data = Json{R"({"provider_type":"google","issuer":"https://i","subject":"42","scopes":["a"]})"};
  must(update([&](CatalogChange& change) { return change.put(user); }));
  auto found = must(catalog_->tables().users.latest_by_index_prefix(kUsersByIdentity, identity_key("https://i", "42")));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->key, UserId("alice"));
  EXPECT_FALSE(must(catalog_->tables().users.exists_by_index(kUsersByIdentity, identity_key("https://i", "4"))));
}

// storage case 42
TEST_F(SystemViewsTest, StorageCase42_ManifestsAndTheirState) {
  ManifestCacheEntry entry;
  entry.cache_key = "app:t:bob";
  entry.namespace_id = NamespaceId("app");
  entry.table_name = TableName("t");
  entry.scope = "bob";
  entry.last_refreshed = timestamp(1'750'000'000'000);
  entry.sync_state = SyncState::pending_write;
  entry.manifest_json = Json{"{}"};
  store(catalog_->tables().manifests, entry);
  EXPECT_EQ(select("system", "manifest", {"cache_key", "sync_state", "last_refreshed", "in_memory"}),
            (Texts{{"app:t:bob", "pending_write", "1750000000000000", "true"}}));
  EXPECT_TRUE(must(catalog_->tables().manifests.exists_by_index(kPendingManifests, "")));
  entry.sync_state = SyncState::in_sync;
  store(catalog_->tables().manifests, entry);
  EXPECT_EQ(select("system", "manifest", {"sync_state"}), (Texts{{"in_sync"}}));
  EXPECT_FALSE(must(catalog_->tables().manifests.exists_by_index(kPendingManifests, "")));
}

TEST_F(SystemViewsTest, TopicIdsWithColonsDoNotCollide) {
  const TopicOffset offsets[] = {{TopicId("a:b"), ConsumerGroupId("c"), 0, 1, timestamp(1)},
                                 {TopicId("a"), ConsumerGroupId("b:c"), 0, 2, timestamp(1)}};
  for (const auto& offset : offsets) store(catalog_->tables().topic_offsets, offset);
  EXPECT_EQ(select("system", "topic_offsets", {"last_acked_offset"}).size(), 2u);
}

TEST_F(SystemViewsTest, NamespacesCountTheirTables) {
  create_sample("app.t");
  create_sample("app.u");
  EXPECT_EQ(select("system", "namespaces", {"namespace_id", "table_count"}),
            (Texts{{"app", "2"}, {"dba", "2"}, {"default", "0"}}));
}

TEST_F(SystemViewsTest, ProvidedRowsComeAndGo) {
  EXPECT_TRUE(select("system", "live", {"live_id"}).empty());
  LiveRow row;
  row.live_id = LiveQueryId("bob-c1-sub1");
  row.connection_id = ConnectionId("c1");
  row.changes = 2;
  catalog_->provided().live.set([row](const ScanRequest&) -> Result<Rows<LiveRow>> { return all_of<LiveRow>({row}); });
  EXPECT_EQ(select("system", "live", {"live_id", "status", "changes"}), (Texts{{"bob-c1-sub1", "active", "2"}}));
  catalog_->provided().live.set(
      [](const ScanRequest&) -> Result<Rows<LiveRow>> { return Error{ErrorCode::internal, "no"}; });
  EXPECT_FALSE(view("system", "live").open({}).ok());
  catalog_->provided().live.set(nullptr);
  EXPECT_TRUE(select("system", "live", {"live_id"}).empty());
}

TEST_F(SystemViewsTest, Case82_StatsOfTheCatalog) {
  catalog_->provided().stats_of(StatsGroup::process).set([](const ScanRequest&) -> Result<Rows<StatRow>> {
    return all_of<StatRow>({{"server_uptime_seconds", "1"}});
  });
  create_sample("app.t");
  std::map<std::string, std::string> stats;
  for (const auto& row : select("system", "stats", {"metric_name", "metric_value"})) stats[row[0]] = row[1];
  EXPECT_EQ(stats["server_uptime_seconds"], "1");
  EXPECT_EQ(stats["total_users"], "1");
  EXPECT_EQ(stats["total_namespaces"], "3");
  EXPECT_EQ(stats["total_tables"], "13");
  EXPECT_EQ(stats["schema_cache_size"], "13");
  EXPECT_EQ(stats["total_jobs"], "0");
  EXPECT_EQ(stats["total_storages"], "1");
  EXPECT_TRUE(stats.contains("schema_cache_hits"));
  EXPECT_TRUE(stats.contains("schema_cache_hit_rate"));
  EXPECT_EQ(select("system", "stats", {"metric_name"})[0][0], "server_uptime_seconds");  // the first group
}

TEST_F(SystemViewsTest, Case86_DataTypesAndDescribe) {
  EXPECT_EQ(select("system", "datatypes", {"arrow_type"}).size(), 31u);
  EXPECT_EQ(select("system", "datatypes", {"sql_name"}, {{"arrow_type", "Int64"}}), (Texts{{"BIGINT"}}));
  EXPECT_TRUE(select("system", "describe", {"column_name"}).empty());
  EXPECT_EQ(view("system", "describe").columns().size(), 9u);
}

TEST_F(SystemViewsTest, AValueThatCannotBeReadEndsTheScanWithItsError) {
  const auto users = must(store_->partition("system_users"));
  must(store_->put(users, StoredAs<User>::encode(UserId("bob")), "legacy"));
  auto cursor = must(view("system", "users").open(request_for({0})));
  std::vector<Value> row;
  const auto read = cursor->next(row);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::legacy_format);
  EXPECT_FALSE(must(cursor->next(row)));
}

}  // namespace
}  // namespace kalam::catalog
