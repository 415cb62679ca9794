#include "catalog/names.h"

#include <algorithm>
#include <array>
#include <string>

#include "types/ascii.h"

namespace kalam::catalog {
namespace {

constexpr size_t kNameBytesMax = 64;

constexpr std::array<std::string_view, 13> kReservedNamespaces = {"system",
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

constexpr std::array<std::string_view, 4> kSystemNamespaces = {"system", "information_schema", "pg_catalog",
                                                               "datafusion"};

constexpr std::array<std::string_view, 11> kReservedColumns = {
    "_seq", "_deleted", "_id", "_row_id", "_rowid", "_key", "_updated", "_created", "_timestamp", "_version", "_hash"};

// In order, so that a look-up is a binary search.
constexpr std::array<std::string_view, 73> kReservedWords = {"alter",
                                                             "analyze",
                                                             "anti",
                                                             "asof",
                                                             "cluster",
                                                             "connect",
                                                             "create",
                                                             "cross",
                                                             "database",
                                                             "delete",
                                                             "distribute",
                                                             "drop",
                                                             "end",
                                                             "except",
                                                             "exclude",
                                                             "exists",
                                                             "explain",
                                                             "fetch",
                                                             "for",
                                                             "format",
                                                             "from",
                                                             "full",
                                                             "global",
                                                             "group",
                                                             "having",
                                                             "index",
                                                             "inner",
                                                             "insert",
                                                             "intersect",
                                                             "interval",
                                                             "into",
                                                             "join",
                                                             "lateral",
                                                             "left",
                                                             "limit",
                                                             "match_condition",
                                                             "match_recognize",
                                                             "minus",
                                                             "natural",
                                                             "offset",
                                                             "on",
                                                             "open",
                                                             "order",
                                                             "outer",
                                                             "partition",
                                                             "pivot",
                                                             "prewhere",
                                                             "qualify",
                                                             "returning",
                                                             "right",
                                                             "sample",
                                                             "schema",
                                                             "select",
                                                             "semi",
                                                             "set",
                                                             "settings",
                                                             "sort",
                                                             "start",
                                                             "struct",
                                                             "table",
                                                             "tables",
                                                             "tablesample",
                                                             "tablespace",
                                                             "top",
                                                             "trim",
                                                             "union",
                                                             "unpivot",
                                                             "update",
                                                             "using",
                                                             "view",
                                                             "where",
                                                             "window",
                                                             "with"};

template <size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view lower) {
  return std::find(names.begin(), names.end(), lower) != names.end();
}

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

// What is wrong with a name of any kind; empty: nothing.
std::string fault_of(std::string_view name) {
  if (name.empty()) return "Name cannot be empty";
  if (name.size() > kNameBytesMax) {
    return "Name is too long (" + std::to_string(name.size()) + " characters, max " + std::to_string(kNameBytesMax) +
           ")";
  }
  if (name.find(' ') != std::string_view::npos) return "Name cannot contain spaces";
  if (name.front() == '_') return "Name cannot start with underscore (reserved for system columns)";
  if (is_ascii_digit(name.front())) return "Name cannot start with a number";
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) { return is_ascii_alphanumeric(c) || c == '_'; });
  if (!plain) return "Name " + quoted(name) + " contains invalid characters (only alphanumeric and underscore allowed)";
  if (is_reserved_word(name)) return "Name " + quoted(name) + " is a reserved SQL keyword and cannot be used";
  return "";
}

}  // namespace

bool is_reserved_namespace(std::string_view name) { return contains(kReservedNamespaces, ascii_lower(name)); }
bool is_system_namespace(std::string_view name) { return contains(kSystemNamespaces, ascii_lower(name)); }

bool is_reserved_user(std::string_view name) {
  constexpr std::array<std::string_view, 4> kReserved = {"root", "system", "anonymous", "shared"};
  return std::ranges::any_of(kReserved, [&](auto reserved) { return equal_ignoring_case(name, reserved); });
}

bool is_reserved_word(std::string_view name) {
  static_assert(std::is_sorted(kReservedWords.begin(), kReservedWords.end()));
  return std::binary_search(kReservedWords.begin(), kReservedWords.end(), std::string_view(ascii_lower(name)));
}

Status check_namespace_name(std::string_view name) {
  if (is_reserved_namespace(name)) {
    return Error{ErrorCode::invalid_identifier,
                 "Namespace " + quoted(ascii_lower(name)) + " is reserved and cannot be used"};
  }
  if (auto fault = fault_of(name); !fault.empty()) return Error{ErrorCode::invalid_identifier, std::move(fault)};
  return {};
}

Status check_table_name(std::string_view name) {
  if (auto fault = fault_of(name); !fault.empty()) return Error{ErrorCode::invalid_operation, std::move(fault)};
  return {};
}

Status check_column_name(std::string_view name) {
  auto fault = contains(kReservedColumns, ascii_lower(name))
                   ? "Column name " + quoted(name) + " is reserved and cannot be used"
                   : fault_of(name);
  if (fault.empty()) return {};
  return Error{ErrorCode::invalid_operation, "Invalid column name " + quoted(name) + ": " + fault};
}

}  // namespace kalam::catalog
