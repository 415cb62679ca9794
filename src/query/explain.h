// EXPLAIN: how a statement would be run, in rows of spec sql §9. Nothing is changed; ANALYZE runs a query and counts.

#pragma once
#include "base/result.h"
#include "query/change_rows.h"
#include "query/query_reply.h"
#include "query/select.h"
#include "query/statement_context.h"
#include "sql/statement.h"

namespace kalam::query {

Result<QueryReply> explain(const sql::Explain& explain, Select& select, ChangeRows& change_rows,
                           const StatementContext& context);

}  // namespace kalam::query
