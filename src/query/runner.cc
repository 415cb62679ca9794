#include "query/runner.h"

#include <array>

#include "query/change_rows.h"
#include "query/deadlines.h"
#include "query/explain.h"
#include "query/impersonation.h"
#include "query/insert.h"
#include "query/parameters.h"
#include "query/select.h"
#include "query/statements/statements.h"

namespace kalam::query {

namespace {

constexpr std::string_view kOpenAtEnd =
    "Request completed with an open explicit transaction; rolled back automatically";

constexpr size_t kBlockStatementsMax = 1000;

}  // namespace

struct Runner::Impl {
  Impl(const Services& services, const RunnerOptions& options)
      : services(services),
        options(options),
        deadlines(options.statement_time_max),
        transactions(services.clock, services.generators.ids, options.transactions),
        path(options.engine_only ? duck::Path::engine : duck::Path::automatic),
        select(services.engine, options.plans_max, path),
        insert(select, path),
        change_rows(services.engine, select, options.plans_max, path) {}

  const Services services;
  const RunnerOptions options;
  Deadlines deadlines;
  Transactions transactions;
  const duck::Path path;
  Select select;
  Insert insert;
  ChangeRows change_rows;
};

namespace {

// One request, from its first statement to its last.
class RequestRun {
 public:
  RequestRun(Runner::Impl& runner, Request request) : runner_(runner), request_(std::move(request)) {}

  Replies run();

 private:
  // BEGIN … COMMIT of writes that apply works out by itself, as one command; the number of statements that were, 0:
  // not of that kind, or refused, and nothing was done.
  size_t run_block(size_t first);
  Result<commands::DataWrite> block_write(size_t first, size_t end);

  StatementContext context_of(size_t number, Session& session);
  Result<QueryReply> statement(const sql::Statement& statement, size_t number);
  Result<QueryReply> body(const sql::Statement& statement, StatementContext& context);
  Result<QueryReply> begin();
  Result<QueryReply> commit(const StatementContext& context);
  Result<QueryReply> rollback();
  void add(QueryReply reply);
  Replies failed(Error error, Failure::Phase phase, size_t statement = 0) const;

