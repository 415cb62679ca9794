// Session: who is asking.
//
// For now there is one rule: whoever comes from this machine is `root` with the role System, and nobody else gets in.
// Logging in replaces it without changing who calls this.

#pragma once
#include "base/result.h"
#include "types/role.h"

namespace kalam::auth {

// What a request tells about its sender.
struct Caller {
  bool from_loopback = false;  // of the peer's address, not of any header
};

// `unauthenticated` when the caller is nobody we know.
Result<Viewer> open_session(const Caller& caller);

}  // namespace kalam::auth
