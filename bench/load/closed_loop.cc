#include "load/closed_loop.h"

#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "load/process_usage.h"
#include "load/task_group.h"

namespace kalam::load {
namespace {

// What all clients together saw: one thread runs them all.
struct Seen {
  Clock::time_point measure_from;
  Clock::time_point stop_at;
  // In the measured time.
  Timings right;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::map<std::string, uint64_t> faults;
  // From the first request to the last.
  uint64_t rows_ever = 0;
  uint64_t faults_ever = 0;
};

std::string fault_of(const Answer& answer) {
  if (answer.status == 0) return "connection";
  const std::string_view code = text_member(answer.body, "code");
  return std::to_string(answer.status) + " " + std::string(code.empty() ? "unexpected answer" : code);
}

void note_fault(Seen& seen, const std::string& fault, std::string_view body, bool measured) {
  // The first of all in full: whoever sees errors wants to know which.
  if (seen.faults_ever++ == 0)
    std::fprintf(stderr, "first error: %s: %.*s\n", fault.c_str(), 500, std::string(body).c_str());
  if (measured) ++seen.faults[fault];
}

asio::awaitable<void> run_client(SqlSession& session, Workload& workload, Seen& seen, Random random) {
  HttpConnection connection(session.executor(), session.server());
  while (Clock::now() < seen.stop_at) {
    if (!connection.is_open() && !co_await connection.open()) {
      note_fault(seen, "connect", "", Clock::now() >= seen.measure_from);
      co_await sleep_until(Clock::now() + std::chrono::milliseconds(100));
      continue;
    }
    const Ask ask = workload.next(random);
    const Clock::time_point asked_at = Clock::now();
    const Answer answer = co_await connection.ask(ask.request);
    const Clock::time_point answered_at = Clock::now();
    const bool measured = answered_at >= seen.measure_from && answered_at < seen.stop_at;
    if (answer.status != 200 || answer.body.find(ask.expected) == std::string_view::npos) {
      note_fault(seen, fault_of(answer), answer.body, measured);
      continue;
    }
    seen.rows_ever += ask.rows;
    if (!measured) continue;
    seen.right.add(answered_at - asked_at);
    seen.rows += ask.rows;
    seen.bytes += answer.body.size();
  }
}

// A server that cannot be asked any more has not kept what it promised, either.
asio::awaitable<std::string> what_is_wrong(Workload& workload, const Seen& seen) {
  try {
    co_return co_await workload.verify(seen.rows_ever, seen.faults_ever);
  } catch (const std::runtime_error& failure) {
    co_return failure.what();
  }
}

// The CPU time that this process and the server have used so far.
struct CpuTimes {
  std::chrono::microseconds own;
  std::optional<std::chrono::microseconds> server;
};

CpuTimes cpu_times(const Options& options) {
  CpuTimes times{.own = cpu_time(getpid()), .server = std::nullopt};
  if (options.server_pid) times.server = cpu_time(*options.server_pid);
  return times;
}

}  // namespace

asio::awaitable<bool> run_closed_loop(const Options& options, SqlSession& session, Workload& workload, Report& report) {
  co_await workload.prepare();
  const size_t clients = options.clients.value_or(options.scenario == "inflight" ? 1000 : 32);
  Seen seen;
  seen.measure_from = Clock::now() + options.warmup;
  seen.stop_at = seen.measure_from + options.seconds;
  TaskGroup group(session.executor());
  for (size_t client = 0; client < clients; ++client) {
    group.start(run_client(session, workload, seen, Random(options.seed * 1'000'003 + client)));
  }
  co_await sleep_until(seen.measure_from);
  const CpuTimes before = cpu_times(options);
  co_await sleep_until(seen.stop_at);
  const CpuTimes after = cpu_times(options);
  co_await group.wait();

  const auto seconds = static_cast<double>(options.seconds.count());
  uint64_t errors = 0;
  for (const auto& [fault, count] : seen.faults) errors += count;
  report.add("clients", static_cast<uint64_t>(clients));
  report.add("seconds", seconds);
  report.add("requests", static_cast<uint64_t>(seen.right.count()));
  report.add("rate", static_cast<double>(seen.right.count()) / seconds);
  report.add(seen.right.percentiles());
  report.add("errors", errors);
  if (errors > 0) report.add("error_kinds", seen.faults);
  if (seen.rows > 0) report.add("rows_per_second", static_cast<double>(seen.rows) / seconds);
  report.add("answer_bytes_per_second", static_cast<double>(seen.bytes) / seconds);
  report.add("generator_cpu_percent", static_cast<double>((after.own - before.own).count()) / seconds / 10'000);
  if (before.server && after.server) {
    report.add("server_cpu_percent", static_cast<double>((*after.server - *before.server).count()) / seconds / 10'000);
  }
  const std::string wrong = co_await what_is_wrong(workload, seen);
  report.add("verified", wrong.empty());
  if (!wrong.empty()) report.add("wrong", std::string_view(wrong));
  co_return seen.right.count() > 0 && wrong.empty();
}

}  // namespace kalam::load
