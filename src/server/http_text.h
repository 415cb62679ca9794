// Small grammars of HTTP: lists in headers, the query of a target, percent-encoding.

#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kalam::server {

// The elements between the commas, without the blanks around them; empty ones are none.
std::vector<std::string_view> list_elements(std::string_view list);

// Calls `use` with name and value of each pair, as they are written. What has no `=` is no pair.
void each_parameter(std::string_view query, const std::function<void(std::string_view, std::string_view)>& use);

// As it is, where a `%` has no two digits behind it.
std::string percent_decoded(std::string_view text);

}  // namespace kalam::server
