#include "server/setup.h"

#include <algorithm>

#include "auth/password.h"
#include "auth/password_policy.h"
#include "base/log.h"
#include "catalog/names.h"
#include "catalog/token_epoch.h"
#include "query/statements/audited_write.h"
#include "types/ascii.h"

namespace kalam::server {

namespace {

constexpr int kCost = 12;  // whatever the settings say: these two open everything
constexpr std::string_view kRoot = "root";

AuthRefusal failed(std::string_view what, const Error& error) {
  log::error("server", "setup failed", {{"error", error.message}, {"detail", error.detail}});
  return internal_failure(what);
}

AuthRefusal configured() {
  return {409, "already_configured", "Server has already been configured. Root password is set."};
}
AuthRefusal exists(const std::string& user) { return {409, "user_exists", "User '" + user + "' already exists"}; }

Result<catalog::User> stored_root(const query::Services& services) {
  auto root = TRY(services.catalog.tables().users.get(UserId(std::string(kRoot))));
  if (!root) return Error{ErrorCode::internal, "there is no user 'root'"};
  return std::move(*root);
}

std::optional<AuthRefusal> check_request(const SetupRequest& request, auth::PasswordLengths lengths) {
  for (const auto& [password, whose] :
       {std::pair(&request.password, "DBA user password: "), std::pair(&request.root_password, "Root password: ")}) {
    const auto checked = auth::check_password(*password, auth::PasswordPolicy::lengthy, lengths);
    if (!checked.ok()) return AuthRefusal{400, "weak_password", whose + checked.error().message};
  }
  if (request.user == kRoot) {
    return AuthRefusal{400, "invalid_user", "Cannot create a DBA user with user 'root'. Choose a different user."};
  }
  if (catalog::is_reserved_user(request.user)) {
    return AuthRefusal{400, "invalid_user", "User ID '" + request.user + "' is reserved"};
  }
  if (trimmed(request.user).empty() || !parse_user_id(request.user).ok()) {
    return AuthRefusal{400, "invalid_user", "Invalid user value"};
  }
  return std::nullopt;
}

}  // namespace

Result<bool> needs_setup(const query::Services& services) { return TRY(stored_root(services)).password_hash.empty(); }

std::variant<catalog::User, AuthRefusal> set_up(const SetupRequest& request, const query::Services& services,
                                                const std::string& client_address, const std::string& request_id) {
  auto root = stored_root(services);
  if (!root.ok()) return failed("Failed to verify setup status", root.error());
  if (!root->password_hash.empty()) return configured();
  if (auto refusal = check_request(request, services.options.password_lengths)) return std::move(*refusal);
  const UserId id(request.user);
  const auto taken = services.catalog.tables().users.get(id);
  if (!taken.ok()) return failed("Failed to create DBA user", taken.error());
  if (*taken) return exists(request.user);

  auto root_hash = auth::hash_password(request.root_password, kCost, services.random);
  auto dba_hash = auth::hash_password(request.password, kCost, services.random);
  if (!root_hash.ok() || !dba_hash.ok()) {
    return failed("Failed to hash password", root_hash.ok() ? dba_hash.error() : root_hash.error());
  }
  const auto now = catalog::timestamp(services.clock.now_ms());
  const auto seen = root->updated_at;
  root->password_hash = std::move(*root_hash);
  root->auth_data = std::nullopt;
  root->updated_at = std::max(now, seen + Millis(1));
  catalog::User dba;
  dba.user_id = id;
  dba.password_hash = std::move(*dba_hash);
  dba.role = Role::dba;
  dba.email = request.email;
  dba.auth_type = catalog::AuthType::password;
  dba.storage_id = StorageId("local");
  dba.created_at = dba.updated_at = now;
  dba.token_epoch = catalog::first_token_epoch(now);

  query::Session session;
  session.actor = session.viewer = Viewer{UserId("anonymous"), Role::anonymous};
  session.client_address = client_address;
  session.request_id = request_id;
  const Micros expected = seen.time_since_epoch();
  auto written = query::write({commands::AlterUser{std::move(*root), expected.count()}, commands::CreateUser{dba}},
                              {{"SETUP", "user:" + request.user}}, services, session);
  if (written.ok()) return dba;
  // Somebody was faster.
  if (written.error().code == ErrorCode::conflict) return configured();
  if (written.error().code == ErrorCode::already_exists) return exists(request.user);
  return failed("Failed to configure root user", written.error());
}

}  // namespace kalam::server
