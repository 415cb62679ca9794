// Where KalamDB's SQL takes words otherwise than the engine's grammar: CURRENT_USER and CURRENT_ROLE may be written
// without parentheses, and BY and AT are names of columns like any other.

#pragma once
#include <string>
#include <string_view>

namespace kalam::sql {

// The same text as the engine reads it: with parentheses behind CURRENT_USER and CURRENT_ROLE where they stand as
// values (not behind a dot or AS, not as a name or alias), with quotes around names that it takes for keywords.
std::string in_engine_words(std::string_view text);

}  // namespace kalam::sql
