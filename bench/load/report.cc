#include "load/report.h"

#include <cstdio>

namespace kalam::load {

std::string json_text(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", static_cast<unsigned>(c));
      json += escape;
    } else {
      json += c;
    }
  }
  return json + "\"";
}

Report::Report(std::string_view scenario) { add("scenario", scenario); }

void Report::member(std::string_view name, std::string_view json) {
  if (text_.size() > 1) text_ += ",";
  text_ += json_text(name) + ":";
  text_ += json;
}

void Report::add(std::string_view name, double value) {
  char digits[64];
  std::snprintf(digits, sizeof(digits), "%.1f", value);
  member(name, digits);
}

void Report::add(std::string_view name, uint64_t value) { member(name, std::to_string(value)); }
void Report::add(std::string_view name, std::string_view text) { member(name, json_text(text)); }
void Report::add(std::string_view name, bool value) { member(name, value ? "true" : "false"); }

void Report::add(std::string_view name, const std::map<std::string, uint64_t>& counts) {
  std::string object = "{";
  for (const auto& [what, count] : counts) {
    if (object.size() > 1) object += ",";
    object += json_text(what) + ":" + std::to_string(count);
  }
  member(name, object + "}");
}

void Report::add(const Percentiles& percentiles, std::string_view of) {
  const std::string prefix(of);
  add(prefix + "p50_us", percentiles.p50_us);
  add(prefix + "p95_us", percentiles.p95_us);
  add(prefix + "p99_us", percentiles.p99_us);
  add(prefix + "max_us", percentiles.max_us);
}

}  // namespace kalam::load
