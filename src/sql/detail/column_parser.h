// Columns as CREATE TABLE and ALTER TABLE write them: types, options, defaults.

#pragma once
#include <string>

#include "base/result.h"
#include "sql/detail/words.h"
#include "sql/statement.h"

namespace kalam::sql {

struct WrittenType {
  DataType type;
  bool serial = false;  // SERIAL and its like: filled by SNOWFLAKE_ID() unless the column says otherwise
};

Result<WrittenType> parse_type(Words& words);

// A constant, folded, or one of the functions of spec sql 5.4.
Result<ColumnDefault> parse_default(Words& words);

// The column behind its name: its type and all options of it that are known. Stops at what it does not know.
Result<ColumnSpec> parse_column(Words& words, std::string name);

}  // namespace kalam::sql
