#include "types/ids.h"

#include "types/ascii.h"

namespace kalam {
namespace {

// What an id must never hold: with these it could name a path outside its own directory.
Status check_id(std::string_view kind, std::string_view text) {
  const auto fail = [&](std::string_view why) {
    return Error{ErrorCode::invalid_input, std::string(kind) + std::string(why)};
  };
  if (text.empty()) return fail(" cannot be empty");
  if (text.find("..") != std::string_view::npos) return fail(" cannot contain '..' (path traversal)");
  if (text.find_first_of("/\\") != std::string_view::npos) return fail(" cannot contain path separators");
  if (text.find('\0') != std::string_view::npos) return fail(" cannot contain null bytes");
  return {};
}

}  // namespace

Result<NamespaceId> parse_namespace_id(std::string_view text) {
  TRY(check_id("Namespace ID", text));
  return NamespaceId(ascii_lower(text));
}

Result<TableName> parse_table_name(std::string_view text) {
  TRY(check_id("Table name", text));
  return TableName(ascii_lower(text));
}

Result<TableId> parse_table_id(std::string_view dotted) {
  const auto dot = dotted.find('.');
  if (dot == std::string_view::npos) {
    return Error{ErrorCode::invalid_input, "Invalid table id '" + std::string(dotted) + "': expected namespace.table"};
  }
  auto ns = TRY(parse_namespace_id(dotted.substr(0, dot)));
  auto table = TRY(parse_table_name(dotted.substr(dot + 1)));
  return TableId{std::move(ns), std::move(table)};
}

Result<UserId> parse_user_id(std::string_view text) {
  for (const char separator : {'/', '\\'}) {
    if (!text.empty() && text.find("..") == std::string_view::npos && text.find(separator) != std::string_view::npos) {
      return Error{ErrorCode::invalid_input,
                   std::string("User ID cannot contain '") + separator + "' (directory separator)"};
    }
  }
  TRY(check_id("User ID", text));
  // It names the scope of shared tables in paths and keys.
  if (equal_ignoring_case(text, "shared")) {
    return Error{ErrorCode::invalid_input, "User ID '" + std::string(text) + "' is reserved"};
  }
  return UserId(std::string(text));
}

Result<StorageId> parse_storage_id(std::string_view text) {
  TRY(check_id("Storage ID", text));
  if (text.find_first_of("'\"`;") != std::string_view::npos) {
    return Error{ErrorCode::invalid_input, "Storage ID cannot contain quotes or semicolons"};
  }
  return StorageId(std::string(text));
}

Result<TransactionId> parse_transaction_id(std::string_view text) {
  const auto fail = [](std::string_view why) {
    return Error{ErrorCode::invalid_input, "transaction id must " + std::string(why)};
  };
  if (text.size() != 36) return fail("be a 36-character UUID string");
  for (size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen != (text[i] == '-')) return fail("use canonical UUID hyphen positions");
  }
  auto id = ascii_lower(text);
  if (id.find_first_not_of("0123456789abcdef-") != std::string::npos) return fail("contain only hexadecimal digits");
  if (id[14] != '7') return fail("be a UUID v7");
  if (std::string_view("89ab").find(id[19]) == std::string_view::npos) return fail("use an RFC 4122 variant");
  return TransactionId(std::move(id));
}

}  // namespace kalam