  Runner::Impl& runner_;
  Request request_;
  std::vector<sql::Statement> statements_;
  std::shared_ptr<Transaction> transaction_;
  Replies replies_;
  std::array<size_t, 3> counts_{};  // of a batch: inserted, updated, deleted
};

Replies RequestRun::failed(Error error, Failure::Phase phase, size_t statement) const {
  Replies replies;
  replies.failure = Failure{std::move(error), phase, statement, {}};
  if (statement > 0) replies.failure->statement_text = statements_[statement - 1].text;
  return replies;
}

Replies RequestRun::run() {
  auto script = sql::read_script(request_.sql, runner_.options.parse);
  statements_ = std::move(script.statements);
  const auto role = request_.session.actor.role;
  const auto gate_refuses = [&](const sql::Gate& gate) { return !gate.admits(role); };
  for (const auto& each : statements_) {
    if (!gate_refuses(each.gate)) continue;
    return failed({ErrorCode::permission_denied, std::string(each.gate.refusal), {}}, Failure::Phase::rights);
  }
  if (script.refusal) {
    auto& refusal = *script.refusal;
    if (!gate_refuses(refusal.gate)) return failed(std::move(refusal.error), Failure::Phase::parsing);
    return failed({ErrorCode::permission_denied, std::string(refusal.gate.refusal), {}}, Failure::Phase::rights);
  }
  if (!request_.parameters.empty() && statements_.size() > 1) {
    return failed({ErrorCode::invalid_input, "Parameters not supported with multi-statement batches", {}},
                  Failure::Phase::parameters);
  }
  for (size_t i = 0; i < statements_.size(); ++i) {
    if (const auto ran = run_block(i)) {
      i += ran - 1;
      continue;
    }
    auto reply = statement(statements_[i], i + 1);
    if (!reply.ok()) return failed(std::move(reply).error(), Failure::Phase::running, i + 1);
    add(std::move(*reply));
  }
  if (transaction_) return failed(refused(std::string(kOpenAtEnd)), Failure::Phase::ending);
  if (statements_.size() > 1) {
    constexpr std::array kKinds = {WriteKind::insert, WriteKind::update, WriteKind::remove};
    auto session = request_.session;
    session.viewer = session.actor;
    for (size_t i = 0; i < kKinds.size(); ++i) {
      if (counts_[i] > 0) replies_.replies.push_back(reply_of_write(kKinds[i], counts_[i], session));
    }
  }
  return std::move(replies_);
}

void RequestRun::add(QueryReply reply) {
  const bool counted = reply.shape >= QueryReply::Shape::inserted && reply.shape <= QueryReply::Shape::deleted;
  if (statements_.size() > 1 && counted) {
    counts_[static_cast<size_t>(reply.shape) - static_cast<size_t>(QueryReply::Shape::inserted)] += reply.row_count;
    return;
  }
  replies_.replies.push_back(std::move(reply));
}

StatementContext RequestRun::context_of(size_t number, Session& session) {
  StatementContext context{.services = runner_.services,
                           .session = session,
                           .transaction = transaction_.get(),
                           .parameters = request_.parameters,
                           .moment = {runner_.services.clock.now_us(), session.viewer},
                           .write_id = {},
                           .impersonating = statements_[number - 1].as_user.has_value()};
  context.repeated = &replies_.repeated;
  if (request_.write_key) {
    context.write_id = codec::command::WriteId{session.actor.user, request_.write_key->key,
                                               static_cast<uint32_t>(number), request_.write_key->fingerprint};
  }
  return context;
}

Result<QueryReply> RequestRun::statement(const sql::Statement& statement, size_t number) {
  TRY(check_parameter_sizes(request_.parameters, runner_.options.parameters_max, runner_.options.parameter_bytes_max));
  auto session = request_.session;
  if (statement.as_user) session.viewer = TRY(impersonate_audited(session, *statement.as_user, runner_.services));
  auto context = context_of(number, session);
  const Deadlines::Running running(runner_.deadlines);
  context.stop = running.token();
  auto answer = body(statement, context);
  if (!answer.ok() && answer.error().code == ErrorCode::cancelled && running.passed()) {
    return Error{ErrorCode::timeout, runner_.deadlines.told()};
  }
  auto reply = TRY(std::move(answer));
  request_.session.current_namespace = session.current_namespace;
  if (reply.as_user.empty()) reply.as_user = session.viewer.user.value();
  return reply;
}

Result<commands::DataWrite> RequestRun::block_write(size_t first, size_t end) {
  commands::DataWrite write;
  for (size_t i = first + 1; i < end; ++i) {
    auto session = request_.session;
    auto context = context_of(i + 1, session);
    context.in_block = true;
    const auto& statement = statements_[i];
    if (statement.kind == sql::StatementKind::insert) {
      const auto& values = std::get<sql::Insert>(statement.body).values;
      if (!values) return Error{ErrorCode::not_supported, "not of plain values", {}};
      write.parts.emplace_back(TRY(Insert::rows_of(*values, context)));
    } else {
      auto keyed = TRY(runner_.change_rows.keyed_write(statement, context));
      if (!keyed) return Error{ErrorCode::not_supported, "not by key", {}};
      write.parts.emplace_back(std::move(*keyed));
    }
  }
  return write;
}

size_t RequestRun::run_block(size_t first) {
  if (transaction_ || runner_.path == duck::Path::engine) return 0;
  if (statements_[first].kind != sql::StatementKind::begin) return 0;
  const auto joins = [](const sql::Statement& statement) {
    return statement.effect() == sql::Effect::rows && !statement.as_user;
  };
  auto end = first + 1;
  while (end < statements_.size() && joins(statements_[end])) ++end;
  if (end == first + 1 || end == statements_.size() || end - first > kBlockStatementsMax) return 0;
  if (statements_[end].kind != sql::StatementKind::commit) return 0;

  auto write = block_write(first, end);
  if (!write.ok()) return 0;
  const auto id = runner_.services.generators.ids.transaction_id();
  write->transaction = id;
  auto session = request_.session;
  const auto applied = runner_.services.writer.write(std::move(*write), {context_of(end + 1, session).write_id});
  // Nothing was written: statement by statement it turns out which one is wrong, and how.
  if (!applied.ok()) return 0;
  replies_.repeated = replies_.repeated || applied->repeated;

  const auto tell = [&](QueryReply reply) {
    reply.as_user = session.viewer.user.value();
    add(std::move(reply));
  };
  tell(QueryReply::done("Transaction started (" + id.value() + ")"));
  for (size_t i = first + 1; i < end; ++i) {
    auto kind = WriteKind::insert;
    if (statements_[i].kind == sql::StatementKind::update) kind = WriteKind::update;
    if (statements_[i].kind == sql::StatementKind::remove) kind = WriteKind::remove;
    tell(reply_of_write(kind, applied->rows[i - first - 1], session));
  }
  tell(QueryReply::done("Transaction committed (" + id.value() + ")"));
  return end - first + 1;
}

Result<QueryReply> RequestRun::body(const sql::Statement& statement, StatementContext& context) {
  switch (statement.kind) {
    case sql::StatementKind::select:
      return runner_.select.run(statement, context, request_.limits_rows ? runner_.options.row_limits : RowLimits{});
    case sql::StatementKind::insert:
      return runner_.insert.run(statement.text, std::get<sql::Insert>(statement.body), context);
    case sql::StatementKind::update:
    case sql::StatementKind::remove: return runner_.change_rows.run(statement, context);
    case sql::StatementKind::begin: return begin();
    case sql::StatementKind::commit: return commit(context);
    case sql::StatementKind::rollback: return rollback();
    case sql::StatementKind::explain:
      return explain(std::get<sql::Explain>(statement.body), runner_.select, runner_.change_rows, context);
    default: break;
  }
  if (!request_.parameters.empty()) {
    return refused("Parameters not supported for " + std::string(statement.name()) + " statements");
  }
  if (transaction_ && statement.effect() == sql::Effect::commands) {
    return refused("DDL is not allowed inside explicit transaction '" + transaction_->id().value() + "'");
  }
  return run_statement(statement, context.services, context.session);
}

Result<QueryReply> RequestRun::begin() {
  if (transaction_) {
    return Error{ErrorCode::conflict, "request owner 'sql-req-" + request_.session.request_id +
                                          "' already has an active transaction '" + transaction_->id().value() + "'"};
  }
  const auto& services = runner_.services;
  const auto commit_seq = services.last_commit();  // before the snapshot, which may hold more
  transaction_ = runner_.transactions.begin("sql-req-" + request_.session.request_id,
                                            services.tables.store().snapshot(), commit_seq);
  return QueryReply::done("Transaction started (" + transaction_->id().value() + ")");
}

Result<QueryReply> RequestRun::commit(const StatementContext& context) {
  if (!transaction_) return refused("COMMIT requires an active explicit SQL transaction");
  const auto ending = std::exchange(transaction_, nullptr);
  TRY(ending->touch("commit"));
  auto writes = ending->take_writes();
  if (!writes.parts.empty()) {
    auto applied = runner_.services.writer.write(std::move(writes), {context.write_id});
    if (!applied.ok()) {
      auto error = std::move(applied).error();
      if (error.code == ErrorCode::conflict) return error;
      return std::move(error).within("failed to commit transaction '" + ending->id().value() + "': ");
    }
    replies_.repeated = replies_.repeated || applied->repeated;
  }
  return QueryReply::done("Transaction committed (" + ending->id().value() + ")");
}

Result<QueryReply> RequestRun::rollback() {
  if (!transaction_) return refused("ROLLBACK requires an active explicit SQL transaction");
  const auto ending = std::exchange(transaction_, nullptr);
  return QueryReply::done("Transaction rolled back (" + ending->id().value() + ")");
}

}  // namespace

Runner::Runner(const Services& services, const RunnerOptions& options)
    : impl_(std::make_unique<Impl>(services, options)) {}
Runner::~Runner() = default;

Replies Runner::run(Request request) { return RequestRun(*impl_, std::move(request)).run(); }
Transactions& Runner::transactions() { return impl_->transactions; }

}  // namespace kalam::query
