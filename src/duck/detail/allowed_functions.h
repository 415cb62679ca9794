// The functions, aggregates, operators and table functions that SQL of clients may call; all others are refused.

#pragma once
#include <string_view>

namespace kalam::duck {

bool is_allowed_function(std::string_view lower_case_name);
bool is_allowed_table_function(std::string_view lower_case_name);  // in FROM
// Gives another value each time, or at another moment; also as a name without parentheses.
bool is_volatile_function(std::string_view lower_case_name);

}  // namespace kalam::duck
