#include "load/idle.h"

#include <deque>

#include "load/process_usage.h"
#include "load/task_group.h"

namespace kalam::load {
namespace {

struct Round {
  Timings right;
  uint64_t errors = 0;
};

// Asks over all connections, 64 at once: connection k is asked by the task k modulo 64.
asio::awaitable<void> ask_every(std::deque<HttpConnection>& connections, const std::string& request, size_t first,
                                size_t step, bool opening, Round& round) {
  for (size_t i = first; i < connections.size(); i += step) {
    const Clock::time_point started = Clock::now();
    if (opening && !co_await connections[i].open()) {
      ++round.errors;
      continue;
    }
    const Answer answer = co_await connections[i].ask(request);
    if (answer.status == 200 && answer.body.find("\"status\":\"healthy\"") != std::string_view::npos) {
      round.right.add(Clock::now() - started);
    } else {
      ++round.errors;
    }
  }
}

asio::awaitable<Round> ask_all(SqlSession& session, std::deque<HttpConnection>& connections, bool opening) {
  constexpr size_t kTasks = 64;
  const std::string request = session.get_request("/health");
  Round round;
  TaskGroup group(session.executor());
  for (size_t task = 0; task < kTasks; ++task) {
    group.start(ask_every(connections, request, task, kTasks, opening, round));
  }
  co_await group.wait();
  co_return round;
}

}  // namespace

asio::awaitable<bool> run_idle(const Options& options, SqlSession& session, Report& report) {
  const size_t count = options.clients.value_or(10'000);
  std::deque<HttpConnection> connections;
  for (size_t i = 0; i < count; ++i) connections.emplace_back(session.executor(), session.server());

  const uint64_t before = options.server_pid ? resident_bytes(*options.server_pid) : 0;
  const Clock::time_point started = Clock::now();
  const Round opened = co_await ask_all(session, connections, true);
  const double opening_seconds = std::chrono::duration<double>(Clock::now() - started).count();
  co_await sleep_until(Clock::now() + options.seconds);
  const uint64_t after = options.server_pid ? resident_bytes(*options.server_pid) : 0;
  const Round again = co_await ask_all(session, connections, false);

  report.add("connections", static_cast<uint64_t>(count));
  report.add("rate", static_cast<double>(opened.right.count()) / opening_seconds);
  report.add(opened.right.percentiles());
  report.add("errors", opened.errors + again.errors);
  report.add("idle_seconds", static_cast<double>(options.seconds.count()));
  report.add("alive_afterwards", static_cast<uint64_t>(again.right.count()));
  if (options.server_pid) {
    report.add("server_rss_before", before);
    report.add("server_rss_after", after);
    report.add("bytes_per_connection",
               (static_cast<double>(after) - static_cast<double>(before)) / static_cast<double>(count));
  }
  co_return opened.errors + again.errors == 0;
}

}  // namespace kalam::load
