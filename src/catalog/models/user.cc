#include "catalog/models/user.h"

namespace kalam::catalog {

// Column id 2 is retired. The next one is 19.
template <>
const Model<User>& model<User>() {
  static const Model<User> users{
      .schema = codec::SystemModel::user,
      .table = "users",
      .comment = "System users for authentication and authorization",
      .fields = {
          field<&User::user_id>(1, "user_id").key().comment("Login name and identity"),
          field<&User::password_hash>(3, "password_hash").comment("bcrypt hash; empty: no password"),
          field<&User::role>(4, "role").comment("user, service, dba or system"),
          field<&User::email>(5, "email").comment("E-mail address"),
          field<&User::auth_type>(6, "auth_type").comment("Password, OAuth or Internal"),
          field<&User::auth_data>(7, "auth_data").comment("Identity at an external provider"),
          field<&User::storage_mode>(8, "storage_mode").comment("Table or Region"),
          field<&User::storage_id>(9, "storage_id").comment("Preferred storage"),
          field<&User::failed_login_attempts>(14, "failed_login_attempts").comment("Failures since the last login"),
          field<&User::locked_until>(15, "locked_until").comment("No login before this time"),
          field<&User::last_login_at>(16, "last_login_at").comment("Last successful login"),
          field<&User::created_at>(10, "created_at").comment("When the user was created"),
          field<&User::updated_at>(11, "updated_at").comment("When the user was last changed"),
          field<&User::last_seen>(12, "last_seen").comment("Last activity"),
          field<&User::deleted_at>(13, "deleted_at").comment("When the user was deleted"),
          field<&User::token_epoch>(17, "token_epoch").stored_only(),
          field<&User::revoked_at>(18, "revoked_at").stored_only(),
      }};
  return users;
}

}  // namespace kalam::catalog
