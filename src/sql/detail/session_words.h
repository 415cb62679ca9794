// CURRENT_USER and CURRENT_ROLE may be written without parentheses; the engine wants calls.

#pragma once
#include <string>
#include <string_view>

namespace kalam::sql {

// The text with parentheses behind these words where they stand as values: not in texts and quoted names, not behind a
// dot or AS, not as a name or alias of something.
std::string with_session_calls(std::string_view text);

}  // namespace kalam::sql
