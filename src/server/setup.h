// Setup: the first thing done to a new server: a password for root, and an administrator to work with (spec auth §8.2).
//
// Always true: both come to be, or neither; and that once.

#pragma once
#include <string>
#include <variant>

#include "base/result.h"
#include "catalog/models/user.h"
#include "query/services.h"
#include "server/auth_reply.h"
#include "server/auth_request.h"

namespace kalam::server {

// Is root still without a password?
Result<bool> needs_setup(const query::Services& services);

// The new administrator. Hashes two passwords: for a worker of its own kind.
std::variant<catalog::User, AuthRefusal> set_up(const SetupRequest& request, const query::Services& services,
                                                const std::string& client_address, const std::string& request_id);

}  // namespace kalam::server
