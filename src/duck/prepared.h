// Prepared: a query made ready for many runs: bound over the columns of its sources, with its way chosen.
//
//   ParsedQuery + shapes of the sources + kinds of the parameters --Instance::prepare--> Prepared   (kept, shared)
//   Prepared + sources + parameters + viewer                      --Instance::run------> RowStream
//
// Two ways lead to the same rows. Native: a query over one table is run on Values by code of ours. Engine: all else by
// DuckDB, with the plan kept.
//
// Always true: nothing of a run stays in it, no source, no row, no parameter, no session: it may be kept under its text
// (with literals lifted into parameters or not), the kinds of its parameters and the schema versions of its sources,
// whoever runs it. Literals that decide a type must not be lifted: operands of comparisons, IN and BETWEEN may be,
// LIMIT and OFFSET too; what is computed with or shown keeps its literals.

#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "duck/parsed_query.h"
#include "types/row_source.h"
#include "types/value.h"

namespace kalam::duck {

// What a plan knows of a source. A run with a source of another shape is refused.
struct SourceShape {
  std::vector<SourceColumn> columns;
  std::optional<size_t> order_column = {};
};

inline SourceShape shape_of(const RowSource& source) { return {source.columns(), source.order_column()}; }

// Immutable: shared by threads. Outlived by the instance that made it.
class Prepared {
 public:
  virtual ~Prepared() = default;
  virtual const std::vector<QueryTable>& tables() const = 0;  // as of the ParsedQuery
  // Parameters of a run that are of other kinds are welcome, but cost a plan of their own. NULL is a kind.
  virtual std::span<const ScalarKind> parameters() const = 0;
  virtual bool native() const = 0;
  virtual std::string explained() const = 0;  // how it would run, in lines for people
};

}  // namespace kalam::duck
