// Table definitions of every kind with every kind of column, for tests, benchmarks and golden files.

#pragma once
#include <initializer_list>
#include <string>
#include <vector>

#include "types/schema.h"

namespace kalam::codec::testing {

// A USER table with all types of columns comes first.
std::vector<TableDefinition> sample_tables();

struct SampleColumn {
  std::string name;
  DataType type;
};
// A USER table of these columns, the first being the primary key; with `_seq` and `_deleted` behind them.
TableDefinition table_of(std::vector<SampleColumn> columns);

}  // namespace kalam::codec::testing
