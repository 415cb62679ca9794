#include "node/server_log_view.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>

#include "base/utf8.h"
#include "types/ascii.h"
#include "types/json_reader.h"

namespace kalam::node {

namespace {

using catalog::ServerLogRow;

constexpr size_t kLineBytesMax = size_t{1} << 20;  // a longer one is no event of ours

// One object: the event itself, or its `fields` when what it says stands there.
Status read_event(JsonReader& json, ServerLogRow& row, bool inside_fields) {
  TRY(json.begin_object());
  while (const auto key = TRY(json.key())) {
    const auto kind = TRY(json.peek());
    const bool text = kind == JsonReader::Kind::string;
    if (*key == "message" && text) {
      auto message = TRY(json.string());
      if (!inside_fields || row.message.empty()) row.message = std::move(message);
    } else if (*key == "fields" && kind == JsonReader::Kind::object && !inside_fields) {
      TRY(read_event(json, row, true));
    } else if (inside_fields) {
      TRY(json.raw());
    } else if (*key == "timestamp" && text) {
      row.timestamp = TRY(json.string());
    } else if (*key == "level" && text) {
      row.level = TRY(json.string());
    } else if ((*key == "thread" || *key == "threadName") && text) {
      row.thread = TRY(json.string());
    } else if (*key == "target" && text) {
      row.target = TRY(json.string());
    } else if (*key == "line" && kind == JsonReader::Kind::number) {
      const auto line = json.integer();
      if (line.ok()) row.line = *line;
      else TRY(json.raw());
    } else {
      TRY(json.raw());
    }
  }
  return {};
}

std::optional<ServerLogRow> row_of_json(std::string_view line) {
  ServerLogRow row;
  JsonReader json(line);
  if (!read_event(json, row, false).ok() || !json.end().ok()) return std::nullopt;
  if (row.timestamp.empty() || row.level.empty() || row.message.empty()) return std::nullopt;
  return row;
}

// Takes the next word of `line`, and the blanks before it.
std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const auto word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

bool is_level(std::string_view word) {
  static constexpr std::array<std::string_view, 5> kLevels = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"};
  return std::find(kLevels.begin(), kLevels.end(), word) != kLevels.end();
}

// 2026-11-24T12:00:00.000000Z  INFO main node: the message and its fields
std::optional<ServerLogRow> row_of_compact(std::string_view line) {
  ServerLogRow row;
  row.timestamp = std::string(next_word(line));
  row.level = std::string(next_word(line));
  if (row.timestamp.size() < 20 || row.timestamp.back() != 'Z' || !is_level(row.level)) return std::nullopt;
  const auto said = line.find(": ");
  if (said == std::string_view::npos) return std::nullopt;
  const auto who = trimmed(line.substr(0, said));
  const auto target = who.rfind(' ');  // a thread's name may have blanks, a target has none
  if (target != std::string_view::npos) row.thread = std::string(trimmed(who.substr(0, target)));
  row.target = std::string(target == std::string_view::npos ? who : who.substr(target + 1));
  row.message = std::string(line.substr(said + 2));
  return row;
}

// The next line of the file; false at its end. One that is too long is read over.
bool next_line(std::istream& file, std::string& line) {
  line.clear();
  for (int c = file.get(); c != std::istream::traits_type::eof(); c = file.get()) {
    if (c == '\n') return true;
    if (line.size() <= kLineBytesMax) line += static_cast<char>(c);
  }
  return false;  // what has no end is still being written
}

}  // namespace

std::optional<ServerLogRow> log_row_of(std::string_view line) {
  line = trimmed(line);
  if (line.empty() || line.size() > kLineBytesMax || !is_utf8(line)) return std::nullopt;
  return line.front() == '{' ? row_of_json(line) : row_of_compact(line);
}

Result<catalog::Rows<ServerLogRow>> server_log_rows(const std::string& directory) {
  std::error_code error;
  auto path = directory + "/server.jsonl";
  if (!std::filesystem::exists(path, error)) path = directory + "/server.log";
  auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
  return catalog::Rows<ServerLogRow>([file, line = std::string()](ServerLogRow& row) mutable -> Result<bool> {
    while (next_line(*file, line)) {
      auto event = log_row_of(line);
      if (!event) continue;
      row = *std::move(event);
      return true;
    }
    return false;
  });
}

}  // namespace kalam::node
