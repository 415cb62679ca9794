// Runner: the text of one request -> its replies.
//
//   text -> sql::parse -> rights of every statement -> one after the other: transaction control, SELECT, INSERT,
//   UPDATE, DELETE here, the rest in statements/ -> Replies
//
// Always true: a request that ends leaves no transaction open. The first failure stops it, rolls an open transaction
// back, and is all that is answered; what earlier statements committed stays.

#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/query_reply.h"
#include "query/row_limits.h"
#include "query/services.h"
#include "query/transaction.h"
#include "sql/parse.h"
#include "types/value.h"

namespace kalam::query {

struct RunnerOptions {
  sql::ParseLimits parse = {};
  size_t parameters_max = 50;
  size_t parameter_bytes_max = 524'288;
  size_t plans_max = 200;  // kept for statements that come again; 0: none
  TransactionOptions transactions = {};
  Micros statement_time_max = std::chrono::seconds(30);  // a statement that takes longer is ended; 0: none is
  RowLimits row_limits = {};                             // of requests that ask for them
  bool engine_only = false;  // for tests: everything through DuckDB, rows to write and to change as well
};

// Of a header `Idempotency-Key`.
struct WriteKey {
  std::string key;
  std::string fingerprint;  // of the whole request
};

struct Request {
  std::string_view sql;
  std::vector<Value> parameters = {};
  Session session = {};
  std::optional<WriteKey> write_key = {};
  bool limits_rows = false;  // cuts what SELECT answers by RunnerOptions::row_limits: a client's request, not our own
};

struct Failure {
  enum class Phase : uint8_t {
    parsing,     // nothing has run: a text that is no SQL, or a wrapper that is wrong
    rights,      // nothing has run: a statement that this role may not give
    parameters,  // nothing has run: parameters beside several statements
    running,     // a statement failed
    ending,      // the request ended with an open transaction
  };
  Error error;
  Phase phase = Phase::running;
  size_t statement = 0;  // from 1
  std::string statement_text = {};
};

struct Replies {
  // Of a batch: one for each statement but INSERT, UPDATE and DELETE, whose sums come last.
  std::vector<QueryReply> replies = {};
  std::optional<Failure> failure = {};
  bool repeated = false;  // what was written had been written before, under the same WriteKey
};

// Safe from any thread. Blocks: for workers.
class Runner {
 public:
  Runner(const Services& services, const RunnerOptions& options);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  Replies run(Request request);

  Transactions& transactions();

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace kalam::query
