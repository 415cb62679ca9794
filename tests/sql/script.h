// A *.test file: records in the sqllogictest dialect, with a few additions.
//
//   as u1 [role]                    who sends what follows; role: user (default), service, dba, system
//   namespace app                   of what follows; `namespace` alone: default
//   with [1, "a"]                   parameters of the next record, as JSON
//   restart                         the database is closed and opened again
//
//   statement ok                    succeeds
//   statement message <text>        succeeds, and the last message is this; * stands for anything
//   statement count <n>             succeeds, and changed this many rows
//   statement error <text>          fails, and the message contains this
//   <SQL, until an empty line>
//
//   query [nosort|rowsort] [names]  rows, a line each, values parted by tabs; with `names` the first line names columns
//   <SQL>
//   ----
//   <rows, until an empty line>     NULL, (empty), text as it is, * in place of a whole value
//
// A record ends at an empty line; a line that begins with # is a comment.

#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "types/role.h"

namespace kalam::testing {

struct SwitchUser {
  Viewer viewer;
};
struct SwitchNamespace {
  std::string name;
};
struct Restart {};
struct StatementRecord {
  enum class Expect : uint8_t { ok, message, count, error };
  Expect expect = Expect::ok;
  std::string text;  // of the message or the error
  size_t count = 0;
  std::string sql;
  std::string parameters;  // a JSON array; empty: none
};
struct QueryRecord {
  bool sorted = false;  // compare as sets
  bool names = false;
  std::string sql;
  std::string parameters;
  std::vector<std::string> rows;
};

struct Record {
  size_t line = 0;  // from 1
  std::variant<SwitchUser, SwitchNamespace, Restart, StatementRecord, QueryRecord> what;
};

// What is wrong with a script names its line.
Result<std::vector<Record>> parse_script(std::string_view text);

// `*` stands for any run of characters.
bool matches(std::string_view text, std::string_view pattern);

}  // namespace kalam::testing
