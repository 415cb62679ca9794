// What clients ask over HTTP, how they know a right answer, and what must be true of the database afterwards.

#pragma once
#include <functional>
#include <memory>
#include <string>

#include "load/random_keys.h"
#include "load/sql_session.h"

namespace kalam::load {

struct Ask {
  std::string request;   // all its bytes
  std::string expected;  // what the body of a right answer contains
  uint64_t rows = 1;     // that a right answer reads or changes
};

class Workload {
 public:
  virtual ~Workload() = default;
  // Makes tables and fills them, before the clock runs.
  virtual asio::awaitable<void> prepare() = 0;
  virtual Ask next(Random& random) = 0;
  // What is wrong with the database now, when `rows` were acknowledged and `faults` requests failed; empty: nothing.
  virtual asio::awaitable<std::string> verify(uint64_t rows, uint64_t faults) = 0;
};

// Creates `load.<table>` anew, with `columns` as in CREATE TABLE.
asio::awaitable<void> create_table(SqlSession& session, std::string table, std::string columns);

// Inserts rows 0 … count-1, 1000 in a statement; `row`: its values, without parentheses.
asio::awaitable<void> fill_table(SqlSession& session, std::string table, size_t count,
                                 std::function<std::string(size_t)> row);

// One workload by the name of its scenario; null: no HTTP scenario.
std::unique_ptr<Workload> make_workload(const Options& options, SqlSession& session);

// insert, insert50, insert1000: so many rows in one statement.
std::unique_ptr<Workload> inserts(SqlSession& session, size_t rows_per_statement);
// point, inflight: one row by its key.
std::unique_ptr<Workload> point_lookups(SqlSession& session, RandomKeys keys);
std::unique_ptr<Workload> updates(SqlSession& session, RandomKeys keys);
// Money from one account to another; no cent may be lost.
std::unique_ptr<Workload> transfers(SqlSession& session, RandomKeys keys);
// All rows of a table of 200.
std::unique_ptr<Workload> whole_table(SqlSession& session);
// Counts and sums of 5 groups of 10,000 rows.
std::unique_ptr<Workload> groups(SqlSession& session);
std::unique_ptr<Workload> health(SqlSession& session);

}  // namespace kalam::load
