#include "base/detail/log_line.h"

#include <pthread.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "base/utf8.h"

namespace kalam::log::detail {
namespace {

// C0 and C1 controls and DEL, and the separators that some readers take for a line break.
bool is_control(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return first < 0x20 || first == 0x7F;
  const auto second = static_cast<unsigned char>(sequence[1]);
  if (sequence.size() == 2) return first == 0xC2 && second < 0xA0;
  return sequence == "\u2028" || sequence == "\u2029";
}

void append_escape(std::string& out, std::string_view sequence) {
  if (sequence == "\n") out += "\\n";
  else if (sequence == "\r") out += "\\r";
  else if (sequence == "\t") out += "\\t";
  else if (sequence == "\u2028") out += "\\u2028";
  else if (sequence == "\u2029") out += "\\u2029";
  else {
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned char>(sequence.back()));
    out += escape;
  }
}

void append_safe(std::string& out, std::string_view text, std::string_view with_backslash) {
  while (!text.empty()) {
    const auto length = utf8_character_length(text);
    const auto sequence = text.substr(0, std::max<size_t>(1, length));
    if (length == 0) {
      out += "\uFFFD";
    } else if (is_control(sequence)) {
      append_escape(out, sequence);
    } else {
      if (with_backslash.find(sequence[0]) != std::string_view::npos) out += '\\';
      out += sequence;
    }
    text.remove_prefix(sequence.size());
  }
}

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  append_safe(out, text, "\"\\");
  out += '"';
}

void append_number(std::string& out, auto number) {
  char buffer[32];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr);
}

bool reads_as_one_word(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '=' || c == '\\' || c == 0x7F) return false;
    if (static_cast<unsigned char>(c) >= 0x80) return false;  // quoted, hence checked
  }
  return true;
}

enum class Style : uint8_t { compact, json };

void append_value(std::string& out, const Field& field, Style style) {
  std::visit(
      [&](const auto& value) {
        using Value = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::string>) {
          if (style == Style::compact && reads_as_one_word(value)) out += value;
          else append_json_text(out, value);
        } else if constexpr (std::is_same_v<Value, bool>) {
          out += value ? "true" : "false";
        } else if constexpr (std::is_same_v<Value, double>) {
          if (style == Style::compact || std::isfinite(value)) append_number(out, value);
          else out += "null";  // JSON has no word for it
        } else {
          append_number(out, value);
        }
      },
      field.value);
}

std::string upper(Level level) {
  std::string text(name_of(level));
  for (auto& c : text) c = static_cast<char>(c - 'a' + 'A');
  return text;
}

}  // namespace

Origin Origin::here_and_now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  tm parts{};
  gmtime_r(&now.tv_sec, &parts);
  char text[64];
  const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + length, sizeof text - length, ".%06ldZ", now.tv_nsec / 1000);
  char thread[16] = {};
  pthread_getname_np(pthread_self(), thread, sizeof thread);
  return {text, thread};
}

std::string compact_fields(Fields fields) {
  std::string out;
  for (const auto& field : fields) {
    out += ' ';
    out += field.name;
    out += '=';
    append_value(out, field, Style::compact);
  }
  return out;
}

std::string compact_line(const Origin& origin, Level level, std::string_view target, std::string_view message,
                         Fields fields) {
  const auto name = upper(level);
  auto line = origin.timestamp;
  line.append(6 - name.size(), ' ');
  line += name;
  line += ' ';
  line += origin.thread;
  line += ' ';
  line += target;
  line += ": ";
  append_safe(line, message, "");
  line += compact_fields(fields);
  return line;
}

std::string json_line(const Origin& origin, Level level, std::string_view target, std::string_view message,
                      Fields fields) {
  std::string line = "{\"timestamp\":\"" + origin.timestamp + "\",\"level\":\"" + upper(level) + "\",\"target\":";
  append_json_text(line, target);
  line += ",\"threadName\":";
  append_json_text(line, origin.thread);
  line += ",\"message\":";
  append_json_text(line, message);
  for (const auto& field : fields) {
    line += ',';
    append_json_text(line, field.name);
    line += ':';
    append_value(line, field, Style::json);
  }
  line += '}';
  return line;
}

}  // namespace kalam::log::detail
