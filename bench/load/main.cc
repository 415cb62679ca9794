// kalam_load: one scenario against a running server, one line of JSON.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>

#include "load/closed_loop.h"
#include "load/idle.h"
#include "load/live_scenarios.h"
#include "load/options.h"
#include "load/process_usage.h"
#include "load/report.h"

namespace kalam::load {
namespace {

// False: it ran, but what it saw is not good.
asio::awaitable<bool> run_scenario(const Options& options, SqlSession& session, Report& report) {
  co_await session.log_in();
  if (options.scenario == "idle") co_return co_await run_idle(options, session, report);
  if (options.scenario == "latency") co_return co_await run_latency(options, session, report);
  if (options.scenario == "filters") co_return co_await run_filters(options, session, report);
  if (options.scenario == "fanout") co_return co_await run_fanout(options, session, report);
  const std::unique_ptr<Workload> workload = make_workload(options, session);
  if (!workload) throw std::runtime_error("no scenario " + options.scenario);
  co_return co_await run_closed_loop(options, session, *workload, report);
}

int run(const Options& options) {
  asio::io_context context(1);
  SqlSession session(context.get_executor(), options);
  Report report(options.scenario);
  bool good = false;
  std::exception_ptr failure;
  asio::co_spawn(context, run_scenario(options, session, report), [&](std::exception_ptr thrown, bool result) {
    failure = thrown;
    good = result;
    context.stop();  // whatever still waits for messages does not count any more
  });
  context.run();
  if (failure) std::rethrow_exception(failure);
  std::printf("%s\n", report.line().c_str());
  return good ? 0 : 1;
}

}  // namespace
}  // namespace kalam::load

int main(int count, char** words) {
  const auto options = kalam::load::read_options(count, words);
  if (const auto* wrong = std::get_if<std::string>(&options)) {
    std::fprintf(stderr, "kalam_load: %s\n\n%s", wrong->c_str(), kalam::load::usage().c_str());
    return 2;
  }
  try {
    kalam::load::allow_many_files();
    return kalam::load::run(std::get<kalam::load::Options>(options));
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "kalam_load: %s\n", failure.what());
    return 2;
  }
}
