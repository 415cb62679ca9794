// EXECUTE AS USER: who a statement runs for instead of its sender. Spec auth §9.

#pragma once
#include <string_view>

#include "base/result.h"
#include "query/services.h"
#include "types/role.h"

namespace kalam::query {

// The target, with the role user; `permission_denied` when the actor may not.
Result<Viewer> impersonate(const Viewer& actor, std::string_view target, const Services& services);

// The same for a statement of the session's actor, with a row in the audit log whatever comes of it.
Result<Viewer> impersonate_audited(const Session& session, std::string_view target, const Services& services);

}  // namespace kalam::query
