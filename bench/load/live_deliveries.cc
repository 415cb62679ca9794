// latency and filters: each insert is for one of many subscriptions.

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "load/live_fleet.h"
#include "load/live_scenarios.h"
#include "load/process_usage.h"
#include "load/workload.h"

namespace kalam::load {
namespace {

struct Insert {
  Clock::time_point due_at;
  std::optional<Clock::time_point> acknowledged_at;
  std::optional<Clock::time_point> delivered_at;
};

// Inserts k = 0, 1, 2, … are due at fixed times, whether or not those before have been answered.
struct Inserts {
  std::vector<Insert> all;
  size_t subscriptions = 0;
  uint64_t errors = 0;      // refused
  uint64_t duplicates = 0;  // delivered again, or never asked for
};

void note_delivery(Inserts& inserts, std::string_view message) {
  const std::string_view id = text_member(message, "id");
  if (id.empty()) return;  // no change
  const uint64_t number = std::stoull(std::string(id));
  if (number >= inserts.all.size() || inserts.all[number].delivered_at ||
      text_member(message, "subscription_id") != "s" + std::to_string(number % inserts.subscriptions)) {
    ++inserts.duplicates;
    return;
  }
  inserts.all[number].delivered_at = Clock::now();
}

asio::awaitable<void> insert_every(SqlSession& session, Inserts& inserts, size_t first, size_t step) {
  HttpConnection connection(session.executor(), session.server());
  for (size_t k = first; k < inserts.all.size(); k += step) {
    co_await sleep_until(inserts.all[k].due_at);
    if (!connection.is_open() && !co_await connection.open()) {
      ++inserts.errors;
      continue;
    }
    const std::string request =
        session.request("INSERT INTO load.events (id, room, body) VALUES (" + std::to_string(k) + "," +
                        std::to_string(k % inserts.subscriptions) + ",'hello')");
    const Answer answer = co_await connection.ask(request);
    if (answer.status == 200 && answer.body.find("\"row_count\":1,") != std::string_view::npos) {
      inserts.all[k].acknowledged_at = Clock::now();
    } else {
      ++inserts.errors;
    }
  }
}

// What the measured part of the inserts says.
bool judge(const Inserts& inserts, size_t first_measured, Report& report) {
  Timings after_answer;
  Timings after_due;
  uint64_t undelivered = 0;
  uint64_t before_answer = 0;
  for (size_t k = 0; k < inserts.all.size(); ++k) {
    const Insert& insert = inserts.all[k];
    if (insert.acknowledged_at && !insert.delivered_at) ++undelivered;
    if (k < first_measured || !insert.acknowledged_at || !insert.delivered_at) continue;
    after_answer.add(*insert.delivered_at - *insert.acknowledged_at);
    after_due.add(*insert.delivered_at - insert.due_at);
    if (*insert.delivered_at < *insert.acknowledged_at) ++before_answer;
  }
  report.add("deliveries", static_cast<uint64_t>(after_answer.count()));
  report.add(after_answer.percentiles());
  report.add("delivered_before_answer", before_answer);
  report.add(after_due.percentiles(), "due_to_delivered_");
  report.add("errors", inserts.errors);
  report.add("undelivered", undelivered);
  report.add("delivered_twice", inserts.duplicates);
  return after_answer.count() > 0 && inserts.errors + undelivered + inserts.duplicates == 0;
}

asio::awaitable<bool> run_deliveries(const Options& options, SqlSession& session, Report& report, size_t sockets,
                                     size_t subscriptions) {
  co_await create_table(session, "events", "id BIGINT PRIMARY KEY, room BIGINT, body TEXT");
  LiveFleet fleet(session, sockets, options.frames);
  const Clock::time_point started = Clock::now();
  co_await fleet.open();
  const Clock::time_point opened = Clock::now();
  const uint64_t before = options.server_pid ? resident_bytes(*options.server_pid) : 0;
  co_await fleet.subscribe("events", subscriptions, [](size_t k) { return "room = " + std::to_string(k); });
  const Clock::time_point subscribed = Clock::now();
  const uint64_t after = options.server_pid ? resident_bytes(*options.server_pid) : 0;

  Inserts inserts{.all = {}, .subscriptions = subscriptions};
  const auto first_measured = static_cast<size_t>(options.rate * static_cast<double>(options.warmup.count()));
  const auto measured = static_cast<size_t>(options.rate * static_cast<double>(options.seconds.count()));
  const Clock::time_point first_due = Clock::now() + std::chrono::milliseconds(100);
  for (size_t k = 0; k < first_measured + std::max<size_t>(measured, 1); ++k) {
    const std::chrono::duration<double> offset(static_cast<double>(k) / options.rate);
    inserts.all.push_back({.due_at = first_due + std::chrono::duration_cast<Clock::duration>(offset),
                           .acknowledged_at = std::nullopt,
                           .delivered_at = std::nullopt});
  }
  fleet.listen([&inserts](size_t, std::string_view message) { note_delivery(inserts, message); });
  const size_t clients = options.clients.value_or(16);
  TaskGroup group(session.executor());
  for (size_t client = 0; client < clients; ++client) group.start(insert_every(session, inserts, client, clients));
  co_await group.wait();
  // What has not come by then is lost.
  co_await sleep_until(Clock::now() + std::chrono::seconds(2));

  report.add("sockets", static_cast<uint64_t>(sockets));
  report.add("subscriptions", static_cast<uint64_t>(subscriptions));
  report.add("sockets_opened_per_second",
             static_cast<double>(sockets) / std::chrono::duration<double>(opened - started).count());
  report.add("subscriptions_opened_per_second",
             static_cast<double>(subscriptions) / std::chrono::duration<double>(subscribed - opened).count());
  if (options.server_pid) {
    report.add("bytes_per_subscription",
               (static_cast<double>(after) - static_cast<double>(before)) / static_cast<double>(subscriptions));
  }
  report.add("rate", options.rate);
  const bool good = judge(inserts, first_measured, report);
  report.add("sockets_lost", static_cast<uint64_t>(fleet.lost()));
  co_return good&& fleet.lost() == 0;
}

}  // namespace

asio::awaitable<bool> run_latency(const Options& options, SqlSession& session, Report& report) {
  return run_deliveries(options, session, report, options.sockets.value_or(100), options.subscriptions.value_or(1000));
}

asio::awaitable<bool> run_filters(const Options& options, SqlSession& session, Report& report) {
  return run_deliveries(options, session, report, options.sockets.value_or(100),
                        options.subscriptions.value_or(10'000));
}

}  // namespace kalam::load
