// The check before anything is served: can what lies in the store be read by this build? Looks at the first and the
// last value of each partition whose content the catalog knows.

#pragma once
#include <string_view>

#include "base/result.h"
#include "catalog/definitions.h"
#include "catalog/system_tables.h"
#include "store/store.h"

namespace kalam::catalog {

// The error says which partition, and what an operator does about it. Changes nothing.
Status check_stored_values(store::Store& store, const SystemTables& tables, const TableDefinitions& definitions,
                           std::string_view data_path);

}  // namespace kalam::catalog
