#include "files/scope_directory.h"

#include <algorithm>
#include <array>

namespace kalam::files {

namespace {

enum class Name { ns, table, user };

struct Spelling {
  std::string_view text;
  Name name;
};
constexpr auto kSpellings = std::to_array<Spelling>({{"{namespace}", Name::ns},
                                                     {"{namespace_id}", Name::ns},
                                                     {"{namespaceId}", Name::ns},
                                                     {"{namespace-id}", Name::ns},
                                                     {"{tableName}", Name::table},
                                                     {"{table_name}", Name::table},
                                                     {"{table-id}", Name::table},
                                                     {"{userId}", Name::user},
                                                     {"{user_id}", Name::user},
                                                     {"{user-id}", Name::user}});

Error bad_path(std::string_view what) {
  return {ErrorCode::invalid_input, "Invalid template: " + std::string(what), {}};
}

// As one name of a directory; ids are checked where they are made, and here once more, where it matters.
bool is_plain(std::string_view name) {
  return !name.empty() && name != "." && name.find("..") == std::string_view::npos &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
}

struct Filled {
  std::string path;
  std::string above_user;  // `path` up to the component that holds the user
  bool has_ns = false;
  bool has_table = false;
  bool has_user = false;
  bool tables_apart = false;  // both names stand in `above_user`
};

Result<Filled> fill(std::string_view pattern, const TableId& table, std::string_view user) {
  Filled filled;
  size_t names_end = 0;  // of the namespace and the table, in `path`
  while (!pattern.empty()) {
    const auto spelling = std::find_if(kSpellings.begin(), kSpellings.end(),
                                       [&](const Spelling& each) { return pattern.starts_with(each.text); });
    if (spelling == kSpellings.end()) {
      filled.path.push_back(pattern.front());
      pattern.remove_prefix(1);
      continue;
    }
    pattern.remove_prefix(spelling->text.size());
    std::string_view name;
    if (spelling->name == Name::ns) {
      name = table.ns.value();
      filled.has_ns = true;
    } else if (spelling->name == Name::table) {
      name = table.table.value();
      filled.has_table = true;
    } else {
      name = user;
      if (!filled.has_user) {
        // A table's name in the component of the user is cut off with it.
        const auto slash = filled.path.rfind('/');
        if (slash != std::string::npos) filled.above_user = filled.path.substr(0, slash);
        filled.tables_apart = filled.has_ns && filled.has_table && names_end <= filled.above_user.size();
      }
      filled.has_user = true;
    }
    if (!is_plain(name)) return bad_path("'" + std::string(name) + "' is no name of a directory");
    filled.path += name;
    if (!filled.has_user) names_end = filled.path.size();
  }
  for (size_t at = 0; at <= filled.path.size();) {
    const auto end = std::min(filled.path.find('/', at), filled.path.size());
    if (std::string_view(filled.path).substr(at, end - at) == "..") return bad_path("it leaves its directory");
    at = end + 1;
  }
  if (!filled.has_user) {
    filled.above_user = filled.path;
    filled.tables_apart = filled.has_ns && filled.has_table;
  }
  return filled;
}

Result<std::string> base_of(const catalog::Storage& storage) {
  if (storage.storage_type != catalog::StorageType::filesystem) {
    return Error{
        ErrorCode::not_supported, "Files are not supported in storage '" + storage.storage_id.value() + "'", {}};
  }
  std::string_view base = storage.base_directory;
  if (base.starts_with("file://")) base.remove_prefix(7);
  while (base.size() > 1 && base.ends_with('/')) base.remove_suffix(1);
  if (base.empty()) return Error{ErrorCode::invalid_input, "Local storage requires non-empty base_directory", {}};
  return std::string(base);
}

std::string_view template_of(const catalog::Storage& storage, const TableDefinition& table) {
  return table.type == TableType::user ? storage.user_tables_template : storage.shared_tables_template;
}

}  // namespace

Result<std::string> scope_directory(const catalog::Storage& storage, const TableDefinition& table,
                                    const std::optional<UserId>& user) {
  const auto base = TRY(base_of(storage));
  const auto filled = TRY(fill(template_of(storage, table), table.id, user ? user->text() : std::string_view()));
  if (user && !filled.has_user) {
    return bad_path("{userId} is required");
  }
  return base + "/" + filled.path;
}

Result<std::optional<std::string>> table_directory(const catalog::Storage& storage, const TableDefinition& table) {
  const auto base = TRY(base_of(storage));
  const auto filled = TRY(fill(template_of(storage, table), table.id, "user"));
  if (!filled.tables_apart) return std::optional<std::string>();
  return std::optional(base + "/" + filled.above_user);
}

}  // namespace kalam::files
