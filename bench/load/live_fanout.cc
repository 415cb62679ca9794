// fanout: one change that everybody has subscribed to.

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>
#include <vector>

#include "load/live_fleet.h"
#include "load/live_scenarios.h"
#include "load/workload.h"

namespace kalam::load {
namespace {

// How many of the changes of this round have come, and the timer that ends the wait for them.
struct Round {
  explicit Round(const asio::any_io_executor& executor, size_t sockets) : complete(executor), per_socket(sockets) {}
  asio::steady_timer complete;
  std::string id_member;  // part of each change of this round
  uint64_t came = 0;
  uint64_t wanted = 0;
  uint64_t strays = 0;  // changes of no round that runs
  uint64_t bytes = 0;
  std::vector<uint64_t> per_socket;
  Clock::time_point last_at;
};

size_t occurrences(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

void note_message(Round& round, size_t socket, std::string_view message) {
  const size_t changes = occurrences(message, "\"change_type\":\"insert\"");
  const size_t of_this_round = occurrences(message, round.id_member);
  round.strays += changes - std::min(changes, of_this_round);
  round.came += of_this_round;
  round.per_socket[socket] += of_this_round;
  round.bytes += message.size();
  if (round.came != round.wanted) return;
  round.last_at = Clock::now();
  round.complete.cancel();
}

// Sockets that have not exactly the changes of their subscriptions.
uint64_t wrong_sockets(const Round& round, size_t subscriptions) {
  uint64_t wrong = 0;
  const size_t sockets = round.per_socket.size();
  for (size_t socket = 0; socket < sockets; ++socket) {
    const size_t own = subscriptions / sockets + (socket < subscriptions % sockets ? 1 : 0);
    if (round.per_socket[socket] != own) ++wrong;
  }
  return wrong;
}

}  // namespace

asio::awaitable<bool> run_fanout(const Options& options, SqlSession& session, Report& report) {
  const size_t sockets = options.sockets.value_or(1000);
  const size_t subscriptions = options.subscriptions.value_or(10'000);
  co_await create_table(session, "events", "id BIGINT PRIMARY KEY, room BIGINT, body TEXT");
  LiveFleet fleet(session, sockets, options.frames);
  co_await fleet.open();
  co_await fleet.subscribe("events", subscriptions, [](size_t) { return std::string("room = 1"); });

  Round round(session.executor(), sockets);
  fleet.listen([&round](size_t socket, std::string_view message) { note_message(round, socket, message); });
  Timings until_all;
  Timings after_answer;
  uint64_t incomplete = 0;
  uint64_t bytes = 0;
  Clock::duration spent{};
  const Clock::time_point measure_from = Clock::now() + options.warmup;
  const Clock::time_point stop_at = measure_from + options.seconds;
  uint64_t number = 0;
  for (; Clock::now() < stop_at; ++number) {
    const std::string id = std::to_string(number);
    round.id_member = "\"id\":\"" + id + "\"";
    round.came = 0;
    round.wanted = subscriptions;
    round.bytes = 0;
    round.per_socket.assign(sockets, 0);
    round.complete.expires_after(std::chrono::seconds(30));
    const Clock::time_point sent_at = Clock::now();
    co_await session.run("INSERT INTO load.events (id, room, body) VALUES (" + id + ",1,'hello')");
    const Clock::time_point answered_at = Clock::now();
    // Changes may overtake the answer; only who is still short of some waits.
    if (round.came < round.wanted) {
      co_await round.complete.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    if (round.came != round.wanted || wrong_sockets(round, subscriptions) > 0) {
      ++incomplete;
      continue;
    }
    if (sent_at < measure_from) continue;
    until_all.add(round.last_at - sent_at);
    after_answer.add(round.last_at - answered_at);
    spent += round.last_at - sent_at;
    bytes += round.bytes;
  }
  // Whatever still comes now came once too often.
  co_await sleep_until(Clock::now() + std::chrono::milliseconds(500));
  if (round.came > round.wanted) ++incomplete;

  const double seconds = std::chrono::duration<double>(spent).count();
  const auto rounds = static_cast<double>(until_all.count());
  report.add("sockets", static_cast<uint64_t>(sockets));
  report.add("subscriptions", static_cast<uint64_t>(subscriptions));
  report.add("frames", options.frames);
  report.add("changes", static_cast<uint64_t>(until_all.count()));
  report.add("deliveries_per_second", seconds > 0 ? rounds * static_cast<double>(subscriptions) / seconds : 0.0);
  report.add("bytes_per_second", seconds > 0 ? static_cast<double>(bytes) / seconds : 0.0);
  report.add(until_all.percentiles());
  report.add(after_answer.percentiles(), "answer_to_all_");
  report.add("errors", incomplete + round.strays);
  report.add("sockets_lost", static_cast<uint64_t>(fleet.lost()));
  co_return until_all.count() > 0 && incomplete + round.strays + fleet.lost() == 0;
}

}  // namespace kalam::load
