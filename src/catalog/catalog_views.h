// The views that show definitions: system.schemas, tables, columns, describe, and the constant system.datatypes.

#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "catalog/definitions.h"
#include "catalog/snapshot.h"
#include "catalog/system_view.h"

namespace kalam::catalog {

using CurrentSnapshot = std::function<CatalogSnapshotPtr()>;

// The definition of system.schemas itself, a persisted table whose rows are all stored versions.
TableDefinition schemas_definition();

std::unique_ptr<SystemView> make_namespaces_view(CurrentSnapshot current);  // with the live number of tables
std::unique_ptr<SystemView> make_schemas_view(const TableDefinitions& definitions);
std::unique_ptr<SystemView> make_tables_view(CurrentSnapshot current);
std::unique_ptr<SystemView> make_columns_view(CurrentSnapshot current);
std::unique_ptr<SystemView> make_describe_view();
std::unique_ptr<SystemView> make_datatypes_view();

}  // namespace kalam::catalog
