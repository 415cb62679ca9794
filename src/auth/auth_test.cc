#include <gtest/gtest.h>

#include "auth/authorize.h"
#include "auth/password.h"

namespace kalam::auth {
namespace {

constexpr uint64_t kSeed = 20261124;

TEST(Password, HashIsBcryptAndVerifies) {
  SeededRandom random(kSeed);
  const auto hash = hash_password("correct horse", 4, random);
  ASSERT_TRUE(hash.ok()) << hash.error();
  EXPECT_EQ(hash->substr(0, 7), "$2b$04$");
  EXPECT_EQ(hash->size(), 60u);
  EXPECT_TRUE(verify_password("correct horse", *hash));
  EXPECT_FALSE(verify_password("correct horsf", *hash));
  EXPECT_FALSE(verify_password("", *hash));
}

TEST(Password, SaltsDifferAndFollowTheRandomSource) {
  SeededRandom random(kSeed), again(kSeed);
  const auto first = *hash_password("same", 4, random);
  EXPECT_NE(first, *hash_password("same", 4, random));
  EXPECT_EQ(first, *hash_password("same", 4, again));
}

TEST(Password, KnowsHashesOfOtherPrograms) {
  // Published test vectors of bcrypt (crypt_blowfish).
  EXPECT_TRUE(verify_password("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
  EXPECT_TRUE(verify_password("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"));
  EXPECT_FALSE(verify_password("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"));
}

// auth 2: a stored hash that is not bcrypt is a wrong password, never a failure.
TEST(Password, AnythingElseIsNoHash) {
  for (const auto* hash : {"", "plain", "$1$salt$abcdefgh", "$2b$04$short", "*0", "$argon2id$v=19$m=1$a$b"}) {
    EXPECT_FALSE(verify_password("x", hash)) << hash;
    EXPECT_FALSE(verify_password("", hash)) << hash;
  }
  EXPECT_FALSE(verify_password("x", "$2b$99$" + std::string(53, '.')));
}

TEST(Password, RefusesWhatBcryptWouldCut) {
  SeededRandom random(kSeed);
  const std::string longest(72, 'p');
  const auto hash = hash_password(longest, 4, random);
  ASSERT_TRUE(hash.ok());
  EXPECT_TRUE(verify_password(longest, *hash));
  EXPECT_FALSE(verify_password(longest + "p", *hash));
  EXPECT_FALSE(hash_password(longest + "p", 4, random).ok());
  EXPECT_FALSE(hash_password(std::string_view("a\0b", 3), 4, random).ok());
  EXPECT_FALSE(hash_password("x", 3, random).ok());
  EXPECT_FALSE(hash_password("x", 32, random).ok());
}

// catalog 1.1.
TEST(Authorize, SystemTablesAreForAdministrators) {
  struct Case {
    Role role;
    std::string_view schema;
    std::string_view message;  // empty: allowed
  };
  const Case cases[] = {
      {Role::system, "system", ""},
      {Role::dba, "system", ""},
      {Role::user, "information_schema", ""},
      {Role::user, "system",
       "Access denied: Role 'User' cannot access table 'system.users'. System tables require 'dba' or 'system' role."},
      {Role::service, "system",
       "Access denied: Role 'Service' cannot access table 'system.users'. System tables require 'dba' or 'system' "
       "role."},
      {Role::anonymous, "system",
       "Access denied: Role 'Anonymous' cannot access table 'system.users'. System tables require 'dba' or 'system' "
       "role."},
  };
  for (const auto& [role, schema, message] : cases) {
    const auto status = authorize({UserId("x"), role}, {std::string(schema), "users"});
    EXPECT_EQ(status.ok(), message.empty());
    if (!status.ok()) {
      EXPECT_EQ(status.error().message, message);
      EXPECT_EQ(status.error().code, ErrorCode::permission_denied);
    }
  }
}

}  // namespace
}  // namespace kalam::auth
