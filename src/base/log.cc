#include "base/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <charconv>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <shared_mutex>

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

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", byte);
      out += escape;
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_number(std::string& out, auto number) {
  char buffer[32];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr);
}

// A value that would blur the line it stands in (spaces, quotes, control bytes) is quoted, as in JSON.
bool plain(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == '"' || byte == '=' || byte == '\\') return false;
  }
  return true;
}

void append_value(std::string& out, const Field& field, bool json) {
  std::visit(
      [&](const auto& value) {
        using Value = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::string>) {
          if (!json && plain(value)) out += value;
          else append_json_text(out, value);
        } else if constexpr (std::is_same_v<Value, bool>) {
          out += value ? "true" : "false";
        } else if constexpr (std::is_same_v<Value, double>) {
          if (std::isfinite(value)) append_number(out, value);
          else out += json ? "null" : "nan";
        } else {
          append_number(out, value);
        }
      },
      field.value);
}

std::string compact_fields(Fields fields) {
  std::string out;
  for (const auto& field : fields) {
    out += ' ';
    out += field.name;
    out += '=';
    append_value(out, field, false);
  }
  return out;
}

std::string timestamp() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  tm parts{};
  gmtime_r(&now.tv_sec, &parts);
  char text[40];
  const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + length, sizeof text - length, ".%06ldZ", now.tv_nsec / 1000);
  return text;
}

std::string upper(Level level) {
  std::string text(name_of(level));
  for (auto& c : text) c = static_cast<char>(c - 'a' + 'A');
  return text;
}

// A line break inside a message would let whoever wrote it forge a second line.
void append_one_line(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else out += c;
  }
}

std::string compact_line(Level level, std::string_view target, std::string_view message, Fields fields) {
  auto line = timestamp();
  const auto name = upper(level);
  line.append(name.size() < 5 ? 2 : 1, ' ');
  line += name;
  line += ' ';
  line += target;
  line += ": ";
  append_one_line(line, message);
  line += compact_fields(fields);
  return line;
}

std::string json_line(Level level, std::string_view target, std::string_view message, Fields fields) {
  std::string line = "{\"timestamp\":\"" + timestamp() + "\",\"level\":\"" + upper(level) + "\",\"target\":";
  append_json_text(line, target);
  line += ",\"message\":";
  append_json_text(line, message);
  for (const auto& field : fields) {
    line += ',';
    append_json_text(line, field.name);
    line += ':';
    append_value(line, field, true);
  }
  line += '}';
  return line;
}

struct Outputs {
  Options options;
  std::shared_ptr<spdlog::logger> console;
  std::shared_ptr<spdlog::logger> file;
};

std::shared_ptr<spdlog::logger> console_logger() {
  auto logger = std::make_shared<spdlog::logger>("console", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::trace);
  return logger;
}

std::shared_mutex outputs_mutex;

Outputs& outputs() {
  static Outputs all = [] {
    Outputs initial;
    initial.options.level = Level::warn;
    initial.console = console_logger();
    return initial;
  }();
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
  if (options.console) next.console = console_logger();
  if (!options.directory.empty()) {
    std::error_code failed;
    std::filesystem::create_directories(options.directory, failed);
    if (failed) {
      return Error{ErrorCode::io, "cannot create the log directory '" + options.directory + "': " + failed.message()};
    }
    const auto path = options.directory + (options.format == Format::json ? "/server.jsonl" : "/server.log");
    try {
      next.file = std::make_shared<spdlog::logger>("file", std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                                                               path, options.rotate_bytes, options.rotate_files));
      next.file->set_pattern("%v");
      next.file->set_level(spdlog::level::trace);
      next.file->flush_on(spdlog::level::info);
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
  if (auto done = configure(options); !done.ok()) error("base", "log files were not reopened", {{"cause", done.error().message}});
}

void flush() {
  std::shared_lock lock(outputs_mutex);
  if (outputs().console) outputs().console->flush();
  if (outputs().file) outputs().file->flush();
}

bool enabled(Level level, std::string_view target) {
  std::shared_lock lock(outputs_mutex);
  const auto& options = outputs().options;
  const auto found = options.targets.find(target);
  return level >= (found == options.targets.end() ? options.level : found->second);
}

void write(Level level, std::string_view target, std::string_view message, Fields fields) {
  if (capture_count.load(std::memory_order_relaxed) > 0) {
    std::lock_guard lock(captures_mutex);
    for (const auto& impl : captures) {
      auto& capture = *static_cast<Capture::Impl*>(impl.get());
      std::lock_guard inner(capture.mutex);
      capture.events.push_back({level, std::string(target), std::string(message), compact_fields(fields)});
    }
  }
  if (!enabled(level, target)) return;
  std::shared_lock lock(outputs_mutex);
  const auto& all = outputs();
  if (all.console) all.console->log(to_spdlog(level), compact_line(level, target, message, fields));
  if (all.file) {
    all.file->log(to_spdlog(level), all.options.format == Format::json ? json_line(level, target, message, fields)
                                                                       : compact_line(level, target, message, fields));
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
