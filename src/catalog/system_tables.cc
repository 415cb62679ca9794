#include "catalog/system_tables.h"

namespace kalam::catalog {

std::string StoredAs<SqlView>::encode(const Key& key) {
  return codec::KeyWriter().text(key.ns.value()).text(key.table.value()).take();
}
Result<TableId> StoredAs<SqlView>::decode(std::string_view bytes) {
  codec::KeyReader reader(bytes);
  NamespaceId ns(TRY(reader.text()));
  TableName name(TRY(reader.text()));
  TRY(reader.end());
  return TableId{std::move(ns), std::move(name)};
}

std::string StoredAs<JobNode>::encode(const Key& key) {
  return codec::KeyWriter().u64(key.node.value()).text(key.job.value()).take();
}
Result<JobNodeKey> StoredAs<JobNode>::decode(std::string_view bytes) {
  codec::KeyReader reader(bytes);
  const auto node = TRY(reader.u64());
  auto job = TRY(reader.text());
  TRY(reader.end());
  return JobNodeKey{NodeId(node), JobId(std::move(job))};
}

std::string StoredAs<ManifestCacheEntry>::encode(const Key& key) {
  return codec::KeyWriter().text(key.table.ns.value()).text(key.table.table.value()).text(key.scope).take();
}
Result<ManifestKey> StoredAs<ManifestCacheEntry>::decode(std::string_view bytes) {
  codec::KeyReader reader(bytes);
  auto ns = TRY(reader.text());
  auto table = TRY(reader.text());
  auto scope = TRY(reader.text());
  TRY(reader.end());
  return ManifestKey{{NamespaceId(std::move(ns)), TableName(std::move(table))}, std::move(scope)};
}

std::string StoredAs<TopicOffset>::encode(const Key& key) {
  return codec::KeyWriter().text(key.topic.value()).text(key.group.value()).i32(key.partition).take();
}
Result<TopicOffsetKey> StoredAs<TopicOffset>::decode(std::string_view bytes) {
  codec::KeyReader reader(bytes);
  auto topic = TRY(reader.text());
  auto group = TRY(reader.text());
  const auto partition = TRY(reader.i32());
  TRY(reader.end());
  return TopicOffsetKey{TopicId(std::move(topic)), ConsumerGroupId(std::move(group)), partition};
}

std::string job_status_prefix(JobStatus status) { return codec::KeyWriter().u8(static_cast<uint8_t>(status)).take(); }

std::string identity_key(std::string_view issuer, std::string_view subject) {
  return codec::KeyWriter().text(issuer).text(subject).take();
}

namespace {

std::optional<std::string_view> text_of(const Equality& filter, std::string_view column) {
  if (filter.column != column || filter.value->is_null()) return std::nullopt;
  const auto kind = filter.value->kind();
  if (kind != ScalarKind::utf8 && kind != ScalarKind::large_utf8) return std::nullopt;
  return filter.value->as_text();
}

constexpr std::string_view kUsersByRolePartition = "system_users_role_idx";
constexpr std::string_view kUsersByIdentityPartition = "system_users_oidc_idx";
constexpr std::string_view kJobsByStatusPartition = "system_jobs_status_idx";
constexpr std::string_view kJobsByIdempotencyKeyPartition = "system_jobs_idempotency_idx";
constexpr std::string_view kPendingManifestsPartition = "manifest_pending_write_idx";

using IndexKey = Result<std::optional<std::string>>;

// `role:user_id`, not the tuple encoding: role names hold no colon, so that a role is a prefix.
IndexKey role_key(const UserId& id, const User& user) { return std::string(name_of(user.role)) + ":" + id.value(); }
std::optional<std::string> role_prefix(const Equality& filter) {
  const auto role = text_of(filter, "role");
  return role ? std::optional(std::string(*role) + ":") : std::nullopt;
}

// An external identity is issuer and subject; users of our own have none.
IndexKey external_identity_key(const UserId&, const User& user) {
  if (!user.auth_data) return std::nullopt;
  std::optional<std::string> issuer, subject;
  JsonReader json(user.auth_data->text);
  TRY(json.begin_object());
  while (const auto key = TRY(json.key())) {
    const bool text = TRY(json.peek()) == JsonReader::Kind::string;
    if (*key == "issuer" && text) issuer = TRY(json.string());
    else if (*key == "subject" && text) subject = TRY(json.string());
    else TRY(json.raw());
  }
  TRY(json.end());
  if (!issuer || !subject) return std::nullopt;
  return identity_key(*issuer, *subject);
}

IndexKey status_key(const JobId& id, const Job& job) {
  return codec::KeyWriter()
      .u8(static_cast<uint8_t>(job.status))
      .i64(job.created_at.time_since_epoch().count())
      .text(id.value())
      .take();
}
std::optional<std::string> status_prefix(const Equality& filter) {
  const auto text = text_of(filter, "status");
  if (!text) return std::nullopt;
  for (const auto& [status, name] : kTexts<JobStatus>) {
    if (name == *text) return job_status_prefix(status);
  }
  return std::nullopt;
}

// A key comes back once its job is over, so the entry says whose it is.
IndexKey idempotency_key(const JobId& id, const Job& job) {
  if (!job.idempotency_key) return std::nullopt;
  return codec::KeyWriter().text(*job.idempotency_key).text(id.value()).take();
}
std::optional<std::string> idempotency_prefix(const Equality& filter) {
  const auto key = text_of(filter, "idempotency_key");
  return key ? std::optional(codec::KeyWriter().text(*key).take()) : std::nullopt;
}

IndexKey pending_key(const ManifestKey& key, const ManifestCacheEntry& entry) {
  if (entry.sync_state != SyncState::pending_write) return std::nullopt;
  return StoredAs<ManifestCacheEntry>::encode(key);
}

// Every index here has rows' keys as its values. (One function, because GCC 12 cannot compile a list of these structs.)
template <typename M>
typename SystemTable<M>::Definition index_on(
    std::string_view partition, std::vector<std::string> columns,
    std::function<IndexKey(const typename StoredAs<M>::Key& key, const M& value)> extract_key,
    std::function<std::optional<std::string>(const Equality& filter)> filter_to_prefix) {
  typename SystemTable<M>::Definition definition;
  definition.partition = partition;
  definition.columns = std::move(columns);
  definition.extract_key = std::move(extract_key);
  definition.filter_to_prefix = std::move(filter_to_prefix);
  return definition;
}

template <typename M>
Result<SystemTable<M>> open_table(store::Store& store, const std::shared_ptr<const std::string>& data_path,
                                  std::vector<typename SystemTable<M>::Definition> indexes = {}) {
  return SystemTable<M>::open(store, StoredAs<M>::kPartition, std::move(indexes), {}, ModelCodec<M>(data_path));
}

}  // namespace

std::vector<std::string_view> SystemTables::partitions() {
  return {StoredAs<User>::kPartition,
          kUsersByRolePartition,
          kUsersByIdentityPartition,
          StoredAs<Namespace>::kPartition,
          StoredAs<Storage>::kPartition,
          StoredAs<Job>::kPartition,
          kJobsByStatusPartition,
          kJobsByIdempotencyKeyPartition,
          StoredAs<JobNode>::kPartition,
          StoredAs<AuditLogEntry>::kPartition,
          StoredAs<ManifestCacheEntry>::kPartition,
          kPendingManifestsPartition,
          StoredAs<Topic>::kPartition,
          StoredAs<TopicOffset>::kPartition,
          StoredAs<SqlView>::kPartition};
}

Result<SystemTables> SystemTables::open(store::Store& store, std::string_view data_path) {
  const auto path = std::make_shared<const std::string>(data_path);
  return SystemTables{
      .users = TRY(
          open_table<User>(store, path,
                           {index_on<User>(kUsersByRolePartition, {"role"}, role_key, role_prefix),
                            index_on<User>(kUsersByIdentityPartition, {"auth_data"}, external_identity_key, nullptr)})),
      .namespaces = TRY(open_table<Namespace>(store, path)),
      .storages = TRY(open_table<Storage>(store, path)),
      .jobs = TRY(open_table<Job>(
          store, path,
          {index_on<Job>(kJobsByStatusPartition, {"status", "created_at"}, status_key, status_prefix),
           index_on<Job>(kJobsByIdempotencyKeyPartition, {"idempotency_key"}, idempotency_key, idempotency_prefix)})),
      .job_nodes = TRY(open_table<JobNode>(store, path)),
      .audit_log = TRY(open_table<AuditLogEntry>(store, path)),
      .manifests = TRY(open_table<ManifestCacheEntry>(
          store, path,
          {index_on<ManifestCacheEntry>(kPendingManifestsPartition, {"sync_state"}, pending_key, nullptr)})),
      .topics = TRY(open_table<Topic>(store, path)),
      .topic_offsets = TRY(open_table<TopicOffset>(store, path)),
      .views = TRY(open_table<SqlView>(store, path)),
  };
}

Status update_job(const SystemTables& tables, store::Batch& batch, const Job& job) {
  const auto stored = TRY(tables.jobs.get(job.job_id));
  if (!stored) return Error{ErrorCode::not_found, "Job not found: " + job.job_id.value()};
  TRY(job.check());
  return tables.jobs.add_update(batch, job.job_id, job, &*stored);
}

}  // namespace kalam::catalog
