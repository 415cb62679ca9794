// What a change of a row is to a subscription: nothing, an insert, an update or a delete of its result.

#pragma once
#include <optional>
#include <string>

#include "live/plan.h"
#include "types/row_change.h"

namespace kalam::live {

// A row at two moments; none: it was not there, or is not any more.
struct RowStep {
  std::optional<FullRow> before = {};
  std::optional<FullRow> after = {};
  RowSeq seq{0};  // of the newest version, of a deleted one too
};
RowStep step_of(const Plan& plan, const RowChange& change);

struct ChangeBody {
  std::string text;      // messages.h: what stands behind the id of the subscription
  std::string key_json;  // if it was asked for
};

// Old and new row are both held against the filter: who comes into it is inserted, who leaves it deleted. None: nothing
// to tell. `user`: whose part of the table it is.
Result<std::optional<ChangeBody>> body_of(const Plan& plan, const RowStep& step, const std::optional<UserId>& user,
                                          const Viewer& viewer, bool with_key);

// Of a row that is in the result, as if it had just come into it.
Result<ChangeBody> arrival_of(const Plan& plan, const FullRow& row, const Viewer& viewer, bool with_key);
// Of a row of which only its end is known, as read_removed() gives it.
Result<ChangeBody> removal_of(const Plan& plan, const FullRow& row, bool with_key);

// Does the step change what the plan shows of a row that stays in the result?
Result<bool> shows_difference(const Plan& plan, const RowStep& step, const Viewer& viewer);

}  // namespace kalam::live
