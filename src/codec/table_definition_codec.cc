#include "codec/table_definition_codec.h"

#include <flatbuffers/flatbuffers.h>

#include "base/counters.h"
#include "base/utf8.h"
#include "codec/detail/meter.h"
#include "codec/generated/table_definition_generated.h"
#include "codec/system_schemas.h"

namespace kalam::codec {
namespace {

namespace fbs = kalamdb::system;
using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using flatbuffers::String;

const SystemSchema& schema() { return system_schema(SystemModel::table_definition); }

// --- writing ---------------------------------------------------------------------------------------------------------

template <typename T>
flatbuffers::Optional<T> optional_of(const std::optional<T>& value) {
  return value ? flatbuffers::Optional<T>(*value) : flatbuffers::Optional<T>();
}

Offset<String> text(FlatBufferBuilder& builder, std::string_view value) {
  return builder.CreateString(value.data(), value.size());
}
Offset<String> text(FlatBufferBuilder& builder, const std::optional<std::string>& value) {
  return value ? text(builder, std::string_view(*value)) : Offset<String>();
}

Offset<fbs::ColumnDefinition> write(FlatBufferBuilder& builder, const ColumnDefinition& column) {
  std::string type_bytes;
  column.type.encode(type_bytes);
  const auto name = text(builder, std::string_view(column.name));
  const auto comment = text(builder, column.comment);
  const auto type = builder.CreateVector(reinterpret_cast<const uint8_t*>(type_bytes.data()), type_bytes.size());
  auto kind = fbs::ColumnDefaultKind::None;
  Offset<String> literal;
  Offset<String> function;
  Offset<flatbuffers::Vector<Offset<String>>> args;
  if (const auto* value = std::get_if<ColumnDefault::Literal>(&column.default_value.kind)) {
    kind = fbs::ColumnDefaultKind::Literal;
    literal = text(builder, std::string_view(value->json));
  } else if (const auto* call = std::get_if<ColumnDefault::Function>(&column.default_value.kind)) {
    kind = fbs::ColumnDefaultKind::Function;
    function = text(builder, std::string_view(call->name));
    args = builder.CreateVectorOfStrings(call->args);
  }
  return fbs::CreateColumnDefinition(builder, column.id.value(), name, comment, type, kind, literal, function, args,
                                     column.ordinal, column.nullable, column.primary_key, column.partition_key);
}

Offset<fbs::FlushPolicy> write(FlatBufferBuilder& builder, const std::optional<FlushPolicy>& policy) {
  if (!policy) return {};
  return fbs::CreateFlushPolicy(builder, optional_of(policy->rows), optional_of(policy->interval_seconds));
}

struct WrittenOptions {
  fbs::TableOptions kind;
  Offset<void> table;
};

WrittenOptions write(FlatBufferBuilder& builder, const UserTableOptions& options) {
  const auto storage = text(builder, options.storage_id.text());
  const auto policy = write(builder, options.flush_policy);
  const auto compression = text(builder, std::string_view(options.compression));
  return {fbs::TableOptions::UserTableOptions,
          fbs::CreateUserTableOptions(builder, storage, options.use_user_storage, policy, compression,
                                      optional_of(options.deleted_retention_hours))
              .Union()};
}

WrittenOptions write(FlatBufferBuilder& builder, const SharedTableOptions& options) {
  const auto storage = text(builder, options.storage_id.text());
  const auto access = options.access_level ? text(builder, name_of(*options.access_level)) : Offset<String>();
  const auto policy = write(builder, options.flush_policy);
  const auto compression = text(builder, std::string_view(options.compression));
  return {fbs::TableOptions::SharedTableOptions,
          fbs::CreateSharedTableOptions(builder, storage, access, policy, compression,
                                        optional_of(options.deleted_retention_hours))
              .Union()};
}

WrittenOptions write(FlatBufferBuilder& builder, const StreamTableOptions& options) {
  const auto eviction = text(builder, std::string_view(options.eviction_strategy));
  const auto compression = text(builder, std::string_view(options.compression));
  return {fbs::TableOptions::StreamTableOptions,
          fbs::CreateStreamTableOptions(builder, options.ttl_seconds, eviction, options.max_stream_size_bytes,
                                        compression, optional_of(options.deleted_retention_hours))
              .Union()};
}

WrittenOptions write(FlatBufferBuilder& builder, const SystemTableOptions& options) {
  return {fbs::TableOptions::SystemTableOptions,
          fbs::CreateSystemTableOptions(builder, options.read_only, options.enable_cache, options.cache_ttl_seconds,
                                        options.localhost_only)
              .Union()};
}

// --- reading ---------------------------------------------------------------------------------------------------------

Error corrupt(std::string_view what) {
  return Error{ErrorCode::corrupt_payload, "table_definition decode failed: " + std::string(what)};
}

Result<std::string> read_text(const String* value, std::string_view field) {
  if (!value) return corrupt("missing " + std::string(field));
  if (!is_utf8(value->string_view())) return corrupt(std::string(field) + " is not valid UTF-8");
  return value->str();
}

Result<std::optional<std::string>> read_optional_text(const String* value, std::string_view field) {
  if (!value) return std::nullopt;
  return std::optional(TRY(read_text(value, field)));
}

template <typename T>
std::optional<T> read(const flatbuffers::Optional<T>& value) {
  return value ? std::optional<T>(*value) : std::nullopt;
}

Result<ColumnDefault> read_default(const fbs::ColumnDefinition& column) {
  switch (column.default_kind()) {
    case fbs::ColumnDefaultKind::None: return ColumnDefault{};
    case fbs::ColumnDefaultKind::Literal:
      return ColumnDefault{ColumnDefault::Literal{TRY(read_text(column.default_literal(), "default_literal"))}};
    case fbs::ColumnDefaultKind::Function: {
      ColumnDefault::Function function{TRY(read_text(column.default_function(), "default_function")), {}};
      if (const auto* args = column.default_args()) {
        for (const auto* arg : *args) function.args.push_back(TRY(read_text(arg, "default_args")));
      }
      return ColumnDefault{std::move(function)};
    }
  }
  return corrupt("unknown default_kind " + std::to_string(static_cast<int>(column.default_kind())));
}

Result<ColumnDefinition> read(const fbs::ColumnDefinition& column) {
  const auto& type = *column.data_type();
  auto decoded = DataType::decode({reinterpret_cast<const char*>(type.data()), type.size()});
  if (!decoded.ok()) return corrupt("data_type: " + decoded.error().message);
  ColumnDefinition definition;
  definition.id = ColumnId(column.column_id());
  definition.name = TRY(read_text(column.column_name(), "column_name"));
  definition.comment = TRY(read_optional_text(column.column_comment(), "column_comment"));
  definition.type = std::move(decoded).value();
  definition.default_value = TRY(read_default(column));
  definition.ordinal = column.ordinal_position();
  definition.nullable = column.is_nullable();
  definition.primary_key = column.is_primary_key();
  definition.partition_key = column.is_partition_key();
  return definition;
}

Result<std::optional<FlushPolicy>> read_policy(const fbs::FlushPolicy* policy) {
  if (!policy) return std::nullopt;
  auto checked = FlushPolicy::checked(read(policy->row_limit()), read(policy->interval_seconds()));
  if (!checked.ok()) return corrupt("flush_policy: " + checked.error().message);
  return std::optional(std::move(checked).value());
}

Result<TableOptions> read_options(const fbs::UserTableOptions& stored) {
  UserTableOptions options;
  options.storage_id = StorageId(TRY(read_text(stored.storage_id(), "storage_id")));
  options.use_user_storage = stored.use_user_storage();
  options.flush_policy = TRY(read_policy(stored.flush_policy()));
  options.compression = TRY(read_text(stored.compression(), "compression"));
  options.deleted_retention_hours = read(stored.deleted_retention_hours());
  return options;
}

Result<TableOptions> read_options(const fbs::SharedTableOptions& stored) {
  SharedTableOptions options;
  options.storage_id = StorageId(TRY(read_text(stored.storage_id(), "storage_id")));
  options.access_level.reset();
  if (const auto access = TRY(read_optional_text(stored.access_level(), "access_level"))) {
    options.access_level = parse_access_level(*access);
    if (!options.access_level) return corrupt("unknown access_level '" + *access + "'");
  }
  options.flush_policy = TRY(read_policy(stored.flush_policy()));
  options.compression = TRY(read_text(stored.compression(), "compression"));
  options.deleted_retention_hours = read(stored.deleted_retention_hours());
  return options;
}

Result<TableOptions> read_options(const fbs::StreamTableOptions& stored) {
  StreamTableOptions options;
  options.ttl_seconds = stored.ttl_seconds();
  options.eviction_strategy = TRY(read_text(stored.eviction_strategy(), "eviction_strategy"));
  options.max_stream_size_bytes = stored.max_stream_size_bytes();
  options.compression = TRY(read_text(stored.compression(), "compression"));
  options.deleted_retention_hours = read(stored.deleted_retention_hours());
  return options;
}

Result<TableOptions> read_options(const fbs::SystemTableOptions& stored) {
  SystemTableOptions options;
  options.read_only = stored.read_only();
  options.enable_cache = stored.enable_cache();
  options.cache_ttl_seconds = stored.cache_ttl_seconds();
  options.localhost_only = stored.localhost_only();
  return options;
}

Result<TableOptions> read_options(const fbs::TableDefinition& table) {
  switch (table.table_options_type()) {
    case fbs::TableOptions::UserTableOptions: return read_options(*table.table_options_as_UserTableOptions());
    case fbs::TableOptions::SharedTableOptions: return read_options(*table.table_options_as_SharedTableOptions());
    case fbs::TableOptions::StreamTableOptions: return read_options(*table.table_options_as_StreamTableOptions());
    case fbs::TableOptions::SystemTableOptions: return read_options(*table.table_options_as_SystemTableOptions());
    case fbs::TableOptions::NONE: break;
  }
  return corrupt("unknown kind of table_options");
}

Result<TableDefinition> read(const fbs::TableDefinition& table) {
  const auto type = TRY(read_text(table.table_type(), "table_type"));
  const auto known_type = parse_table_type(type);
  if (!known_type) return corrupt("unknown table_type '" + type + "'");

  TableDefinition definition;
  definition.id.ns = NamespaceId(TRY(read_text(table.namespace_id(), "namespace_id")));
  definition.id.table = TableName(TRY(read_text(table.table_name(), "table_name")));
  definition.type = *known_type;
  for (const auto* column : *table.columns()) definition.columns.push_back(TRY(read(*column)));
  definition.schema_version = table.schema_version();
  definition.next_column_id = table.next_column_id();
  definition.last_ordinal = table.last_ordinal();
  definition.options = TRY(read_options(table));
  definition.comment = TRY(read_optional_text(table.table_comment(), "table_comment"));
  definition.created_at_ms = table.created_at();
  definition.updated_at_ms = table.updated_at();
  definition.changes = TRY(read_text(table.changes(), "changes"));
  definition.created_by = UserId(TRY(read_text(table.created_by(), "created_by")));
  definition.generation = table.generation();
  if (auto sound = definition.check(); !sound.ok()) return corrupt(sound.error().message);
  return definition;
}

}  // namespace

Result<std::string> encode_table_definition(const TableDefinition& definition) {
  const detail::Timed timed(schema().payload().encode_ns());
  FlatBufferBuilder builder(1024);
  builder.ForceDefaults(true);
  std::vector<Offset<fbs::ColumnDefinition>> columns;
  columns.reserve(definition.columns.size());
  for (const auto& column : definition.columns) columns.push_back(write(builder, column));
  const auto ns = text(builder, definition.id.ns.text());
  const auto name = text(builder, definition.id.table.text());
  const auto type = text(builder, name_of(definition.type));
  const auto all_columns = builder.CreateVector(columns);
  const auto options = std::visit([&](const auto& kind) { return write(builder, kind); }, definition.options);
  const auto comment = text(builder, definition.comment);
  const auto changes = text(builder, std::string_view(definition.changes));
  const auto created_by = text(builder, definition.created_by.text());
  builder.Finish(fbs::CreateTableDefinition(builder, ns, name, type, all_columns, definition.schema_version,
                                            definition.next_column_id, options.kind, options.table, comment,
                                            definition.created_at_ms, definition.updated_at_ms, changes, created_by,
                                            definition.generation, definition.last_ordinal));
  const std::string_view payload(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  schema().payload().payload_bytes().record(payload.size());
  return wrap(schema().payload(), payload);
}

Result<TableDefinition> decode_table_definition(std::string_view bytes, const Origin& origin) {
  const detail::Timed timed(schema().payload().decode_ns());
  const auto opened = TRY(open(bytes, schema().payload(), origin));
  // The generated accessors load words in place: the payload must lie aligned.
  std::vector<uint64_t> aligned(opened.payload.size() / sizeof(uint64_t) + 1);
  std::memcpy(aligned.data(), opened.payload.data(), opened.payload.size());
  const std::string_view payload(reinterpret_cast<const char*>(aligned.data()), opened.payload.size());
  if (!schema().verify(payload)) return schema().payload().decode_failed(corrupt("damaged FlatBuffers table"));
  auto definition = read(*flatbuffers::GetRoot<fbs::TableDefinition>(payload.data()));
  if (!definition.ok()) return schema().payload().decode_failed(std::move(definition).error());
  return definition;
}

}  // namespace kalam::codec
