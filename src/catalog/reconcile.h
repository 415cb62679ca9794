// Reconciliation: what a system table is in this build against what is stored of it. A difference that old rows can
// bear becomes a new version of the stored definition; any other refuses the start.

#pragma once
#include <optional>

#include "base/result.h"
#include "types/schema.h"

namespace kalam::catalog {

struct Reconciled {
  enum class Outcome { created, upgraded, unchanged };
  Outcome outcome = Outcome::unchanged;
  TableDefinition definition;  // to be stored, unless unchanged
};

// Pure. `stored` is null when there is none. Refusals are `invalid_schema_evolution`, with their full text.
Result<Reconciled> reconcile(const TableDefinition& expected, const TableDefinition* stored, int64_t now_ms);

}  // namespace kalam::catalog
