// The functions, aggregates, operators and table functions that SQL of clients may call; all others are refused.

#pragma once
#include <string_view>

namespace kalam::duck {

bool is_allowed_function(std::string_view lower_case_name);

}  // namespace kalam::duck
