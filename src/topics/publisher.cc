#include "topics/publisher.h"

#include <utility>

#include "base/counters.h"
#include "base/log.h"
#include "types/json_text.h"
#include "types/json_value.h"
#include "types/order.h"

namespace kalam::topics {

namespace {

// Nobody who reads a topic is to learn these; results show them the same way.
bool is_masked(std::string_view column) { return column == "password_hash" || column == "credentials"; }

// Every column, as clients are shown cells; NaN, which JSON does not have, as null.
Result<std::string> payload_of(const TableDefinition& table, Payload mode, const Row& row, RowSeq seq, bool deleted) {
  std::string text;
  JsonText json(text);
  json.begin_object();
  size_t place = 0;
  for (const auto& column : table.columns) {
    if (is_system_column(column.name)) continue;
    const auto at = place++;
    json.key(column.name);
    if (at >= row.values.size() || row.values[at].is_null()) json.null();
    else if (is_masked(column.name)) json.string("***");
    else if (!write_json(json, row.values[at]).ok()) json.null();
  }
  json.key("_seq").string(std::to_string(seq.value()));
  json.key("_deleted").boolean(deleted);
  if (mode != Payload::key) json.key("_table").string(table.id.colon());
  json.end_object();
  return text;
}

// The text of the primary key; of several columns an object; none for tables without one.
Result<std::optional<std::string>> key_of(const TableDefinition& table, const Row& row) {
  size_t place = 0;
  std::vector<std::pair<std::string_view, Value>> parts;
  for (const auto& column : table.columns) {
    if (is_system_column(column.name)) continue;
    const auto at = place++;
    if (column.primary_key) parts.emplace_back(column.name, at < row.values.size() ? row.values[at] : Value());
  }
  if (parts.empty() || (parts.size() == 1 && parts.front().second.is_null())) return std::optional<std::string>();
  if (parts.size() == 1) return std::optional(TRY(pk_text(parts.front().second)));
  std::string text;
  JsonText json(text);
  json.begin_object();
  for (const auto& [name, value] : parts) {
    json.key(name);
    TRY(write_json(json, value));
  }
  json.end_object();
  return std::optional(std::move(text));
}

// The same for every process and build: FNV-1a. Rows of one user and key stay in one partition, hence in order.
uint32_t partition_of(const Message& message, uint32_t partitions) {
  if (partitions <= 1) return 0;
  uint64_t hash = 0xCBF29CE484222325u;
  const auto add = [&](std::string_view text) {
    for (const unsigned char byte : text) hash = (hash ^ byte) * 0x100000001B3u;
    hash = (hash ^ 0xFFu) * 0x100000001B3u;
  };
  add(message.user ? message.user->value() : std::string_view());
  if (message.key) add(*message.key);
  return static_cast<uint32_t>((hash ^ hash >> 32) % partitions);
}

}  // namespace

Status Publisher::publish(const catalog::CatalogSnapshotPtr& catalog, const ChangeSet& changes, int64_t at_ms,
                          store::Batch& batch) {
  // The same as before: whatever else changed.
  if (!seen_ || &catalog->topics() != &seen_->topics()) {
    seen_ = catalog;
    routes_ = std::make_shared<const Routes>(*catalog);
  }
  if (routes_->empty()) return {};
  for (const auto& table : changes.tables) {
    const auto sources = routes_->of(table.table->id);
    if (sources.empty()) continue;
    for (const auto& change : table.rows) {
      for (const auto& source : sources) {
        if (source.route.on == change.kind) TRY(publish(source, table, change, at_ms, batch));
      }
    }
  }
  return {};
}

Status Publisher::publish(const Source& source, const TableChanges& changes, const RowChange& change, int64_t at_ms,
                          store::Batch& batch) {
  const bool deleted = change.kind == ChangeKind::remove;
  const auto& row = deleted ? *change.before : *change.after;
  if (source.route.filter) {
    const auto accepted = accepts_(changes.table, *source.route.filter, row, change.header.seq, deleted);
    if (!accepted.ok()) {
      // The commit is somebody else's, and stands: a row that the filter cannot judge is none that it accepts.
      counters::counter("topic_filter_errors_total").add();
      log::warn("topics", "a row was not published: the filter of its source fails",
                {{"topic", source.topic.value()}, {"error", accepted.error().message}});
      return {};
    }
    if (!*accepted) return {};
  }
  Message message{.topic = source.topic,
                  .payload = TRY(payload_of(*changes.table, source.route.payload, row, change.header.seq, deleted)),
                  .key = TRY(key_of(*changes.table, row)),
                  .timestamp_ms = at_ms,
                  .user = changes.user,
                  .kind = change.kind};
  message.partition = partition_of(message, source.partitions);
  const PartitionId partition{message.topic, message.partition};
  auto* const end = TRY(end_of(partition));
  message.offset = end->next++;
  return log_.put(batch, message);
}

Result<Extent*> Publisher::end_of(const PartitionId& partition) {
  if (last_ && last_->first == partition) return &last_->second;
  const auto found = ends_.find(partition);
  if (found != ends_.end()) return &(last_ = &*found)->second;
  const auto extent = TRY(log_.extent(partition));
  last_ = &*ends_.emplace(partition, extent).first;
  return &last_->second;
}

void Publisher::finish(store::Batch& batch) const {
  for (const auto& [partition, extent] : ends_) log_.put(batch, partition, extent);
}

void Publisher::stored() {
  last_ = nullptr;
  for (const auto& [partition, extent] : std::exchange(ends_, {})) log_.published(partition, extent);
}

}  // namespace kalam::topics
