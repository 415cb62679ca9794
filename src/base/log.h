// Log lines: one event with fields.
//
//   log::info("store", "flush finished", {{"table", id}, {"rows", rows}, {"took_ms", took}});
//
// The target is the module's name; levels can be set by target. error: someone must act; warn: it healed, but look;
// info: a life-cycle event; debug: the rest. No secrets, ids in full, durations with their unit.

#pragma once
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace kalam::log {

enum class Level : uint8_t { trace, debug, info, warn, error };

std::optional<Level> parse_level(std::string_view text);  // lower case only
std::string_view name_of(Level level);                    // "info"

struct Field {
  std::string_view name;
  std::variant<std::string, int64_t, uint64_t, double, bool> value;

  Field(std::string_view field, std::string_view text) : name(field), value(std::string(text)) {}
  Field(std::string_view field, const std::string& text) : name(field), value(text) {}
  Field(std::string_view field, const char* text) : name(field), value(std::string(text)) {}
  Field(std::string_view field, bool flag) : name(field), value(flag) {}
  Field(std::string_view field, double number) : name(field), value(number) {}
  template <std::signed_integral Int>
  Field(std::string_view field, Int number) : name(field), value(static_cast<int64_t>(number)) {}
  template <std::unsigned_integral Int>
    requires(!std::same_as<Int, bool>)
  Field(std::string_view field, Int number) : name(field), value(static_cast<uint64_t>(number)) {}
};
using Fields = std::initializer_list<Field>;

struct Event {
  Level level;
  std::string target;
  std::string message;
  std::string fields;  // rendered: ` table=chat.drafts rows=3`
};

enum class Format : uint8_t { compact, json };

struct Options {
  Level level = Level::info;
  std::map<std::string, Level, std::less<>> targets = {};  // levels of single targets
  bool console = true;                                     // compact lines on stdout, coloured on a terminal
  std::string directory = {};                              // empty: no file; else server.log, or server.jsonl for json
  Format format = Format::compact;
  size_t rotate_bytes = 100u << 20;  // a full file becomes server.log.1, that one server.log.2, …
  size_t rotate_files = 5;           // how many of those are kept
};

// Replaces the outputs of the process. Call before threads start; until then warnings and errors go to stderr.
Status configure(const Options& options);
void reopen();  // after the files were moved away; options stay
void flush();

bool enabled(Level level, std::string_view target);
void write(Level level, std::string_view target, std::string_view message, Fields fields);

inline void debug(std::string_view target, std::string_view message, Fields fields = {}) {
  write(Level::debug, target, message, fields);
}
inline void info(std::string_view target, std::string_view message, Fields fields = {}) {
  write(Level::info, target, message, fields);
}
inline void warn(std::string_view target, std::string_view message, Fields fields = {}) {
  write(Level::warn, target, message, fields);
}
inline void error(std::string_view target, std::string_view message, Fields fields = {}) {
  write(Level::error, target, message, fields);
}

// For tests: keeps every event of the process, whatever its level, while it lives.
class Capture {
 public:
  Capture();
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  std::vector<Event> events() const;
  bool contains(Level level, std::string_view message) const;

  struct Impl;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace kalam::log
