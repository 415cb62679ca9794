// FILE('key') in a statement: a call with one string, which stands for a file that came beside the text.
//
// Found among the tokens of SQL: what stands in a text, a comment or a longer word is none.

#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/object_name.h"

namespace kalam::server {

struct FilePlaceholder {
  size_t begin = 0;  // of the call in the text
  size_t end = 0;
  std::string key;
};

std::vector<FilePlaceholder> find_file_placeholders(std::string_view sql);

// The table that an INSERT, UPDATE or DELETE writes to; empty: it is another statement, or says none.
std::optional<sql::ObjectName> written_table(std::string_view statement);

}  // namespace kalam::server
