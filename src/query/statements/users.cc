#include <algorithm>

#include "auth/access.h"
#include "auth/external_identity.h"
#include "auth/lockout.h"
#include "auth/password.h"
#include "auth/password_policy.h"
#include "catalog/names.h"
#include "catalog/token_epoch.h"
#include "query/statements/audited_write.h"
#include "query/statements/naming.h"
#include "query/statements/statements.h"

namespace kalam::query {

namespace {

constexpr std::string_view kRoot = "root";

Error unauthorized(std::string_view message) {
  return Error{ErrorCode::permission_denied, "Unauthorized: " + std::string(message)};
}
std::string told(std::string_view user, std::string_view what) {
  return "User '" + std::string(user) + "' " + std::string(what);
}

Status check_not_reserved(std::string_view name) {
  if (!catalog::is_reserved_user(name)) return {};
  return refused("User ID '" + std::string(name) + "' is reserved");
}

// Slow, on purpose.
Result<std::string> checked_hash(const std::string& password, const Services& services) {
  const auto& options = services.options;
  const auto policy = options.enforce_password_complexity ? auth::PasswordPolicy::complex : auth::PasswordPolicy::any;
  TRY(auth::check_password(password, policy, options.password_lengths));
  return auth::hash_password(password, options.bcrypt_cost, services.random);
}

// One account elsewhere is one user here.
Status check_not_linked(const auth::ExternalIdentity& identity, const UserId& user, const Services& services) {
  const auto& users = services.catalog.tables().users;
  auto linked = TRY(users.scan_by_index(catalog::kUsersByIdentity,
                                        {.prefix = catalog::identity_key(identity.issuer, identity.subject)}));
  while (const auto row = TRY(linked.next())) {
    if (row->key != user && !row->value.deleted_at) {
      return Error{ErrorCode::already_exists, "external account is linked to another user"};
    }
  }
  return {};
}

Result<auth::ExternalIdentity> free_identity(const std::string& json, const UserId& user, const Services& services) {
  auto identity = TRY(auth::external_identity(json, services.options.trusted_issuers));
  TRY(check_not_linked(identity, user, services));
  return identity;
}

std::string_view trust_note(const auth::ExternalIdentity& identity) {
  return identity.trusted ? "" : " (issuer not trusted yet)";
}

// A user who is there; dropped ones are not.
Result<catalog::User> existing_user(const UserId& id, const Services& services) {
  auto user = TRY(services.catalog.tables().users.get(id));
  if (!user || user->deleted_at) return not_found(told(id.value(), "not found"));
  return std::move(*user);
}

// --- ALTER USER ------------------------------------------------------------------------------------------------------

bool is_own(const UserId& id, const Session& session) {
  return session.viewer.user == id && session.actor.user == id && session.viewer.role == session.actor.role;
}

// What everybody may do to himself, and how others are refused it.
struct MayAlter {
  bool own;

  Status operator()(const sql::SetPassword&) const {
    return unless_own("Only admins can change other users' passwords");
  }
  Status operator()(const sql::SetEmail&) const { return unless_own("Only admins can update other users' emails"); }
  Status operator()(const sql::RevokeTokens&) const { return unless_own("ALTER USER requires DBA or System role"); }
  Status operator()(const sql::SetRole&) const { return unauthorized("Only admins can change roles"); }
  template <typename Other>
  Status operator()(const Other&) const {
    return auth::check(Role::user, auth::Right::alter_user);
  }

