#include "types/names.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "types/ascii.h"

namespace kalam {
namespace {

constexpr size_t kNameBytesMax = 64;

using Words = std::unordered_set<std::string_view>;

const Words& reserved_namespaces() {
  static const Words kWords = {"system",
                               "sys",
                               "root",
                               "kalamdb",
                               "kalam",
                               "main",
                               "default",
                               "sql",
                               "admin",
                               "internal",
                               "information_schema",
                               "pg_catalog",
                               "datafusion"};
  return kWords;
}

const Words& reserved_columns() {
  static const Words kWords = {"_seq",     "_deleted", "_id",        "_row_id",  "_rowid", "_key",
                               "_updated", "_created", "_timestamp", "_version", "_hash"};
  return kWords;
}

const Words& reserved_words() {
  static const Words kWords = {"ALTER",
                               "ANALYZE",
                               "ANTI",
                               "ASOF",
                               "CLUSTER",
                               "CONNECT",
                               "CREATE",
                               "CROSS",
                               "DATABASE",
                               "DELETE",
                               "DISTRIBUTE",
                               "DROP",
                               "END",
                               "EXCEPT",
                               "EXCLUDE",
                               "EXISTS",
                               "EXPLAIN",
                               "FETCH",
                               "FOR",
                               "FORMAT",
                               "FROM",
                               "FULL",
                               "GLOBAL",
                               "GROUP",
                               "HAVING",
                               "INDEX",
                               "INNER",
                               "INSERT",
                               "INTERSECT",
                               "INTERVAL",
                               "INTO",
                               "JOIN",
                               "LATERAL",
                               "LEFT",
                               "LIMIT",
                               "MATCH_CONDITION",
                               "MATCH_RECOGNIZE",
                               "MINUS",
                               "NATURAL",
                               "OFFSET",
                               "ON",
                               "OPEN",
                               "ORDER",
                               "OUTER",
                               "PARTITION",
                               "PIVOT",
                               "PREWHERE",
                               "QUALIFY",
                               "RETURNING",
                               "RIGHT",
                               "SAMPLE",
                               "SCHEMA",
                               "SELECT",
                               "SEMI",
                               "SET",
                               "SETTINGS",
                               "SORT",
                               "START",
                               "STRUCT",
                               "TABLE",
                               "TABLES",
                               "TABLESAMPLE",
                               "TABLESPACE",
                               "TOP",
                               "TRIM",
                               "UNION",
                               "UNPIVOT",
                               "UPDATE",
                               "USING",
                               "VIEW",
                               "WHERE",
                               "WINDOW",
                               "WITH"};
  return kWords;
}

Error refused(std::string message) { return Error{ErrorCode::invalid_operation, std::move(message)}; }

Status check_base_rules(std::string_view name) {
  if (name.empty()) return refused("Name cannot be empty");
  if (name.size() > kNameBytesMax) {
    return refused("Name is too long (" + std::to_string(name.size()) + " characters, max 64)");
  }
  if (name.find(' ') != std::string_view::npos) return refused("Name cannot contain spaces");
  if (name.front() == '_') return refused("Name cannot start with underscore (reserved for system columns)");
  if (is_ascii_digit(name.front())) return refused("Name cannot start with a number");
  if (!std::all_of(name.begin(), name.end(), [](char c) { return is_ascii_alphanumeric(c) || c == '_'; })) {
    return refused("Name '" + std::string(name) +
                   "' contains invalid characters (only alphanumeric and underscore allowed)");
  }
  if (reserved_words().contains(ascii_upper(name))) {
    return refused("Name '" + std::string(name) + "' is a reserved SQL keyword and cannot be used");
  }
  return {};
}

}  // namespace

bool is_reserved_namespace(std::string_view name) { return reserved_namespaces().contains(ascii_lower(name)); }

Status check_namespace_name(std::string_view name) {
  if (is_reserved_namespace(name)) {
    return refused("Namespace '" + std::string(name) + "' is reserved and cannot be used");
  }
  return check_base_rules(name);
}

Status check_table_name(std::string_view name) { return check_base_rules(name); }

Status check_column_name(std::string_view name) {
  const auto place = "Invalid column name '" + std::string(name) + "': ";
  if (reserved_columns().contains(ascii_lower(name))) {
    return refused(place + "Column name '" + std::string(name) + "' is reserved and cannot be used");
  }
  auto fine = check_base_rules(name);
  if (!fine.ok()) return std::move(fine).error().within(place);
  return {};
}

}  // namespace kalam
