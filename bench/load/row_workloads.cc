// Workloads on single rows, and inserts of many.

#include <string>
#include <utility>

#include "load/workload.h"

namespace kalam::load {
namespace {

std::string word_of(uint64_t id) { return "user_" + std::to_string(id); }

std::string user_row(uint64_t id) {
  const std::string number = std::to_string(id);
  return number + ",'" + word_of(id) + "'," + number + ".5,true";
}

constexpr const char* kUserColumns = "id BIGINT PRIMARY KEY, name TEXT, score DOUBLE, active BOOLEAN";

class Inserts : public Workload {
 public:
  Inserts(SqlSession& session, size_t rows_per_statement) : session_(session), rows_(rows_per_statement) {}

  asio::awaitable<void> prepare() override { return create_table(session_, "inserted", kUserColumns); }

  Ask next(Random&) override {
    std::string statement = "INSERT INTO load.inserted (id, name, score, active) VALUES ";
    for (size_t row = 0; row < rows_; ++row) {
      if (row > 0) statement += ",";
      statement += "(" + user_row(next_id_++) + ")";
    }
    return {.request = session_.request(statement),
            .expected = "\"row_count\":" + std::to_string(rows_) + ",",
            .rows = rows_};
  }

  asio::awaitable<std::string> verify(uint64_t rows, uint64_t faults) override {
    const std::string answer = co_await session_.run("SELECT 'n' || COUNT(*) || 'n' AS n FROM load.inserted");
    const size_t start = answer.find("[[\"n");
    const uint64_t found = start == std::string::npos ? 0 : std::stoull("0" + answer.substr(start + 4));
    // Of a request without an answer nobody knows whether its rows are there.
    if (found >= rows && found <= rows + faults * rows_) co_return "";
    co_return std::to_string(rows) + " rows acknowledged, " + std::to_string(found) + " found";
  }

 private:
  SqlSession& session_;
  size_t rows_;
  uint64_t next_id_ = 0;
};

class PointLookups : public Workload {
 public:
  PointLookups(SqlSession& session, RandomKeys keys) : session_(session), keys_(std::move(keys)) {}

  asio::awaitable<void> prepare() override {
    co_await create_table(session_, "points", kUserColumns);
    co_await fill_table(session_, "points", keys_.count(), user_row);
  }

  Ask next(Random& random) override {
    const uint64_t key = keys_.draw(random);
    const std::string number = std::to_string(key);
    return {.request = session_.request("SELECT id, name, score FROM load.points WHERE id = " + number),
            .expected = "\"rows\":[[\"" + number + "\",\"" + word_of(key) + "\"," + number + ".5]],\"row_count\":1,"};
  }

  asio::awaitable<std::string> verify(uint64_t, uint64_t) override { co_return ""; }

 private:
  SqlSession& session_;
  RandomKeys keys_;
};

class Updates : public Workload {
 public:
  Updates(SqlSession& session, RandomKeys keys) : session_(session), keys_(std::move(keys)) {}

  asio::awaitable<void> prepare() override {
    co_await create_table(session_, "counters", "id BIGINT PRIMARY KEY, name TEXT, hits BIGINT");
    co_await fill_table(session_, "counters", keys_.count(),
                        [](size_t id) { return std::to_string(id) + ",'" + word_of(id) + "',0"; });
  }

  Ask next(Random& random) override {
    const std::string key = std::to_string(keys_.draw(random));
    return {.request = session_.request("UPDATE load.counters SET hits = hits + 1 WHERE id = " + key),
            .expected = "\"row_count\":1,"};
  }

  asio::awaitable<std::string> verify(uint64_t rows, uint64_t faults) override {
    const std::string answer = co_await session_.run("SELECT 'n' || SUM(hits) || 'n' AS n FROM load.counters");
    const size_t start = answer.find("[[\"n");
    const uint64_t found = start == std::string::npos ? 0 : std::stoull("0" + answer.substr(start + 4));
    if (found >= rows && found <= rows + faults) co_return "";
    co_return std::to_string(rows) + " updates acknowledged, " + std::to_string(found) + " happened";
  }

 private:
  SqlSession& session_;
  RandomKeys keys_;
};

}  // namespace

std::unique_ptr<Workload> inserts(SqlSession& session, size_t rows_per_statement) {
  return std::make_unique<Inserts>(session, rows_per_statement);
}

std::unique_ptr<Workload> point_lookups(SqlSession& session, RandomKeys keys) {
  return std::make_unique<PointLookups>(session, std::move(keys));
}

std::unique_ptr<Workload> updates(SqlSession& session, RandomKeys keys) {
  return std::make_unique<Updates>(session, std::move(keys));
}

}  // namespace kalam::load
