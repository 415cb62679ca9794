#include "script.h"

#include <charconv>
#include <optional>

#include "types/ascii.h"

namespace kalam::testing {

namespace {

class ScriptReader {
 public:
  explicit ScriptReader(std::string_view text) {
    while (!text.empty()) {
      const auto end = text.find('\n');
      lines_.push_back(text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }

  Result<std::vector<Record>> read() {
    std::vector<Record> records;
    while (at_ < lines_.size()) {
      if (lines_[at_].empty() || lines_[at_].front() == '#') {
        ++at_;
        continue;
      }
      const auto line = at_ + 1;
      auto what = TRY(record(lines_[at_++]));
      if (what) records.push_back({line, std::move(*what)});
    }
    return records;
  }

 private:
  using What = decltype(Record::what);

  Error wrong(std::string_view what) const {
    return {ErrorCode::invalid_input, "line " + std::to_string(at_) + ": " + std::string(what), {}};
  }

  static std::string_view word(std::string_view& rest) {
    rest = trimmed(rest);
    const auto end = rest.find(' ');
    const auto taken = rest.substr(0, end);
    rest.remove_prefix(taken.size());
    rest = trimmed(rest);
    return taken;
  }

  // Lines until an empty one or `----`, which is taken.
  std::string sql() {
    std::string text;
    for (; at_ < lines_.size() && !lines_[at_].empty() && lines_[at_] != "----"; ++at_) {
      if (!text.empty()) text += '\n';
      text += lines_[at_];
    }
    return text;
  }

  Result<std::optional<What>> record(std::string_view rest) {
    const auto kind = word(rest);
    if (kind == "as") {
      const auto user = word(rest);
      const auto role = rest.empty() ? std::optional(Role::user) : parse_role(rest);
      if (user.empty() || !role) return wrong("as <user> [role]");
      return std::optional<What>(SwitchUser{{UserId(std::string(user)), *role}});
    }
    if (kind == "namespace") return std::optional<What>(SwitchNamespace{rest.empty() ? "default" : std::string(rest)});
    if (kind == "restart") return std::optional<What>(Restart{});
    if (kind == "with") {
      parameters_ = rest;
      return std::optional<What>();
    }
    if (kind == "statement") return std::optional<What>(TRY(statement(rest)));
    if (kind == "query") return std::optional<What>(TRY(query(rest)));
    return wrong("no record begins with '" + std::string(kind) + "'");
  }

  Result<What> statement(std::string_view rest) {
    StatementRecord record;
    const auto expect = word(rest);
    record.text = rest;
    if (expect == "ok") {
      record.expect = StatementRecord::Expect::ok;
    } else if (expect == "message") {
      record.expect = StatementRecord::Expect::message;
    } else if (expect == "error") {
      record.expect = StatementRecord::Expect::error;
    } else if (expect == "count") {
      record.expect = StatementRecord::Expect::count;
      const auto [stop, code] = std::from_chars(rest.data(), rest.data() + rest.size(), record.count);
      if (code != std::errc() || stop != rest.data() + rest.size()) return wrong("statement count <n>");
    } else {
      return wrong("statement ok, message, count or error");
    }
    record.sql = sql();
    record.parameters = std::exchange(parameters_, {});
    if (record.sql.empty()) return wrong("a statement without text");
    return What(std::move(record));
  }

  Result<What> query(std::string_view rest) {
    QueryRecord record;
    while (!rest.empty()) {
      const auto option = word(rest);
      if (option == "rowsort") record.sorted = true;
      else if (option == "names") record.names = true;
      else if (option != "nosort") return wrong("query [nosort|rowsort] [names]");
    }
    record.sql = sql();
    record.parameters = std::exchange(parameters_, {});
    if (record.sql.empty()) return wrong("a query without text");
    if (at_ == lines_.size() || lines_[at_] != "----") return wrong("a query needs ---- and its rows");
    for (++at_; at_ < lines_.size() && !lines_[at_].empty(); ++at_) record.rows.emplace_back(lines_[at_]);
    return What(std::move(record));
  }

  std::vector<std::string_view> lines_;
  size_t at_ = 0;
  std::string parameters_;
};

}  // namespace

Result<std::vector<Record>> parse_script(std::string_view text) { return ScriptReader(text).read(); }

bool matches(std::string_view text, std::string_view pattern) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return text == pattern;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  if (pattern.empty()) return true;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (matches(text.substr(i), pattern)) return true;
  }
  return false;
}

}  // namespace kalam::testing
