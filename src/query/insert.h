// Insert: INSERT. Rows of plain values are taken as the statement's parser read them; all others are what a query
// gives.

#pragma once
#include <string_view>

#include "query/query_reply.h"
#include "query/row_maker.h"
#include "query/select.h"
#include "query/statement_context.h"
#include "query/write_target.h"
#include "sql/statement.h"

namespace kalam::query {

class Insert {
 public:
  // `path`: engine, for tests: rows of plain values are what a query gives, too.
  Insert(Select& select, duck::Path path) : select_(select), path_(path) {}

  Result<QueryReply> run(std::string_view text, const sql::Insert& insert, const StatementContext& context);

  // For EXPLAIN.
  Result<ExplainedWrite> explained(std::string_view text, const sql::Insert& insert, const StatementContext& context);

  // The rows of plain values, ready to be written.
  static Result<commands::RowsWrite> rows_of(const sql::InsertValues& values, const StatementContext& context);

 private:
  static Result<size_t> insert_values(const sql::InsertValues& values, const StatementContext& context);
  Result<size_t> insert_query(std::string_view text, const StatementContext& context);

  Select& select_;
  const duck::Path path_;
};

}  // namespace kalam::query
