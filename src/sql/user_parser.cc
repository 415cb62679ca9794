#include <algorithm>

#include "sql/detail/parsers.h"
#include "types/ascii.h"
#include "types/ids.h"

namespace kalam::sql {

namespace {

using Auth = decltype(CreateUser::auth);
using Action = decltype(AlterUser::action);

Result<std::string> user_name(Words& words, std::string_view missing) {
  const auto name = words.accept_bare();
  if (!name) return invalid(std::string(missing));
  return TRY(checked_id(parse_user_id(*name))).value();
}

// The roles of the dialect, and the names that other products have for them.
Result<Role> role(Words& words) {
  struct Name {
    std::string_view text;
    Role role;
  };
  static constexpr Name kNames[] = {
      {"dba", Role::dba},         {"admin", Role::dba},       {"developer", Role::service},
      {"analyst", Role::service}, {"service", Role::service}, {"viewer", Role::user},
      {"readonly", Role::user},   {"user", Role::user},       {"system", Role::system}};
  const auto written = words.accept_bare().value_or("");
  for (const auto& [text, role] : kNames) {
    if (equal_ignoring_case(written, text)) return role;
  }
  return invalid("Invalid role '" + written +
                 "'. Hint: Valid roles: dba, admin, developer, analyst, viewer, user, service, system");
}

// A value that may be any word, but not the one that begins the next clause.
std::optional<std::string> value(Words& words, std::initializer_list<std::string_view> next_clauses) {
  for (const auto clause : next_clauses) {
    if (words.is(clause)) return std::nullopt;
  }
  return words.accept_bare();
}

Result<Auth> auth(Words& words) {
  if (words.accept("PASSWORD")) {
    auto password = value(words, {"ROLE", "EMAIL"});
    // Without one, what follows is read as the password, and the role is missed.
    if (!password) return invalid("Expected ROLE keyword. Hint: ROLE is required: ... ROLE dba");
    return Auth(CreateUser::Password{*std::move(password)});
  }
  if (words.accept("OAUTH")) return Auth(CreateUser::OAuth{value(words, {"ROLE", "EMAIL"})});
  if (words.accept("INTERNAL")) return Auth(CreateUser::Internal{});
  return invalid(
      "Expected PASSWORD, OAUTH, or INTERNAL after WITH. Hint: Valid auth types: WITH PASSWORD 'pass', WITH OAUTH, "
      "WITH "
      "INTERNAL");
}

Result<std::string> expect_value(Words& words, std::string_view missing) {
  auto found = words.accept_bare();
  if (!found) return invalid(std::string(missing));
  return *std::move(found);
}

Result<Action> set_action(Words& words) {
  if (words.accept("PASSWORD")) {
    return Action(SetPassword{TRY(expect_value(words,
                                               "Expected password value after SET PASSWORD. Hint: Password must be "
                                               "quoted: SET PASSWORD 'newsecret'"))});
  }
  if (words.accept("ROLE")) return Action(SetRole{TRY(role(words))});
  if (words.accept("EMAIL")) {
    return Action(SetEmail{TRY(expect_value(
        words, "Expected email value after SET EMAIL. Hint: Email must be quoted: SET EMAIL 'user@example.com'"))});
  }
  if (words.accept("OAUTH")) return Action(SetOAuth{TRY(expect_value(words, "Expected JSON after SET OAUTH"))});
  if (words.accept("STORAGE_MODE")) {
    const auto mode = words.accept_bare().value_or("");
    if (equal_ignoring_case(mode, "table")) return Action(SetStorageMode{StorageMode::table});
    if (equal_ignoring_case(mode, "region")) return Action(SetStorageMode{StorageMode::region});
    return invalid("Invalid storage mode '" + mode + "'. Hint: Valid modes: table, region");
  }
  if (words.accept("STORAGE_ID")) {
    if (words.accept("NULL")) return Action(SetStorageId{});
    const auto id = TRY(expect_value(words, "Expected storage id or NULL after SET STORAGE_ID"));
    return Action(SetStorageId{TRY(checked_id(parse_storage_id(id))).value()});
  }
  return invalid(
      "Expected PASSWORD, ROLE, or EMAIL after SET. Hint: Valid modifications: SET PASSWORD 'pass', SET ROLE admin, "
      "SET "
      "EMAIL 'x@y.com'");
}

Result<Action> action(Words& words) {
  if (words.accept({"REVOKE", "TOKENS"})) return Action(RevokeTokens{});
  if (words.accept("UNLOCK")) return Action(Unlock{});
  if (words.accept("SET")) return set_action(words);
  return invalid("Expected SET after username. Hint: Syntax: ALTER USER username SET PASSWORD|ROLE|EMAIL ...");
}

}  // namespace

Result<Body> parse_create_user(Words& words) {
  CreateUser statement{.name = {}, .auth = {}, .email = {}};
  statement.name = TRY(user_name(
      words, "Expected username after CREATE USER. Hint: Username can be unquoted (alice) or quoted ('alice')"));
  if (!words.accept("WITH")) {
    return invalid("Expected WITH after username. Hint: Syntax: CREATE USER username WITH PASSWORD|OAUTH|INTERNAL ...");
  }
  statement.auth = TRY(auth(words));
  if (!words.accept("ROLE")) return invalid("Expected ROLE keyword. Hint: ROLE is required: ... ROLE dba");
  statement.role = TRY(role(words));
  if (words.accept("EMAIL")) {
    statement.email = TRY(
        expect_value(words, "Expected email value after EMAIL. Hint: Email must be quoted: EMAIL 'user@example.com'"));
  }
  TRY(expect_nothing_after(words, "CREATE USER"));
  return statement;
}

Result<Body> parse_alter_user(Words& words) {
  AlterUser statement;
  statement.name = TRY(
      user_name(words, "Expected username after ALTER USER. Hint: Username can be unquoted (root) or quoted ('root')"));
  statement.action = TRY(action(words));
  TRY(expect_nothing_after(words, "ALTER USER"));
  return statement;
}

Result<Body> parse_drop_user(Words& words) {
  DropUser statement;
  statement.if_exists = words.accept({"IF", "EXISTS"});
  statement.name =
      TRY(user_name(words, "Expected username. Hint: Username can be unquoted (alice) or quoted ('alice')"));
  TRY(expect_nothing_after(words, "DROP USER"));
  return statement;
}

}  // namespace kalam::sql