 private:
  Status unless_own(std::string_view refusal) const { return own ? Status() : unauthorized(refusal); }
};

// Who may alter users may not alter every user.
Status check_alterable(const catalog::User& user, const sql::AlterUser& alter, const Session& session) {
  const bool own = is_own(user.user_id, session);
  if (user.role == Role::system && session.viewer.role != Role::system && !own) {
    return unauthorized("DBA cannot modify System users");
  }
  const auto* set = std::get_if<sql::SetRole>(&alter.action);
  if (!set) return {};
  if (set->role == Role::system && session.viewer.role != Role::system) {
    return unauthorized("DBA cannot grant System role");
  }
  if (set->role >= user.role) return {};
  if (user.user_id.value() == kRoot) return unauthorized("The role of 'root' cannot be lowered");
  if (user.user_id == session.actor.user) return unauthorized("Nobody can lower the role of himself");
  return {};
}

// What an action needs before it can be done to whichever state the user is in.
struct Prepared {
  std::string password_hash = {};
  std::optional<auth::ExternalIdentity> identity = {};
};

Result<Prepared> prepare(const sql::AlterUser& alter, const UserId& id, const Services& services) {
  Prepared prepared;
  if (const auto* set = std::get_if<sql::SetPassword>(&alter.action)) {
    prepared.password_hash = TRY(checked_hash(set->password, services));
  }
  if (const auto* set = std::get_if<sql::SetOAuth>(&alter.action)) {
    prepared.identity = TRY(free_identity(set->json, id, services));
  }
  if (const auto* set = std::get_if<sql::SetStorageId>(&alter.action)) {
    if (set->storage_id && !services.catalog.snapshot()->storage(StorageId(*set->storage_id))) {
      return refused("Storage '" + *set->storage_id + "' does not exist");
    }
  }
  return prepared;
}

// Does the action to a user; returns what the audit log calls it.
class Altering {
 public:
  Altering(catalog::User& user, const Prepared& prepared, int64_t now_ms)
      : user_(user), prepared_(prepared), now_ms_(now_ms) {}

  std::string operator()(const sql::SetPassword&) {
    user_.password_hash = prepared_.password_hash;
    auth::unlock(user_);
    void_tokens();
    return "SetPassword([REDACTED])";
  }
  std::string operator()(const sql::SetRole& set) {
    if (user_.role != set.role) void_tokens();
    user_.role = set.role;
    return "SetRole(" + std::string(variant_name(set.role)) + ")";
  }
  std::string operator()(const sql::SetEmail& set) {
    user_.email = set.email;
    return "SetEmail(" + set.email + ")";
  }
  std::string operator()(const sql::RevokeTokens&) {
    void_tokens();
    return "RevokeTokens";
  }
  std::string operator()(const sql::Unlock&) {
    auth::unlock(user_);
    return "Unlock";
  }
  std::string operator()(const sql::SetStorageMode& set) {
    user_.storage_mode =
        set.mode == sql::StorageMode::region ? catalog::StorageMode::region : catalog::StorageMode::table;
    return "SetStorageMode(" + std::string(catalog::name_of(user_.storage_mode)) + ")";
  }
  std::string operator()(const sql::SetStorageId& set) {
    user_.storage_id = set.storage_id ? std::optional(StorageId(*set.storage_id)) : std::nullopt;
    return "SetStorageId(" + set.storage_id.value_or("NULL") + ")";
  }
  std::string operator()(const sql::SetOAuth&) {
    user_.auth_type = catalog::AuthType::oauth;
    user_.auth_data = catalog::Json{prepared_.identity->auth_data};
    void_tokens();
    return "SetOAuth(" + prepared_.identity->issuer + ")";
  }

 private:
  void void_tokens() { catalog::void_tokens(user_, catalog::timestamp(now_ms_)); }

