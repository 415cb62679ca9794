// What a ParsedQuery holds: DuckDB's tree, with our scans in the place of the tables.

#pragma once
#include <duckdb.hpp>
#include <vector>

#include "duck/parsed_query.h"

namespace kalam::duck {

struct ParsedQuery::Impl {
  duckdb::unique_ptr<duckdb::SQLStatement> statement;
  std::vector<QueryTable> tables;
  std::vector<UsedView> views;
};

}  // namespace kalam::duck
