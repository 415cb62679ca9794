#include "query/impersonation.h"

#include "base/log.h"
#include "query/statements/audited_write.h"
#include "types/json_text.h"

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

catalog::AuditLogEntry audit_row(const Session& session, const UserId& target, bool allowed, const Services& services) {
  std::string details;
  JsonText json(details);
  json.begin_object().key("actor_role").string(variant_name(session.actor.role));
  if (!allowed) json.key("reason").string("role_not_allowed");
  json.key("success").boolean(allowed).end_object();
  auto entry = audit_entry({.action = allowed ? "EXECUTE_AS_USER" : "EXECUTE_AS_USER_DENIED",
                            .target = "user:" + target.value(),
                            .details = std::move(details)},
                           services, session);
  entry.subject_user_id = target;
  entry.ip_address = std::nullopt;
  return entry;
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

Result<Viewer> impersonate_audited(const Session& session, std::string_view target, const Services& services) {
  auto viewer = impersonate(session.actor, target, services);
  if (!viewer.ok() && viewer.error().code != ErrorCode::permission_denied) return viewer;  // nobody was meant
  commands::CatalogWrite write{.changes = {}, .audit = {}, .at_ms = services.clock.now_ms()};
  write.audit.push_back(audit_row(session, UserId(std::string(target)), viewer.ok(), services));
  const auto written = services.writer.write(std::move(write));
  if (!written.ok()) {
    log::warn("query", "an impersonation is missing in the audit log",
              {{"actor", session.actor.user.value()}, {"target", target}, {"error", written.error().message}});
  }
  return viewer;
}

}  // namespace kalam::query
