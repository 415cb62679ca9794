// SystemTables: the persisted system tables as typed stores: a key type, a model, and the indexes.
//
// Writes go into a batch of the caller together with their index entries, so that a statement is one batch whatever it
// touches.

#pragma once
#include <array>
#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/models/audit_log_entry.h"
#include "catalog/models/job.h"
#include "catalog/models/manifest_cache_entry.h"
#include "catalog/models/namespace.h"
#include "catalog/models/sql_view.h"
#include "catalog/models/storage.h"
#include "catalog/models/topic.h"
#include "catalog/models/user.h"
#include "codec/key_codec.h"
#include "store/system_table_store.h"

namespace kalam::catalog {

// StoredAs<M>: where a model lies, and under which key. Key columns are those of the system table, in the order of the
// key, so that equality on the first of them is a prefix.
template <typename M>
struct StoredAs;

// Keys that are one id.
template <typename Id>
struct IdKey {
  using Key = Id;
  static std::string encode(const Id& id) { return codec::KeyWriter().text(id.value()).take(); }
  static Result<Id> decode(std::string_view bytes) {
    codec::KeyReader reader(bytes);
    auto id = TRY(reader.text());
    TRY(reader.end());
    return Id(std::move(id));
  }
};

template <>
struct StoredAs<User> : IdKey<UserId> {
  static constexpr std::string_view kPartition = "system_users";
  static constexpr std::array<std::string_view, 1> kKeyColumns = {"user_id"};
  static UserId key_of(const User& user) { return user.user_id; }
};
template <>
struct StoredAs<Namespace> : IdKey<NamespaceId> {
  static constexpr std::string_view kPartition = "system_namespaces";
  static constexpr std::array<std::string_view, 1> kKeyColumns = {"namespace_id"};
  static NamespaceId key_of(const Namespace& ns) { return ns.namespace_id; }
};
template <>
struct StoredAs<Storage> : IdKey<StorageId> {
  static constexpr std::string_view kPartition = "system_storages";
  static constexpr std::array<std::string_view, 1> kKeyColumns = {"storage_id"};
  static StorageId key_of(const Storage& storage) { return storage.storage_id; }
};
template <>
struct StoredAs<Job> : IdKey<JobId> {
  static constexpr std::string_view kPartition = "system_jobs";
  static constexpr std::array<std::string_view, 1> kKeyColumns = {"job_id"};
  static JobId key_of(const Job& job) { return job.job_id; }
};
template <>
struct StoredAs<AuditLogEntry> : IdKey<AuditId> {
  static constexpr std::string_view kPartition = "system_audit_log";
  static constexpr std::array<std::string_view, 1> kKeyColumns = {"audit_id"};
  static AuditId key_of(const AuditLogEntry& entry) { return entry.audit_id; }
};
template <>
struct StoredAs<Topic> : IdKey<TopicId> {
  static constexpr std::string_view kPartition = "system_topics";
  static constexpr std::array<std::string_view, 1> kKeyColumns = {"topic_id"};
  static TopicId key_of(const Topic& topic) { return topic.topic_id; }
};

template <>
struct StoredAs<SqlView> {
  using Key = TableId;
  static constexpr std::string_view kPartition = "system_views";
  static constexpr std::array<std::string_view, 2> kKeyColumns = {"namespace_id", "view_name"};
  static Key key_of(const SqlView& view) { return view.id(); }
  static std::string encode(const Key& key);
  static Result<Key> decode(std::string_view bytes);
};

struct JobNodeKey {
  NodeId node{0};
  JobId job;
  auto operator<=>(const JobNodeKey&) const = default;
};
template <>
struct StoredAs<JobNode> {
  using Key = JobNodeKey;
  static constexpr std::string_view kPartition = "system_job_nodes";
  static constexpr std::array<std::string_view, 2> kKeyColumns = {"node_id", "job_id"};
  static Key key_of(const JobNode& node) { return {node.node_id, node.job_id}; }
  static std::string encode(const Key& key);
  static Result<Key> decode(std::string_view bytes);
};

struct ManifestKey {
  TableId table;
  std::string scope;  // a user id, or "shared"
  auto operator<=>(const ManifestKey&) const = default;
};
template <>
struct StoredAs<ManifestCacheEntry> {
  using Key = ManifestKey;
  static constexpr std::string_view kPartition = "manifest_cache";
  static constexpr std::array<std::string_view, 3> kKeyColumns = {"namespace_id", "table_name", "scope"};
  static Key key_of(const ManifestCacheEntry& entry) { return {{entry.namespace_id, entry.table_name}, entry.scope}; }
  static std::string encode(const Key& key);
  static Result<Key> decode(std::string_view bytes);
};

struct TopicOffsetKey {
  TopicId topic;
  ConsumerGroupId group;
  int32_t partition = 0;
  auto operator<=>(const TopicOffsetKey&) const = default;
};
template <>
struct StoredAs<TopicOffset> {
  using Key = TopicOffsetKey;
  static constexpr std::string_view kPartition = "system_topic_offsets";
  static constexpr std::array<std::string_view, 3> kKeyColumns = {"topic_id", "group_id", "partition_id"};
  static Key key_of(const TopicOffset& offset) { return {offset.topic_id, offset.group_id, offset.partition_id}; }
  static std::string encode(const Key& key);
  static Result<Key> decode(std::string_view bytes);
};

// The value codec of a system table. Knows the data directory, so that a refusal can tell the operator where it is.
template <typename M>
class ModelCodec {
 public:
  ModelCodec() = default;
  explicit ModelCodec(std::shared_ptr<const std::string> data_path) : data_path_(std::move(data_path)) {}

