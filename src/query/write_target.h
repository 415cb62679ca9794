// WriteTarget: the table that an INSERT, UPDATE or DELETE names, found and authorised; and the way its rows go: into
// the open transaction, or as a command of their own.

#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "auth/access.h"
#include "base/result.h"
#include "duck/parsed_query.h"
#include "query/query_reply.h"
#include "query/sources.h"
#include "query/statement_context.h"
#include "tables/table.h"

namespace kalam::query {

using WriteKind = auth::RowWriteKind;

struct WriteTarget {
  tables::TablePtr table;
  std::optional<UserId> user;  // whose partition

  const TableDefinition& definition() const { return table->definition(); }
};

// In the order of spec sql §11: system tables, existence, rights, impersonation, what a transaction may write.
Result<WriteTarget> find_target(const duck::QueryTable& written, WriteKind kind, const StatementContext& context);

// Rows that were worked out: staged when a transaction is open, else written. Gives how many were.
Result<size_t> write_rows(const WriteTarget& target, std::vector<commands::RowWrite> rows,
                          const StatementContext& context);

// Tries an autocommitted statement again when somebody else was faster, a bounded number of times.
Result<QueryReply> with_retries(const StatementContext& context, const std::function<Result<QueryReply>()>& statement);

// How a write would be done, for EXPLAIN.
struct ExplainedWrite {
  std::string logical;
  std::string physical;
};

QueryReply reply_of_write(WriteKind kind, size_t rows, const Session& session);

}  // namespace kalam::query
