#include <map>

#include "auth/access.h"
#include "query/statements/audited_write.h"
#include "query/statements/naming.h"
#include "query/statements/rows_reply.h"
#include "query/statements/statements.h"
#include "tables/table_reader.h"

namespace kalam::query {

namespace {

// In which version each column appeared.
using FirstSeen = std::map<ColumnId, uint32_t>;

FirstSeen first_seen(const std::vector<TableDefinition>& history) {
  FirstSeen seen;
  for (const auto& version : history) {
    for (const auto& column : version.columns) seen.try_emplace(column.id, version.schema_version);
  }
  return seen;
}

std::vector<duck::ResultColumn> described_columns() {
  const DataType text(TypeTag::text), integer(TypeTag::integer), boolean(TypeTag::boolean);
  return {{"column_name", text, false, true},
          {"ordinal_position", integer, false, true},
          {"column_id", DataType(TypeTag::bigint), false, true},
          {"data_type", text, false, true},
          {"is_nullable", boolean, false, true},
          {"is_primary_key", boolean, false, true},
          {"column_default", text},
          {"column_comment", text},
          {"schema_version", integer, false, true}};
}

Value text_or_null(const std::optional<std::string>& text) {
  return text ? Value::text(*text) : Value::null(ScalarKind::utf8);
}

Status describe(const ColumnDefinition& column, uint32_t version, RowsReply& reply) {
  return reply.add(std::array{Value::text(column.name), Value::int32(static_cast<int32_t>(column.ordinal)),
                              Value::int64(static_cast<int64_t>(column.id.value())),
                              Value::text(column.type.sql_name()), Value::boolean(column.nullable),
                              Value::boolean(column.primary_key), text_or_null(column.default_value.sql()),
                              text_or_null(column.comment), Value::int32(static_cast<int32_t>(version))});
}

Result<TableDefinitionPtr> readable_table(const TableId& id, const Services& services, const Session& session) {
  auto table = TRY(existing_table(id, services));
  TRY(auth::check_read(session.viewer, *table));
  return table;
}

struct RowStats {
  uint64_t rows = 0;
  uint64_t bytes = 0;  // of their values
};

// Of the rows that the session sees; of system tables none are counted.
Result<RowStats> row_stats(const TableDefinitionPtr& table, const Services& services, const Session& session) {
  RowStats stats;
  if (table->type == TableType::system) return stats;
  tables::ReadPoint point;
  if (table->type != TableType::shared) point.user = session.viewer.user;
  point.now_ms = services.clock.now_ms();
  const tables::TableReader reader(TRY(services.tables.open(table)), std::move(point));
  ScanRequest request{.columns = {}, .viewer = session.viewer};
  for (size_t i = 0; i < reader.columns().size(); ++i) request.columns.push_back(i);
  const auto cursor = TRY(reader.open(request));
  std::vector<Value> row;
  while (TRY(cursor->next(row))) {
    ++stats.rows;
    for (const auto& value : row) stats.bytes += estimated_size(value);
  }
  return stats;
}

}  // namespace

Result<QueryReply> run(const sql::DescribeTable& describe_table, const Services& services, Session& session) {
  const AuditedRead read(services, session);
  const auto id = TRY(table_id(describe_table.table, session));
  const auto table = TRY(readable_table(id, services, session));
  const auto history = TRY(services.catalog.history(id));
  RowsReply reply(described_columns());
  if (describe_table.history) {
    for (const auto& version : history) {
      for (const auto& column : version.columns) TRY(describe(column, version.schema_version, reply));
    }
  } else {
    const auto seen = first_seen(history);
    for (const auto& column : table->columns) {
      const auto first = seen.find(column.id);
      TRY(describe(column, first == seen.end() ? table->schema_version : first->second, reply));
    }
  }
  return read.done(reply.take(), "DESCRIBE", id.dotted());
}

Result<QueryReply> run(const sql::ShowStats& show, const Services& services, Session& session) {
  const AuditedRead read(services, session);
  const auto id = TRY(table_id(show.table, session));
  const auto table = TRY(readable_table(id, services, session));
  const auto stats = TRY(row_stats(table, services, session));
  const bool stream = table->type == TableType::stream;
  // Unsigned 64-bit numbers, which clients are told as text.
  const DataType text(TypeTag::text);
  RowsReply reply({{"table_name", text},
                   {"namespace", text},
                   {"schema_version", text},
                   {"logical_rows", text},
                   {"flushed_segments", text},
                   {"active_streams", text},
                   {"memory_bytes", text}});
  TRY(reply.add(std::array{Value::text(id.table.value()), Value::text(id.ns.value()),
                           Value::uint64(table->schema_version), Value::uint64(stats.rows), Value::uint64(0),
                           Value::uint64(stream ? stats.rows : 0), Value::uint64(stats.bytes)}));
  return read.done(reply.take(), "SHOW", "STATS " + id.dotted());
}

}  // namespace kalam::query
