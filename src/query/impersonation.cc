#include "query/impersonation.h"

namespace kalam::query {

namespace {

// A target that nobody has made yet counts as a plain user.
Result<Role> role_of(const UserId& user, const Services& services) {
  const auto found = TRY(services.catalog.tables().users.get(user));
  return found ? found->role : Role::user;
}

bool may_target(Role actor, Role target) {
  switch (actor) {
    case Role::system: return true;
    case Role::dba: return target != Role::system;
    case Role::service: return target == Role::user || target == Role::service;
    default: return false;
  }
}

}  // namespace

Result<Viewer> impersonate(const Viewer& actor, std::string_view target, const Services& services) {
  auto user = TRY(parse_user_id(target));
  if (user != actor.user) {
    const auto role = TRY(role_of(user, services));
    if (!may_target(actor.role, role)) {
      return Error{ErrorCode::permission_denied,
                   "Unauthorized: EXECUTE AS USER is not authorized: actor '" + actor.user.value() + "' with role " +
                       std::string(variant_name(actor.role)) + " cannot target '" + user.value() + "' with role " +
                       std::string(variant_name(role)),
                   {}};
    }
  }
  return Viewer{std::move(user), Role::user};
}

}  // namespace kalam::query
