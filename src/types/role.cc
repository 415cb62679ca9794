#include "types/role.h"

#include <array>

#include "types/ascii.h"

namespace kalam {
namespace {

struct RoleWords {
  std::string_view name;
  std::string_view variant;
};
constexpr std::array<RoleWords, 5> kWords = {
    {{"anonymous", "Anonymous"}, {"user", "User"}, {"service", "Service"}, {"dba", "Dba"}, {"system", "System"}}};

}  // namespace

std::string_view name_of(Role role) { return kWords[static_cast<size_t>(role)].name; }
std::string_view variant_name(Role role) { return kWords[static_cast<size_t>(role)].variant; }

std::optional<Role> parse_role(std::string_view text) {
  for (size_t i = 0; i < kWords.size(); ++i) {
    if (equal_ignoring_case(text, kWords[i].name)) return static_cast<Role>(i);
  }
  return std::nullopt;
}

}  // namespace kalam
