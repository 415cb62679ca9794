#include "catalog/startup_check.h"

#include "base/log.h"

namespace kalam::catalog {
namespace {

// The value is judged before the key: that it is no value of ours says more.
template <typename M>
Status check_ends(const SystemTable<M>& table, std::string_view data_path) {
  for (const bool reverse : {false, true}) {
    const auto scan = TRY(table.rows().scan_raw({.limit = 1, .reverse = reverse}));
    if (!scan->valid()) {
      TRY(scan->status());
      continue;
    }
    TRY(decode<M>(scan->value(), {.partition = StoredAs<M>::kPartition, .data_path = data_path}));
    TRY(table.rows().key_of(scan->key()));
  }
  return {};
}

// Messages have a model, and their rows belong to another module: the envelope and the table in it are looked at here.
Status check_messages(store::Store& store, std::string_view data_path) {
  constexpr std::string_view kPartition = "topic_messages";
  const auto partition = store.partition(kPartition);
  if (!partition.ok()) {
    if (partition.error().code == ErrorCode::partition_not_found) return {};
    return partition.error();
  }
  for (const bool reverse : {false, true}) {
    const auto scan = TRY(store.scan(*partition, {.limit = 1, .reverse = reverse}));
    if (scan->valid()) {
      TRY(codec::ModelReader::open(codec::system_schema(codec::SystemModel::topic_message), scan->value(),
                                   {.partition = kPartition, .data_path = data_path}));
    } else {
      TRY(scan->status());
    }
  }
  return {};
}

Status check_all(store::Store& store, const SystemTables& tables, const TableDefinitions& definitions,
                 std::string_view data_path) {
  TRY(check_ends(tables.users, data_path));
  TRY(check_ends(tables.namespaces, data_path));
  TRY(definitions.check_ends());
  TRY(check_ends(tables.storages, data_path));
  TRY(check_ends(tables.jobs, data_path));
  TRY(check_ends(tables.job_nodes, data_path));
  TRY(check_ends(tables.audit_log, data_path));
  TRY(check_ends(tables.manifests, data_path));
  TRY(check_ends(tables.topics, data_path));
  TRY(check_ends(tables.topic_offsets, data_path));
  TRY(check_ends(tables.views, data_path));
  return check_messages(store, data_path);
}

}  // namespace

Status check_stored_values(store::Store& store, const SystemTables& tables, const TableDefinitions& definitions,
                           std::string_view data_path) {
  auto status = check_all(store, tables, definitions, data_path);
  if (!status.ok()) {
    log::error("catalog", "stored values cannot be read by this version", {{"error", status.error().message}});
  }
  return status;
}

}  // namespace kalam::catalog
