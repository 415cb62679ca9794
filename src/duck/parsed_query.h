// ParsedQuery: a query that DuckDB's parser understood and our walk allowed.
//
//   text -> DuckDB's parser -> walk (allow-list of statements, functions, types) -> ParsedQuery
//
// Always true: it reads nothing but the tables it names. No file, network, catalog, settings or dynamic-SQL function is
// reachable from it; those were refused here, before anything was bound.

#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kalam::duck {

// A table as the query names it, in lower case; parts that were not written are empty.
struct QueryTable {
  std::string catalog;
  std::string schema;
  std::string table;
  bool operator==(const QueryTable&) const = default;
};

struct ParseOptions {
  size_t expression_depth_max = 150;  // planning costs its third power
  size_t set_operands_max = 100;      // a UNION b UNION …: one node, planned in quadratic time
  size_t grouping_sets_max = 16;      // CUBE of 8 columns: 0.7 s and 580 MB over one row
};

class ParsedQuery {
 public:
  // SELECT, WITH and EXPLAIN of those. `invalid_input`: no SQL; `not_supported`: SQL that is not allowed.
  static Result<ParsedQuery> parse(std::string_view text, const ParseOptions& options = {});

  ParsedQuery(ParsedQuery&&) noexcept;
  ParsedQuery& operator=(ParsedQuery&&) noexcept;
  ~ParsedQuery();

  // Each table once, in the order of first mention. Names of WITH that a query defines itself are none.
  const std::vector<QueryTable>& tables() const;
  size_t parameters() const;  // the highest $n

  struct Impl;

 private:
  friend class Instance;
  friend class ParsedWrite;
  explicit ParsedQuery(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kalam::duck
