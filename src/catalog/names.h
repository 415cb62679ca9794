// Which names users may give. One set of rules for namespaces, tables and columns, checked in the order of spec catalog
// §9, each violation with its own text.
//
// The texts are bare: the place where an error meets its user adds `Invalid operation: ` by the error's code.

#pragma once
#include <string_view>

#include "base/result.h"

namespace kalam::catalog {

Status check_namespace_name(std::string_view name);  // invalid_input
Status check_table_name(std::string_view name);      // invalid_operation
Status check_column_name(std::string_view name);     // invalid_operation, `Invalid column name 'x': …`

bool is_reserved_namespace(std::string_view name);  // any case: cannot be created
bool is_reserved_user(std::string_view name);       // any case: cannot be created
bool is_reserved_word(std::string_view name);       // any case

// Namespaces whose tables no statement may create, change or drop: system, information_schema, pg_catalog, datafusion.
bool is_system_namespace(std::string_view name);

}  // namespace kalam::catalog
