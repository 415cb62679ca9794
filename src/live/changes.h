// What a change of a row is to a subscription: nothing, an insert, an update or a delete of its result.

#pragma once
#include <optional>
#include <string>

#include "live/plan.h"
#include "types/row_change.h"

namespace kalam::live {

// Old and new row are both held against the filter: who comes into it is inserted, who leaves it deleted. The text is
// what stands behind the id of the subscription (messages.h); none: nothing to tell. `plan` is for the version of the
// table that `rows` follow.
Result<std::optional<std::string>> body_of(const Plan& plan, const TableChanges& rows, const RowChange& change,
                                           const Viewer& viewer);

}  // namespace kalam::live
