// ChangeRows: UPDATE and DELETE.
//
//   WHERE key = … and nothing but that row in it    -> the expressions travel, apply works them out (no version read)
//   anything else, or a transaction is open         -> a query gives the rows and their new values, each with the
//                                                      version it saw; apply refuses when a newer one is there

#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "duck/parsed_write.h"
#include "query/plan_cache.h"
#include "query/query_reply.h"
#include "query/select.h"
#include "query/statement_context.h"
#include "query/write_target.h"
#include "sql/statement.h"

namespace kalam::query {

class ChangeRows {
 public:
  // `path`: engine, for tests: a query gives the rows of every statement.
  ChangeRows(duck::Instance& engine, Select& select, size_t plans_max, duck::Path path)
      : engine_(engine), select_(select), path_(path), plans_(plans_max) {}

  Result<QueryReply> run(const sql::Statement& statement, const StatementContext& context);

  // For EXPLAIN.
  Result<ExplainedWrite> explained(const sql::Statement& statement, const StatementContext& context);

  // The command of a statement that apply works out by itself; nothing when it is of another kind. For transactions
  // whose statements are all of this kind.
  Result<std::optional<commands::KeyedWrite>> keyed_write(const sql::Statement& statement,
                                                          const StatementContext& context);

 private:
  struct Plan;
  // What a statement does, and to what: of one moment.
  struct Planned {
    std::shared_ptr<const Plan> plan;
    WriteTarget target;
  };

  Result<Planned> planned(const ShapedStatement& shaped, const StatementContext& context);
  Result<std::shared_ptr<const Plan>> make_plan(duck::ParsedWrite parsed, const WriteTarget& target) const;
  static std::optional<commands::KeyedWrite> command_of(const Planned& planned, const ShapedStatement& shaped,
                                                        const StatementContext& context);
  Result<Select::Ready> touched_rows(const Planned& planned, const ShapedStatement& shaped,
                                     const StatementContext& context);
  Result<size_t> change_by_query(const Planned& planned, const ShapedStatement& shaped,
                                 const StatementContext& context);
  Result<QueryReply> change(const ShapedStatement& shaped, const StatementContext& context);

  duck::Instance& engine_;
  Select& select_;
  const duck::Path path_;
  PlanCache<Plan> plans_;
};

}  // namespace kalam::query
