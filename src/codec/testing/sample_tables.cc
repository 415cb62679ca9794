#include "codec/testing/sample_tables.h"

namespace kalam::codec::testing {
namespace {

void append(TableDefinition& table, std::string name, DataType type) {
  ColumnDefinition column;
  column.id = ColumnId(table.next_column_id++);
  column.ordinal = ++table.last_ordinal;
  column.name = std::move(name);
  column.type = type;
  table.columns.push_back(std::move(column));
}

}  // namespace

TableDefinition table_of(std::vector<SampleColumn> columns) {
  TableDefinition table;
  table.id = {NamespaceId("chat"), TableName("messages")};
  table.options = UserTableOptions{};
  table.changes = "Initial schema";
  table.created_by = UserId("root");
  for (auto& column : columns) append(table, std::move(column.name), column.type);
  table.columns.front().primary_key = true;
  table.columns.front().nullable = false;
  append(table, "_seq", TypeTag::bigint);
  table.columns.back().nullable = false;
  append(table, "_deleted", TypeTag::boolean);
  table.columns.back().nullable = false;
  table.columns.back().default_value = {ColumnDefault::Literal{"false"}};
  return table;
}

std::vector<TableDefinition> sample_tables() {
  auto everything = table_of({{"id", TypeTag::bigint},
                              {"name", TypeTag::text},
                              {"active", TypeTag::boolean},
                              {"small", TypeTag::smallint},
                              {"plain", TypeTag::integer},
                              {"ratio", TypeTag::float_},
                              {"precise", TypeTag::double_},
                              {"at", TypeTag::timestamp},
                              {"on_day", TypeTag::date},
                              {"moment", TypeTag::datetime},
                              {"clock", TypeTag::time},
                              {"extra", TypeTag::json},
                              {"raw", TypeTag::bytes},
                              {"vec", *DataType::embedding(384)},
                              {"ref", TypeTag::uuid},
                              {"price", *DataType::decimal(10, 2)},
                              {"attachment", TypeTag::file}});
  everything.columns[0].default_value = {ColumnDefault::Function{"SNOWFLAKE_ID", {}}};
  everything.columns[1].comment = "who \xC3\xA9";
  everything.columns[4].default_value = {ColumnDefault::Literal{"5"}};
  everything.columns[7].default_value = {ColumnDefault::Function{"NOW", {"1", "\"x\""}}};
  everything.schema_version = 51;
  everything.comment = "all types";
  everything.created_at_ms = 1'700'000'000'000;
  everything.updated_at_ms = 1'700'000'000'001;
  everything.changes = "ADD COLUMN attachment FILE";
  everything.generation = 3;
  everything.options = UserTableOptions{.storage_id = StorageId("s3"),
                                        .use_user_storage = true,
                                        .flush_policy = FlushPolicy{.rows = 1000, .interval_seconds = 60},
                                        .compression = "zstd",
                                        .deleted_retention_hours = 24};

  SharedTableOptions open_to_all;
  open_to_all.access_level = AccessLevel::public_;
  open_to_all.flush_policy = FlushPolicy{10, std::nullopt};
  auto shared = table_of({{"id", TypeTag::bigint}});
  shared.id.table = TableName("rooms");
  shared.type = TableType::shared;
  shared.options = open_to_all;

  SharedTableOptions nothing_said;
  nothing_said.access_level.reset();
  auto unset = shared;
  unset.id.table = TableName("unset");
  unset.options = nothing_said;

  StreamTableOptions short_lived;
  short_lived.ttl_seconds = 30;
  short_lived.eviction_strategy = "hybrid";
  short_lived.max_stream_size_bytes = 7;
  auto stream = table_of({{"id", TypeTag::text}});
  stream.id.table = TableName("events");
  stream.type = TableType::stream;
  stream.options = short_lived;

  auto system = table_of({{"id", TypeTag::text}});
  system.id = {NamespaceId("system"), TableName("users")};
  system.type = TableType::system;
  system.options = SystemTableOptions{false, false, 300, true};
  return {std::move(everything), std::move(shared), std::move(unset), std::move(stream), std::move(system)};
}

}  // namespace kalam::codec::testing
