#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <shared_mutex>

#include "base/detail/log_file.h"
#include "base/detail/log_line.h"

namespace kalam::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::trace: return spdlog::level::trace;
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::off;
}

struct Outputs {
  Options options;
  std::shared_ptr<spdlog::logger> console;
  std::shared_ptr<spdlog::logger> file;
};

std::shared_ptr<spdlog::logger> logger_of(const char* name, spdlog::sink_ptr sink, const char* pattern) {
  auto logger = std::make_shared<spdlog::logger>(name, std::move(sink));
  logger->set_pattern(pattern);
  logger->set_level(spdlog::level::trace);  // levels are ours to decide
  logger->flush_on(spdlog::level::info);
  return logger;
}

bool wanted(const Options& options, Level level, std::string_view target) {
  const auto found = options.targets.find(target);
  return level >= (found == options.targets.end() ? options.level : found->second);
}

std::shared_mutex outputs_mutex;  // guards outputs()

Outputs& outputs() {
  // Never destroyed: threads that outlive main may still log.
  static auto& all = *new Outputs([] {
    Outputs initial;
    initial.options.level = Level::warn;
    initial.console = logger_of("console", std::make_shared<spdlog::sinks::stderr_color_sink_mt>(), "%^%v%$");
    return initial;
  }());
  return all;
}

}  // namespace

struct Capture::Impl {
  mutable std::mutex mutex;
  std::vector<Event> events;  // guarded by mutex
};

namespace {
std::mutex captures_mutex;
std::vector<std::shared_ptr<void>> captures;  // guarded by captures_mutex; each a Capture::Impl
std::atomic<int> capture_count{0};            // spares the lock when nobody listens
}  // namespace

std::optional<Level> parse_level(std::string_view text) {
  for (const auto level : {Level::trace, Level::debug, Level::info, Level::warn, Level::error}) {
    if (text == name_of(level)) return level;
  }
  return std::nullopt;
}

std::string_view name_of(Level level) {
  switch (level) {
    case Level::trace: return "trace";
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::error: return "error";
  }
  return "info";
}

Status configure(const Options& options) {
  Outputs next;
  next.options = options;
  if (options.console) {
    next.console = logger_of("console", std::make_shared<spdlog::sinks::stdout_color_sink_mt>(), "%^%v%$");
  }
  if (!options.directory.empty()) {
    std::error_code failed;
    std::filesystem::create_directories(options.directory, failed);
    if (failed) {
      return Error{ErrorCode::io, "cannot create the log directory '" + options.directory + "': " + failed.message()};
    }
    const auto path = options.directory + (options.format == Format::json ? "/server.jsonl" : "/server.log");
    try {
      next.file =
          logger_of("file", std::make_shared<detail::LogFile>(path, options.rotate_bytes, options.rotate_files), "%v");
    } catch (const spdlog::spdlog_ex& error) {
      return Error{ErrorCode::io, "cannot open the log file '" + path + "'", error.what()};
    }
  }
  std::unique_lock lock(outputs_mutex);
  outputs() = std::move(next);
  return {};
}

void reopen() {
  std::shared_lock shared(outputs_mutex);
  const auto options = outputs().options;
  shared.unlock();
  if (auto done = configure(options); !done.ok())
    error("base", "log files were not reopened", {{"cause", done.error().message}});
}

void flush() {
  std::shared_lock lock(outputs_mutex);
  if (outputs().console) outputs().console->flush();
  if (outputs().file) outputs().file->flush();
}

bool enabled(Level level, std::string_view target) {
  std::shared_lock lock(outputs_mutex);
  return wanted(outputs().options, level, target);
}

void write(Level level, std::string_view target, std::string_view message, Fields fields) {
  if (capture_count.load(std::memory_order_relaxed) > 0) {
    std::lock_guard lock(captures_mutex);
    for (const auto& impl : captures) {
      auto& capture = *static_cast<Capture::Impl*>(impl.get());
      std::lock_guard inner(capture.mutex);
      capture.events.push_back({level, std::string(target), std::string(message), detail::compact_fields(fields)});
    }
  }
  std::shared_lock lock(outputs_mutex);
  const auto& all = outputs();
  if (!wanted(all.options, level, target)) return;
  const auto origin = detail::Origin::here_and_now();
  const bool json = all.file && all.options.format == Format::json;
  const auto line = all.console || !json ? detail::compact_line(origin, level, target, message, fields) : std::string();
  if (all.console) all.console->log(to_spdlog(level), line);
  if (all.file) {
    all.file->log(to_spdlog(level), json ? detail::json_line(origin, level, target, message, fields) : line);
  }
}

Capture::Capture() : impl_(std::make_shared<Impl>()) {
  std::lock_guard lock(captures_mutex);
  captures.push_back(impl_);
  ++capture_count;
}

Capture::~Capture() {
  std::lock_guard lock(captures_mutex);
  std::erase(captures, std::static_pointer_cast<void>(impl_));
  --capture_count;
}

std::vector<Event> Capture::events() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->events;
}

bool Capture::contains(Level level, std::string_view message) const {
  for (const auto& event : events()) {
    if (event.level == level && event.message.find(message) != std::string::npos) return true;
  }
  return false;
}

}  // namespace kalam::log
