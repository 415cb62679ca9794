// A DEFAULT that no row could be given is refused when it is declared, not when the first row is inserted.

#pragma once
#include "base/result.h"
#include "query/services.h"
#include "types/schema.h"

namespace kalam::query {

Status check_default(const ColumnDefinition& column, const Services& services, const Session& session);

}  // namespace kalam::query