  Result<std::string> encode(const M& value) const { return catalog::encode(value); }
  Result<M> decode(std::string_view bytes) const { return catalog::decode<M>(bytes, origin()); }

  // The shown values of the wanted columns (indexes into columns_of<M>()); nothing else is decoded.
  Result<std::vector<Value>> decode_projected(std::string_view bytes, const std::vector<size_t>& columns) const {
    std::vector<Value> row;
    TRY(decode_into(row, bytes, columns));
    return row;
  }
  Status decode_into(std::vector<Value>& row, std::string_view bytes, const std::vector<size_t>& columns) const {
    const auto reader = TRY(codec::ModelReader::open(codec::system_schema(model<M>().schema), bytes, origin()));
    row.clear();
    for (const auto column : columns) {
      const auto& field = columns_of<M>()[column];
      row.push_back(field.shown(TRY(field.stored_value(field.spec, reader))));
    }
    return {};
  }

 private:
  codec::Origin origin() const {
    return {.partition = StoredAs<M>::kPartition, .data_path = data_path_ ? *data_path_ : std::string_view()};
  }
  std::shared_ptr<const std::string> data_path_;
};

// Equality of a column and a value, as the indexes understand it.
struct Equality {
  std::string_view column;
  const Value* value;
};

template <typename M>
using SystemTable = store::SystemTableStore<typename StoredAs<M>::Key, M, StoredAs<M>, ModelCodec<M>, Equality>;

// Puts one model into a batch, its index entries included: a new one, or in place of the stored one.
template <typename M>
Status put(const SystemTable<M>& table, store::Batch& batch, const M& value) {
  return table.add_update(batch, StoredAs<M>::key_of(value), value);
}

// Every row, for tables that are small by nature.
template <typename M>
Result<std::vector<M>> read_all(const SystemTable<M>& table) {
  std::vector<M> rows;
  auto scan = TRY(table.rows().scan_iterator());
  while (auto row = TRY(scan.next())) rows.push_back(std::move(row->value));
  return rows;
}

// Where the jobs of a status lie in their index, the oldest first.
std::string job_status_prefix(JobStatus status);

// The key of an external identity in its index.
std::string identity_key(std::string_view issuer, std::string_view subject);

enum UserIndex : size_t { kUsersByRole, kUsersByIdentity };
enum JobIndex : size_t { kJobsByStatus, kJobsByIdempotencyKey };
enum ManifestIndex : size_t { kPendingManifests };

struct SystemTables {
  SystemTable<User> users;
  SystemTable<Namespace> namespaces;
  SystemTable<Storage> storages;
  SystemTable<Job> jobs;
  SystemTable<JobNode> job_nodes;
  SystemTable<AuditLogEntry> audit_log;
  SystemTable<ManifestCacheEntry> manifests;
  SystemTable<Topic> topics;
  SystemTable<TopicOffset> topic_offsets;
  SystemTable<SqlView> views;

  static std::vector<std::string_view> partitions();  // of every table and index
  // Opens every table; partitions that are missing are created.
  static Result<SystemTables> open(store::Store& store, std::string_view data_path);
};

// Replaces a job that is there, if its new state keeps the promises of Job::check().
Status update_job(const SystemTables& tables, store::Batch& batch, const Job& job);

}  // namespace kalam::catalog
