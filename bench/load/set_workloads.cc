// Workloads that always get the same answer, and what all workloads prepare with.

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "load/workload.h"

namespace kalam::load {
namespace {

// The same question again and again.
class Question : public Workload {
 public:
  Question(std::string request, std::string expected, uint64_t rows, std::function<asio::awaitable<void>()> preparation)
      : request_(std::move(request)),
        expected_(std::move(expected)),
        rows_(rows),
        preparation_(std::move(preparation)) {}

  asio::awaitable<void> prepare() override { return preparation_(); }
  Ask next(Random&) override { return {.request = request_, .expected = expected_, .rows = rows_}; }
  asio::awaitable<std::string> verify(uint64_t, uint64_t) override { co_return ""; }

 private:
  std::string request_;
  std::string expected_;
  uint64_t rows_;
  std::function<asio::awaitable<void>()> preparation_;
};

constexpr size_t kWholeTableRows = 200;
constexpr size_t kSales = 10'000;
constexpr std::array kRegions = {"ap-south", "eu-east", "eu-west", "us-east", "us-west"};

uint64_t quantity(size_t sale) { return sale * 7 % 100 + 1; }

asio::awaitable<void> prepare_whole_table(SqlSession& session) {
  co_await create_table(session, "whole", "id BIGINT PRIMARY KEY, name TEXT, score DOUBLE, active BOOLEAN");
  co_await fill_table(session, "whole", kWholeTableRows, [](size_t id) {
    const std::string number = std::to_string(id);
    return number + ",'user_" + number + "'," + number + ".5," + (id % 3 == 0 ? "true" : "false");
  });
}

asio::awaitable<void> prepare_sales(SqlSession& session) {
  co_await create_table(session, "sales", "id BIGINT PRIMARY KEY, region TEXT, quantity BIGINT");
  co_await fill_table(session, "sales", kSales, [](size_t id) {
    return std::to_string(id) + ",'" + kRegions[id % kRegions.size()] + "'," + std::to_string(quantity(id));
  });
}

}  // namespace

asio::awaitable<void> create_table(SqlSession& session, std::string table, std::string columns) {
  co_await session.run("CREATE NAMESPACE IF NOT EXISTS load");
  co_await session.run("DROP TABLE IF EXISTS load." + table);
  co_await session.run("CREATE SHARED TABLE load." + table + " (" + columns + ")");
}

asio::awaitable<void> fill_table(SqlSession& session, std::string table, size_t count,
                                 std::function<std::string(size_t)> row) {
  constexpr size_t kRowsPerStatement = 1000;
  for (size_t first = 0; first < count; first += kRowsPerStatement) {
    std::string statement = "INSERT INTO load." + table + " VALUES ";
    for (size_t id = first; id < std::min(first + kRowsPerStatement, count); ++id) {
      if (id > first) statement += ",";
      statement += "(" + row(id) + ")";
    }
    co_await session.run(statement);
  }
}

std::unique_ptr<Workload> whole_table(SqlSession& session) {
  std::string rows;
  for (size_t id = 0; id < kWholeTableRows; ++id) {
    const std::string number = std::to_string(id);
    rows += (id == 0 ? "[\"" : ",[\"") + number + "\",\"user_" + number + "\"," + number + ".5," +
            (id % 3 == 0 ? "true]" : "false]");
  }
  return std::make_unique<Question>(session.request("SELECT id, name, score, active FROM load.whole"),
                                    "\"rows\":[" + rows + "],\"row_count\":" + std::to_string(kWholeTableRows) + ",",
                                    kWholeTableRows, [&session] { return prepare_whole_table(session); });
}

std::unique_ptr<Workload> groups(SqlSession& session) {
  std::array<uint64_t, kRegions.size()> counts{};
  std::array<uint64_t, kRegions.size()> sums{};
  for (size_t id = 0; id < kSales; ++id) {
    counts[id % kRegions.size()] += 1;
    sums[id % kRegions.size()] += quantity(id);
  }
  std::string rows;
  for (size_t group = 0; group < kRegions.size(); ++group) {
    rows += std::string(group == 0 ? "[\"" : ",[\"") + kRegions[group] + "\",\"" + std::to_string(counts[group]) +
            "\",\"" + std::to_string(sums[group]) + "\"]";
  }
  return std::make_unique<Question>(
      session.request("SELECT region, COUNT(*) AS n, SUM(quantity) AS total FROM load.sales GROUP BY region "
                      "ORDER BY region"),
      "\"rows\":[" + rows + "]", kSales, [&session] { return prepare_sales(session); });
}

std::unique_ptr<Workload> health(SqlSession& session) {
  return std::make_unique<Question>(session.get_request("/health"), "\"status\":\"healthy\"", 0,
                                    []() -> asio::awaitable<void> { co_return; });
}

std::unique_ptr<Workload> make_workload(const Options& options, SqlSession& session) {
  const std::string& name = options.scenario;
  const auto keys = [&options] { return RandomKeys(options.keys, options.zipf); };
  if (name == "insert") return inserts(session, 1);
  if (name == "insert50") return inserts(session, 50);
  if (name == "insert1000") return inserts(session, 1000);
  if (name == "point" || name == "inflight") return point_lookups(session, keys());
  if (name == "update") return updates(session, options.one_row ? RandomKeys(1, 0) : keys());
  if (name == "transfer") return transfers(session, keys());
  if (name == "select200") return whole_table(session);
  if (name == "groupby") return groups(session);
  if (name == "health") return health(session);
  return nullptr;
}

}  // namespace kalam::load
