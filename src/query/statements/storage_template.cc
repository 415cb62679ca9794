#include "query/statements/storage_template.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "query/statements/naming.h"

namespace kalam::query {

namespace {

struct Placeholder {
  std::string_view name;
  std::vector<std::string_view> spellings;  // the first is today's
};

const std::array<Placeholder, 4>& placeholders() {
  static const std::array<Placeholder, 4> all = {
      {{"{namespace}", {"{namespace}", "{namespace_id}", "{namespaceId}", "{namespace-id}"}},
       {"{tableName}", {"{tableName}", "{table_name}", "{table-id}"}},
       {"{shard}", {"{shard}", "{shard_id}", "{shard-id}"}},
       {"{userId}", {"{userId}", "{user_id}", "{user-id}"}}}};
  return all;
}

std::optional<size_t> place_of(const Placeholder& placeholder, std::string_view text) {
  for (const auto spelling : placeholder.spellings) {
    if (const auto at = text.find(spelling); at != std::string_view::npos) return at;
  }
  return std::nullopt;
}

// Those that are there stand in the order of placeholders().
Status check_order(std::string_view kind, std::string_view text) {
  const Placeholder* before = nullptr;
  size_t before_at = 0;
  for (const auto& each : placeholders()) {
    const auto at = place_of(each, text);
    if (!at) continue;
    if (before && *at < before_at) {
      return refused("Invalid storage template: " + std::string(kind) + ": " + std::string(before->name) +
                     " must appear before " + std::string(each.name));
    }
    before = &each;
    before_at = *at;
  }
  return {};
}

}  // namespace

Status check_shared_template(std::string_view text) {
  constexpr std::string_view kKind = "Shared table template";
  if (text.empty()) return {};
  const bool ns = place_of(placeholders()[0], text).has_value();
  const bool table = place_of(placeholders()[1], text).has_value();
  const auto missing = [&](std::string_view what) {
    return refused("Invalid storage template: " + std::string(kKind) + ": " + std::string(what));
  };
  if (!ns && !table) return missing("Both {namespace} and {tableName} are required");
  if (!ns) return missing("{namespace} is required");
  if (!table) return missing("{tableName} is required");
  return check_order(kKind, text);
}

Status check_user_template(std::string_view text) {
  constexpr std::string_view kKind = "User table template";
  if (text.empty()) return {};
  if (!place_of(placeholders()[3], text)) {
    return refused("Invalid storage template: " + std::string(kKind) + ": {userId} is required");
  }
  return check_order(kKind, text);
}

}  // namespace kalam::query