  catalog::User& user_;
  const Prepared& prepared_;
  const int64_t now_ms_;
};

Status write_altered(const sql::AlterUser& alter, const UserId& id, const Prepared& prepared, const Services& services,
                     const Session& session) {
  constexpr int kAttempts = 8;  // a login changes the user's row too
  for (int attempt = 1;; ++attempt) {
    const auto before = TRY(existing_user(id, services));
    TRY(check_alterable(before, alter, session));
    auto after = before;
    const auto now_ms = services.clock.now_ms();
    const auto what = std::visit(Altering(after, prepared, now_ms), alter.action);
    // Later than before in any case: it is what tells two versions apart.
    after.updated_at = std::max(catalog::timestamp(now_ms), before.updated_at + Millis(1));
    const Micros expected = before.updated_at.time_since_epoch();
    auto written = write({commands::AlterUser{std::move(after), expected.count()}},
                         {{"ALTER_USER", id.value(), "Modification: " + what}}, services, session);
    if (written.ok()) return {};
    if (written.error().code != ErrorCode::conflict || attempt == kAttempts) return std::move(written).error();
  }
}

}  // namespace

Result<QueryReply> run(const sql::CreateUser& create, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::create_user));
  TRY(check_not_reserved(create.name));
  const auto id = TRY(parse_user_id(create.name));
  if (create.role == Role::system && session.viewer.role != Role::system) {
    return unauthorized("DBA cannot grant System role");
  }
  // Asked again by apply; here it spares the hash.
  if (TRY(services.catalog.tables().users.get(id))) {
    return Error{ErrorCode::already_exists, told(id.value(), "already exists")};
  }

  catalog::User user;
  user.user_id = id;
  user.role = create.role;
  user.email = create.email;
  auto message = told(id.value(), "created");
  if (const auto* password = std::get_if<sql::CreateUser::Password>(&create.auth)) {
    user.auth_type = catalog::AuthType::password;
    user.password_hash = TRY(checked_hash(password->password, services));
  } else if (const auto* oauth = std::get_if<sql::CreateUser::OAuth>(&create.auth)) {
    if (!oauth->json) return refused("OAuth user requires JSON payload with provider and subject");
    const auto identity = TRY(free_identity(*oauth->json, id, services));
    user.auth_type = catalog::AuthType::oauth;
    user.auth_data = catalog::Json{identity.auth_data};
    message += trust_note(identity);
  } else {
    user.auth_type = catalog::AuthType::internal;
  }
  const auto now_ms = services.clock.now_ms();
  user.created_at = user.updated_at = catalog::timestamp(now_ms);
  user.token_epoch = catalog::first_token_epoch(user.created_at);
  TRY(write({commands::CreateUser{std::move(user)}},
            {{"CREATE_USER", id.value(), "Role: " + std::string(variant_name(create.role))}}, services, session));
  return QueryReply::done(std::move(message));
}

Result<QueryReply> run(const sql::AlterUser& alter, const Services& services, Session& session) {
  const auto id = TRY(parse_user_id(alter.name));
  if (!is_admin(session.viewer.role)) TRY(std::visit(MayAlter{is_own(id, session)}, alter.action));
  const auto user = TRY(existing_user(id, services));
  TRY(check_alterable(user, alter, session));
  const auto prepared = TRY(prepare(alter, id, services));
  TRY(write_altered(alter, id, prepared, services, session));
  auto message = told(id.value(), "updated");
  if (prepared.identity) message += trust_note(*prepared.identity);
  return QueryReply::done(std::move(message));
}

Result<QueryReply> run(const sql::DropUser& drop, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::drop_user));
  const auto id = TRY(parse_user_id(drop.name));
  const auto user = existing_user(id, services);
  if (!user.ok()) {
    if (!drop.if_exists || user.error().code != ErrorCode::not_found) return user.error();
    return QueryReply::done(told(id.value(), "does not exist (skipped)"));
  }
  if (user->role == Role::system && session.viewer.role != Role::system) {
    return unauthorized("DBA cannot modify System users");
  }
  if (id.value() == kRoot) return unauthorized("'root' cannot be dropped");
  if (id == session.actor.user) return unauthorized("Nobody can drop himself");
  TRY(write({commands::DropUser{id}}, {{"DROP_USER", id.value()}}, services, session));
  return QueryReply::done(told(id.value(), "dropped (soft delete)"));
}

}  // namespace kalam::query
