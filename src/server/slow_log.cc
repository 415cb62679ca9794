#include "server/slow_log.h"

#include <cstdio>
#include <ctime>
#include <filesystem>

#include "base/log.h"
#include "types/ascii.h"

namespace kalam::server {

namespace fs = std::filesystem;

namespace {

constexpr size_t kShownBytes = 100;
constexpr std::string_view kRedacted = "[REDACTED]";

bool is_word(char c) { return is_ascii_alphanumeric(c) || c == '_'; }

// Behind the literal that begins with the quote at `at`; a doubled quote does not end it, nor one behind a backslash
// where these count.
size_t end_of_literal(std::string_view sql, size_t at, bool backslashes = false) {
  const auto quote = sql[at];
  for (size_t i = at + 1; i < sql.size(); ++i) {
    if (backslashes && sql[i] == '\\') {
      ++i;
      continue;
    }
    if (sql[i] != quote) continue;
    if (i + 1 == sql.size() || sql[i + 1] != quote) return i + 1;
    ++i;
  }
  return sql.size();
}

// Behind the text in dollars ($$…$$, $tag$…$tag$) that begins at `at`; `at`: none does.
size_t end_of_dollar_text(std::string_view sql, size_t at) {
  auto open = at + 1;
  while (open < sql.size() && is_word(sql[open])) ++open;
  if (open >= sql.size() || sql[open] != '$') return at;
  const auto tag = sql.substr(at, open + 1 - at);
  const auto close = sql.find(tag, open + 1);
  return close == std::string_view::npos ? sql.size() : close + tag.size();
}

// Does a secret follow `word`, which has `before` in front of it?
bool names_secret(std::string_view word, std::string_view before) {
  return equal_ignoring_case(word, "PASSWORD") || equal_ignoring_case(word, "SECRET") ||
         equal_ignoring_case(word, "TOKEN") ||
         (equal_ignoring_case(word, "BY") && equal_ignoring_case(before, "IDENTIFIED"));
}

// A bare word is a secret where only a value can stand: elsewhere `password` is a column like any other.
bool precedes_value(std::string_view word, std::string_view before) {
  return equal_ignoring_case(word, "PASSWORD") &&
         (equal_ignoring_case(before, "WITH") || equal_ignoring_case(before, "SET"));
}

std::string time_text(int64_t at_us) {
  const std::time_t seconds = at_us / 1'000'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  const auto length = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &utc);
  char millis[8];
  std::snprintf(millis, sizeof millis, ".%03d", static_cast<int>(at_us / 1000 % 1000));
  return std::string(text, length) + millis;
}

// Not in the middle of a character.
std::string_view beginning(std::string_view text) {
  if (text.size() <= kShownBytes) return text;
  size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

std::string loggable_sql(std::string_view sql) {
  std::string out;
  std::string_view word, before;
  for (size_t i = 0; i < sql.size();) {
    const auto c = sql[i];
    if (is_word(c)) {
      auto end = i;
      while (end < sql.size() && is_word(sql[end])) ++end;
      if (end < sql.size() && sql[end] == '\'' && names_secret(word, before)) {  // E'…'
        out += kRedacted;
        word = before = {};
        i = end_of_literal(sql, end, true);
        continue;
      }
      const bool secret = precedes_value(word, before);
      before = word;
      word = sql.substr(i, end - i);
      out += secret ? kRedacted : word;
      i = end;
    } else if (c == '$' && names_secret(word, before) && end_of_dollar_text(sql, i) > i) {
      out += kRedacted;
      i = end_of_dollar_text(sql, i);
      word = before = {};
    } else if (c == '\'' || (c == '"' && names_secret(word, before))) {
      const auto end = end_of_literal(sql, i);
      const auto literal = sql.substr(i, end - i);
      if (names_secret(word, before)) out += kRedacted;
      else
        for (const auto each : literal) out += each == '\n' || each == '\r' ? ' ' : each;
      word = before = {};
      i = end;
    } else {
      // A new line must not begin a line of its own in a log.
      out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
      if (c != '=' && !is_ascii_space(c)) word = before = {};
      ++i;
    }
  }
  return out;
}

std::string first_table(std::string_view sql) {
  for (size_t i = 0; i < sql.size();) {
    if (sql[i] == '\'') {
      i = end_of_literal(sql, i);
      continue;
    }
    if (!is_word(sql[i])) {
      ++i;
      continue;
    }
    auto end = i;
    while (end < sql.size() && is_word(sql[end])) ++end;
    const auto word = sql.substr(i, end - i);
    i = end;
    bool names_table = false;
    for (const auto* each : {"FROM", "INTO", "UPDATE", "TABLE"}) names_table |= equal_ignoring_case(word, each);
    if (!names_table) continue;
    while (i < sql.size() && is_ascii_space(sql[i])) ++i;
    end = i;
    while (end < sql.size() && (is_word(sql[end]) || sql[end] == '.' || sql[end] == '"')) ++end;
    if (end > i) return std::string(sql.substr(i, end - i));
  }
  return "unknown";
}

void SlowLog::record(const SlowRequest& request) {
  if (request.took < options_.threshold) return;
  const auto sql = loggable_sql(request.sql);
  const auto table = first_table(sql);
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.3fs", static_cast<double>(request.took.count()) / 1e6);
  const auto rows = std::to_string(request.rows);
  const auto error = request.error_code.empty() ? std::string() : " error=" + std::string(request.error_code);
  log::warn("server",
            "SLOW QUERY: " + std::string(seconds) + " | user=" + std::string(request.user) + " | table=" + table +
                " | rows=" + rows + " | query=" + std::string(beginning(sql)) + error,
            {{"request_id", request.request_id}});
  if (options_.directory.empty()) return;
  append("[" + time_text(request.at_us) + "] SLOW QUERY - user=" + std::string(request.user) + ", table=" + table +
         ", duration=" + seconds + ", rows=" + rows + ", query=" + sql + error + "\n");
}

void SlowLog::append(const std::string& line) {
  const auto path = options_.directory + "/slow.log";
  const std::lock_guard lock(mutex_);
  std::error_code ignored;
  if (file_.is_open() && bytes_ + line.size() > options_.rotate_bytes) {
    file_.close();
    for (size_t i = options_.rotate_files; i-- > 0;) {
      fs::rename(i == 0 ? path : path + "." + std::to_string(i), path + "." + std::to_string(i + 1), ignored);
    }
  }
  if (!file_.is_open()) {
    fs::create_directories(options_.directory, ignored);
    file_.clear();
    file_.open(path, std::ios::app);
    const auto size = fs::file_size(path, ignored);
    bytes_ = ignored ? 0 : size;
  }
  // A disk that takes no line is no reason to fail a request that is done.
  file_ << line << std::flush;
  bytes_ += line.size();
}

}  // namespace kalam::server
