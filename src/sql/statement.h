// Statement: one statement of a request, classified by its first words.

#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace kalam::sql {

enum class StatementKind : uint8_t {
  select,   // SELECT, WITH, (SELECT
  explain,  // EXPLAIN of anything
};

struct Statement {
  StatementKind kind = StatementKind::select;
  std::string text;  // without comments and without its semicolon
};

}  // namespace kalam::sql
