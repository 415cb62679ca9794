// What names in statements mean, and the errors about things that are not there.

#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/snapshot.h"
#include "query/services.h"
#include "sql/object_name.h"
#include "types/schema.h"

namespace kalam::query {

// In the session's namespace when the statement named none.
Result<TableId> table_id(const sql::ObjectName& name, const Session& session);

// The latest definition; `not_found`.
Result<TableDefinitionPtr> existing_table(const TableId& id, const Services& services);

// Statements may name the kind of a table: CREATE, ALTER and DROP USER TABLE.
Status check_kind(const TableDefinition& table, const std::optional<TableType>& written);

Error no_such_table(const TableId& id);  // not_found
Error not_found(std::string message);
Error not_available(std::string_view statement);  // "FOO is not available yet": see docs/internals/not-yet.md

}  // namespace kalam::query
