#include "query/write_target.h"

#include "auth/access.h"
#include "types/cast.h"

namespace kalam::query {

namespace {

constexpr int kAttemptsMax = 10;

Error key_exists(const WriteTarget& target, const Value& key, bool staged) {
  const auto& column = target.definition().primary_key().front()->name;
  const auto* what =
      staged ? "' appears multiple times in the transaction batch for column '" : "' already exists in column '";
  return {ErrorCode::already_exists, "Primary key violation: value '" + text_of(key) + what + column + "'", {}};
}

// The version that a transaction's write replaces, in its snapshot and among its own writes.
Result<std::optional<RowSeq>> base_of(const WriteTarget& target, const commands::RowWrite& write,
                                      const Transaction& transaction) {
  const auto row_key = TRY(target.table->row_key(target.user, write.key));
  if (const auto* staged = transaction.staged(target.definition().id, target.user)) {
    const auto found = staged->find(row_key);
    if (found != staged->end()) {
      if (write.kind == ChangeKind::insert && !found->second.deleted) return key_exists(target, write.key, true);
      return std::optional<RowSeq>();  // the base was noted with the first write
    }
  }
  if (write.kind != ChangeKind::insert) return write.expected;
  const auto version = TRY(target.table->find(row_key, transaction.snapshot()));
  if (version && !version->header.deleted) return key_exists(target, write.key, false);
  return std::optional<RowSeq>();
}

}  // namespace

Result<WriteTarget> find_target(const duck::QueryTable& written, WriteKind kind, const StatementContext& context) {
  const auto name = TRY(full_name(written, context.session));
  const auto& services = context.services;
  const TableId id{NamespaceId(name.schema), TableName(name.table)};
  TRY(auth::check_write_to_namespace(id, kind));
  const auto definition = services.catalog.snapshot()->share(id);
  if (!definition) return table_not_found(name);
  if (context.impersonating && definition->type == TableType::shared) {
    return refused("EXECUTE AS USER is not allowed on SHARED tables (table '" + definition->id.colon() +
                   "'). AS USER impersonation is only supported for USER and STREAM tables.");
  }
  TRY(auth::check_write(context.session.viewer, *definition, kind));
  if (definition->type == TableType::stream) {
    if (context.transaction || context.in_block) {
      return refused("stream tables are not supported inside explicit transactions");
    }
    if (kind == WriteKind::update) return refused("UPDATE not supported for STREAM tables");
  }
  WriteTarget target;
  target.table = TRY(services.tables.open(definition));
  target.user = partition_of(*definition, context.session);
  return target;
}

Result<size_t> write_rows(const WriteTarget& target, std::vector<commands::RowWrite> rows,
                          const StatementContext& context) {
  if (context.transaction) {
    const size_t count = rows.size();
    TRY(context.transaction->touch("stage writes in"));
    for (auto& row : rows) {
      const auto base = TRY(base_of(target, row, *context.transaction));
      TRY(context.transaction->stage(target.table, target.user, std::move(row), base));
    }
    return count;
  }
  if (rows.empty() && !context.write_id) return size_t{0};
  commands::DataWrite write;
  write.parts.emplace_back(commands::RowsWrite{target.table->shared_definition(), target.user, std::move(rows)});
  const auto applied = TRY(context.services.writer.write(std::move(write), {context.write_id}));
  if (applied.repeated && context.repeated) *context.repeated = true;
  return applied.rows.front();
}

Result<QueryReply> with_retries(const StatementContext& context, const std::function<Result<QueryReply>()>& statement) {
  for (int attempt = 1;; ++attempt) {
    auto reply = statement();
    const bool again = !reply.ok() && reply.error().code == ErrorCode::conflict && !context.transaction;
    if (!again || attempt == kAttemptsMax) return reply;
  }
}

QueryReply reply_of_write(WriteKind kind, size_t rows, const Session& session) {
  QueryReply reply;
  switch (kind) {
    case WriteKind::insert:
      reply.shape = QueryReply::Shape::inserted;
      reply.message = "Inserted ";
      break;
    case WriteKind::update:
      reply.shape = QueryReply::Shape::updated;
      reply.message = "Updated ";
      break;
    case WriteKind::remove:
      reply.shape = QueryReply::Shape::deleted;
      reply.message = "Deleted ";
      break;
  }
  reply.row_count = rows;
  reply.message += std::to_string(rows) + " row(s)";
  reply.as_user = session.viewer.user.value();
  return reply;
}

}  // namespace kalam::query
