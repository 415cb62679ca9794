// What namespaces, tables and columns may be called: the rules and the error texts of CREATE and ALTER.

#pragma once
#include <string_view>

#include "base/result.h"

namespace kalam {

// The name as it was written; letters of any case. The error of a column names the column.
Status check_namespace_name(std::string_view name);
Status check_table_name(std::string_view name);
Status check_column_name(std::string_view name);

bool is_reserved_namespace(std::string_view name);  // any case

}  // namespace kalam
