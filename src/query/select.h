// Select: SELECT and WITH, with their plans kept.
//
//   text -> shape (literals lifted into parameters) -> plan, kept by shape -> sources of this session -> rows
//
// A plan is kept under the shape of its text, the session's namespace and the kinds of its parameters, and used only
// while the tables it names are what they were.

#pragma once
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "query/plan_cache.h"
#include "query/query_reply.h"
#include "query/row_limits.h"
#include "query/sources.h"
#include "query/statement_context.h"
#include "sql/statement.h"

namespace kalam::query {

// A query made ready, and for which tables.
struct QueryPlan {
  std::vector<duck::QueryTable> tables;
  std::vector<SourceIdentity> identities;
  std::vector<duck::UsedView> views;
  bool has_limit = false;
  std::shared_ptr<const duck::Prepared> prepared;
};

// A statement as the caches know it: its shape, and all its parameters, those lifted out of its text behind those
// given.
struct ShapedStatement {
  std::string key;  // of a cache: the shape, the kinds of the parameters and the session's namespace
  std::string text;
  std::vector<Value> parameters;
};
Result<ShapedStatement> shaped(const sql::Statement& statement, const StatementContext& context);

// The sources of a statement, opened together: one moment for all of them.
class OpenSources {
 public:
  // In the order of `tables`.
  static Result<OpenSources> open(const std::vector<duck::QueryTable>& tables, const StatementContext& context);

  bool fits(const QueryPlan& plan) const;
  std::vector<SourceIdentity> identities() const;
  std::vector<duck::SourceShape> shapes() const;
  std::vector<const RowSource*> rows() const;

 private:
  std::vector<Source> sources_;
};

class Select {
 public:
  Select(duck::Instance& engine, size_t plans_max, duck::Path path) : engine_(engine), path_(path), plans_(plans_max) {}

  Result<QueryReply> run(const sql::Statement& statement, const StatementContext& context, const RowLimits& limits);

  // For others that have a query to run: INSERT … SELECT, the rows an UPDATE touches.
  struct Ready {
    std::shared_ptr<const QueryPlan> plan;
    OpenSources sources;
  };
  // Of a statement as the cache knows it.
  Result<Ready> ready(const ShapedStatement& shape, const StatementContext& context);
  // With the plan that was kept while it fits what exists, else with one made now.
  Result<Ready> ready(std::shared_ptr<const QueryPlan> kept, const std::function<Result<duck::ParsedQuery>()>& parse,
                      const std::vector<Value>& parameters, const StatementContext& context);
  Result<duck::RowStream> run(const Ready& ready, std::vector<Value> parameters, const StatementContext& context,
                              size_t rows_max = SIZE_MAX);

 private:
  Result<std::shared_ptr<const QueryPlan>> make_plan(duck::ParsedQuery query, const OpenSources& sources,
                                                     const std::vector<Value>& parameters);

  duck::Instance& engine_;
  const duck::Path path_;
  PlanCache<QueryPlan> plans_;
};

}  // namespace kalam::query
