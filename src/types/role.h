// Role: what somebody may do, rising from nothing to everything.

#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "types/ids.h"

namespace kalam {

enum class Role : uint8_t { anonymous, user, service, dba, system };  // anonymous: nobody logged in; never a session

inline bool is_admin(Role role) { return role >= Role::dba; }

std::string_view name_of(Role role);                    // "dba": as stored and shown
std::string_view variant_name(Role role);               // "Dba": in messages
std::optional<Role> parse_role(std::string_view text);  // any case

// Who looks at rows.
struct Viewer {
  UserId user;
  Role role = Role::anonymous;
};

}  // namespace kalam
