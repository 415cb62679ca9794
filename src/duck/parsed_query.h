// ParsedQuery: a query that DuckDB's parser understood and our walk allowed.
//
//   text -> DuckDB's parser -> walk (allow-list of statements, functions, types) -> ParsedQuery
//
// Always true: it reads nothing but the tables it names. No file, network, catalog, settings or dynamic-SQL function is
// reachable from it; those were refused here, before anything was bound.

#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
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

// A view: a query that stands where its name is written. Names in it are of its own namespace.
struct View {
  std::string schema;
  std::string query;
  std::vector<std::string> columns = {};  // empty: those of the query
  bool operator==(const View&) const = default;
};
// Whoever knows the views: the one that a name means; nothing when it means a table.
using ViewLookup = std::function<std::optional<View>(const QueryTable&)>;
struct UsedView {
  QueryTable name;
  View view;
};

struct ParseOptions {
  size_t expression_depth_max = 150;  // planning costs its third power
  size_t set_operands_max = 100;      // a UNION b UNION …: one node, planned in quadratic time
  size_t grouping_sets_max = 16;      // CUBE of 8 columns: 0.7 s and 580 MB over one row
  size_t view_depth_max = 16;         // a view over a view …
  size_t views_max = 64;              // of one statement, each as often as it is named: two in each doubles them
};

class ParsedQuery {
 public:
  // SELECT, WITH and EXPLAIN of those. `invalid_input`: no SQL; `not_supported`: SQL that is not allowed.
  static Result<ParsedQuery> parse(std::string_view text, const ParseOptions& options = {},
                                   const ViewLookup& views = {});

  ParsedQuery(ParsedQuery&&) noexcept;
  ParsedQuery& operator=(ParsedQuery&&) noexcept;
  ~ParsedQuery();

  // Each table once, in the order of first mention. Names of WITH that a query defines itself are none.
  const std::vector<QueryTable>& tables() const;
  // The views whose queries took the place of their names: what was parsed holds as long as they are the same.
  const std::vector<UsedView>& views() const;
  size_t parameters() const;  // the highest $n
  // Does the query itself say LIMIT? One inside of it, in a sub-query, a CTE or a view, limits no result.
  bool has_limit() const;

  struct Impl;

 private:
  friend class Instance;
  friend class ParsedWrite;
  explicit ParsedQuery(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kalam::duck
