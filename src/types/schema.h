// TableDefinition: what a table is, at one schema version. Values: shared as `shared_ptr<const TableDefinition>`.

#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"
#include "types/ids.h"

namespace kalam {

enum class TableType : uint8_t { user, shared, stream, system };
enum class AccessLevel : uint8_t { public_, private_, restricted, dba };

// What a column gets when a row does not name it.
struct ColumnDefault {
  struct None {
    bool operator==(const None&) const = default;
  };
  struct Literal {
    std::string json;  // a JSON value, compact
    bool operator==(const Literal&) const = default;
  };
  struct Function {
    std::string name;               // upper case: NOW, SNOWFLAKE_ID, …
    std::vector<std::string> args;  // JSON values
    bool operator==(const Function&) const = default;
  };
  std::variant<None, Literal, Function> kind;

  bool operator==(const ColumnDefault&) const = default;
  bool none() const { return std::holds_alternative<None>(kind); }
  std::string json() const;                // "None", {"Literal":…}, {"FunctionCall":{"name":…,"args":[…]}}
  std::optional<std::string> sql() const;  // as DESCRIBE shows it; nothing for none
  static Result<ColumnDefault> from_json(std::string_view json);
};

struct ColumnDefinition {
  ColumnId id{0};    // never reused; the field id in Parquet
  std::string name;  // lower case
  std::optional<std::string> comment;
  DataType type;
  ColumnDefault default_value;
  uint32_t ordinal = 0;  // 1-based, never changes, never reused
  bool nullable = true;
  bool primary_key = false;
  bool partition_key = false;

  bool operator==(const ColumnDefinition&) const = default;
};

struct FlushPolicy {  // at least one of the two
  std::optional<uint64_t> rows;
  std::optional<uint64_t> interval_seconds;

  bool operator==(const FlushPolicy&) const = default;
  static Result<FlushPolicy> checked(std::optional<uint64_t> rows, std::optional<uint64_t> interval_seconds);
  static Result<FlushPolicy> parse(std::string_view text);  // "rows:N", "interval:S", "rows:N,interval:S"
  std::string json() const;
};

struct UserTableOptions {
  StorageId storage_id{"local"};
  bool use_user_storage = false;
  std::optional<FlushPolicy> flush_policy = {};
  std::string compression = "snappy";
  std::optional<uint32_t> deleted_retention_hours = {};
  bool operator==(const UserTableOptions&) const = default;
};

struct SharedTableOptions {
  StorageId storage_id{"local"};
  std::optional<AccessLevel> access_level = AccessLevel::private_;
  std::optional<FlushPolicy> flush_policy = {};
  std::string compression = "snappy";
  std::optional<uint32_t> deleted_retention_hours = {};
  bool operator==(const SharedTableOptions&) const = default;
};

struct StreamTableOptions {
  uint64_t ttl_seconds = 86400;
  std::string eviction_strategy = "time_based";  // or size_based, hybrid
  uint64_t max_stream_size_bytes = 0;            // 0: unlimited
  std::string compression = "snappy";
  std::optional<uint32_t> deleted_retention_hours = {};
  bool operator==(const StreamTableOptions&) const = default;
};

struct SystemTableOptions {
  bool read_only = true;
  bool enable_cache = true;
  uint64_t cache_ttl_seconds = 300;
  bool localhost_only = false;
  bool operator==(const SystemTableOptions&) const = default;
};

using TableOptions = std::variant<UserTableOptions, SharedTableOptions, StreamTableOptions, SystemTableOptions>;
const StorageId* storage_id_of(const TableOptions& options);  // null: tables of this kind have no segments
std::string json_of(const TableOptions& options);             // tagged by "table_type", upper case
Result<TableOptions> table_options_from_json(std::string_view json);

struct TableDefinition {
  TableId id;
  TableType type = TableType::user;
  std::vector<ColumnDefinition> columns;  // by ordinal, `_seq` and `_deleted` included
  uint32_t schema_version = 1;
  uint64_t next_column_id = 1;  // never decreases
  uint32_t last_ordinal = 0;    // highest ordinal ever used, so that none is given out twice
  TableOptions options;
  std::optional<std::string> comment;
  int64_t created_at_ms = 0;
  int64_t updated_at_ms = 0;
  std::string changes;      // what this version did: "Initial schema", or the text of the ALTER
  UserId created_by;        // ours; no view shows it
  uint64_t generation = 0;  // ours: rises when a name is created again

  bool operator==(const TableDefinition&) const = default;

  const ColumnDefinition* column(std::string_view name) const;  // null: no such column; name in lower case
  const ColumnDefinition* column(ColumnId column) const;
  std::vector<const ColumnDefinition*> primary_key() const;  // by ordinal
  // Without `_seq` and the like, by ordinal: element i is what Row::values[i] belongs to.
  std::vector<const ColumnDefinition*> user_columns() const;

  // The invariants of spec types §12; a definition is checked before it is stored.
  Status check() const;
};
using TableDefinitionPtr = std::shared_ptr<const TableDefinition>;

std::string_view name_of(TableType type);                              // "user"
std::string_view name_of(AccessLevel level);                           // "public"
std::string_view variant_name(TableType type);                         // "User": the JSON of definitions
std::string_view variant_name(AccessLevel level);                      // "Public"
std::optional<TableType> parse_table_type(std::string_view text);      // any case
std::optional<AccessLevel> parse_access_level(std::string_view text);  // any case

std::string json_of(const ColumnDefinition& column);
std::string json_of_columns(const std::vector<ColumnDefinition>& columns);

inline bool is_system_column(std::string_view name) {
  return name == "_seq" || name == "_deleted" || name == "_commit_seq";
}

}  // namespace kalam
