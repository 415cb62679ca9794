#include "catalog/token_epoch.h"

#include <algorithm>

namespace kalam::catalog {

int64_t first_token_epoch(Timestamp created) {
  return std::chrono::floor<std::chrono::milliseconds>(created.time_since_epoch()).count();
}

void void_tokens(User& user, Timestamp now) {
  // A clock that was set back must not bring an epoch again.
  user.token_epoch = std::max<int64_t>(user.token_epoch.value_or(0) + 1, first_token_epoch(now));
  user.revoked_at = now;
}

}  // namespace kalam::catalog
