#include "types/schema.h"

#include <algorithm>
#include <array>
#include <set>

#include "types/ascii.h"

namespace kalam {
namespace {

struct Words {
  std::string_view name;
  std::string_view variant;
};
constexpr std::array<Words, 4> kTableTypes = {
    {{"user", "User"}, {"shared", "Shared"}, {"stream", "Stream"}, {"system", "System"}}};
constexpr std::array<Words, 4> kAccessLevels = {
    {{"public", "Public"}, {"private", "Private"}, {"restricted", "Restricted"}, {"dba", "Dba"}}};

template <typename Enum>
std::optional<Enum> find_word(const std::array<Words, 4>& words, std::string_view text) {
  const auto found =
      std::find_if(words.begin(), words.end(), [&](const Words& w) { return equal_ignoring_case(w.name, text); });
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

Error invalid(std::string message) { return Error{ErrorCode::invalid_operation, std::move(message)}; }

}  // namespace

const StorageId* storage_id_of(const TableOptions& options) {
  if (const auto* user = std::get_if<UserTableOptions>(&options)) return &user->storage_id;
  if (const auto* shared = std::get_if<SharedTableOptions>(&options)) return &shared->storage_id;
  return nullptr;
}

std::string_view name_of(TableType type) { return kTableTypes[static_cast<size_t>(type)].name; }
std::string_view name_of(AccessLevel level) { return kAccessLevels[static_cast<size_t>(level)].name; }
std::string_view variant_name(TableType type) { return kTableTypes[static_cast<size_t>(type)].variant; }
std::string_view variant_name(AccessLevel level) { return kAccessLevels[static_cast<size_t>(level)].variant; }
std::optional<TableType> parse_table_type(std::string_view text) { return find_word<TableType>(kTableTypes, text); }
std::optional<AccessLevel> parse_access_level(std::string_view text) {
  return find_word<AccessLevel>(kAccessLevels, text);
}

const ColumnDefinition* TableDefinition::column(std::string_view name) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

const ColumnDefinition* TableDefinition::column(ColumnId column) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.id == column; });
  return found == columns.end() ? nullptr : &*found;
}

std::vector<const ColumnDefinition*> TableDefinition::primary_key() const {
  std::vector<const ColumnDefinition*> keys;
  for (const auto& column : columns) {
    if (column.primary_key) keys.push_back(&column);
  }
  return keys;
}

std::vector<const ColumnDefinition*> TableDefinition::user_columns() const {
  std::vector<const ColumnDefinition*> found;
  for (const auto& column : columns) {
    if (!is_system_column(column.name)) found.push_back(&column);
  }
  std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->ordinal < b->ordinal; });
  return found;
}

Status TableDefinition::check() const {
  if (columns.empty()) return invalid("Table must have at least one column");
  if (schema_version == 0) return invalid("Schema version must be at least 1");
  std::set<uint32_t> ordinals;
  std::set<uint64_t> ids;
  std::set<std::string> names;
  for (const auto& column : columns) {
    if (column.ordinal == 0) {
      return invalid("Column '" + column.name + "' has invalid ordinal_position 0 (must be ≥ 1)");
    }
    if (!ordinals.insert(column.ordinal).second) {
      return invalid("Duplicate ordinal_position " + std::to_string(column.ordinal));
    }
    if (!names.insert(ascii_lower(column.name)).second) {
      return invalid("Duplicate column name '" + column.name + "'. Column names are case-insensitive.");
    }
    if (column.id.value() == 0 || !ids.insert(column.id.value()).second) {
      return invalid("Column '" + column.name + "' has no column id of its own");
    }
    if (column.id.value() >= next_column_id) {
      return invalid("Column '" + column.name + "' has column id " + std::to_string(column.id.value()) +
                     ", but the next one to give is " + std::to_string(next_column_id));
    }
    if (column.ordinal > last_ordinal) {
      return invalid("Column '" + column.name + "' has ordinal_position " + std::to_string(column.ordinal) +
                     ", above the highest ever used, " + std::to_string(last_ordinal));
    }
    if (column.primary_key && column.nullable) {
      return invalid("Primary key column '" + column.name + "' must be NOT NULL");
    }
  }
  for (size_t i = 1; i < columns.size(); ++i) {
    if (columns[i].ordinal < columns[i - 1].ordinal) return invalid("Columns are not in the order of their ordinals");
  }
  // A new table counts 1, 2, 3; later ones may show the gaps of dropped columns.
  if (schema_version == 1) {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].ordinal != i + 1) {
        return invalid("Non-sequential ordinal_position: expected " + std::to_string(i + 1) + ", got " +
                       std::to_string(columns[i].ordinal));
      }
    }
  }
  if (options.index() != static_cast<size_t>(type)) {
    return invalid("Options of a " + std::string(name_of(static_cast<TableType>(options.index()))) + " table on a " +
                   std::string(name_of(type)) + " table");
  }
  return {};
}

}  // namespace kalam
