// Who may read a table through the typed stores. Roles and access levels belong to the caller (this module lies beside
// `types`, not above it): any enumerations that have the names used here.

#pragma once
#include <optional>

namespace kalam::store {

// System tables: dba and system.
template <typename Role>
constexpr bool may_read_system_table(Role role) {
  return role == Role::dba || role == Role::system;
}

// Tables that are one for all users. No level is as restricted.
template <typename Access, typename Role>
constexpr bool may_read_cross_user_table(std::optional<Access> access, Role role) {
  switch (access.value_or(Access::restricted)) {
    case Access::public_: return true;
    case Access::private_: return false;  // its owner reads it another way
    case Access::restricted: return role == Role::service || role == Role::dba || role == Role::system;
    case Access::dba: return role == Role::dba || role == Role::system;
  }
  return false;
}

}  // namespace kalam::store
