// User: who may log in. A deleted user stays, marked, so that the name is not given out again.

#pragma once
#include "catalog/models/model.h"

namespace kalam::catalog {

enum class AuthType : uint8_t { password, oauth, internal };
template <>
inline constexpr EnumTexts<AuthType, 3> kTexts<AuthType> = {
    {{AuthType::password, "Password"}, {AuthType::oauth, "OAuth"}, {AuthType::internal, "Internal"}}};

enum class StorageMode : uint8_t { table, region };
template <>
inline constexpr EnumTexts<StorageMode, 2> kTexts<StorageMode> = {
    {{StorageMode::table, "Table"}, {StorageMode::region, "Region"}}};

struct User {
  UserId user_id;
  std::string password_hash;  // bcrypt; empty: no password
  Role role = Role::user;
  std::optional<std::string> email;
  AuthType auth_type = AuthType::password;
  std::optional<Json> auth_data;  // external identity: issuer, subject, …
  StorageMode storage_mode = StorageMode::table;
  std::optional<StorageId> storage_id;
  int32_t failed_login_attempts = 0;
  std::optional<Timestamp> locked_until;
  std::optional<Timestamp> last_login_at;
  Timestamp created_at;
  Timestamp updated_at;
  std::optional<Timestamp> last_seen;
  std::optional<Timestamp> deleted_at;
  std::optional<int64_t> token_epoch;   // tokens of older epochs are void; none: 0
  std::optional<Timestamp> revoked_at;  // when the epoch last rose

  bool operator==(const User&) const = default;
};

template <>
const Model<User>& model<User>();

}  // namespace kalam::catalog
