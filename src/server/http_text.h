// Small grammars of HTTP: lists in headers, the query of a target, percent-encoding, and text quoted for SQL.

#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kalam::server {

// The elements between the commas, without the blanks around them; empty ones are none.
std::vector<std::string_view> list_elements(std::string_view list);

// Calls `use` with name and value of each pair, as they are written. What has no `=` is no pair.
void each_parameter(std::string_view query, const std::function<void(std::string_view, std::string_view)>& use);

// The decoded value of the first pair of that name; nothing: the query has none.
std::optional<std::string> parameter_of(std::string_view query, std::string_view name);

// As it is, where a `%` has no two digits behind it.
std::string percent_decoded(std::string_view text);

// Can a decoded segment of a path name nothing but a file in one directory?
bool is_plain_segment(std::string_view segment);

// "order" and 'it''s': text between quotes, with those inside doubled.
std::string quoted(std::string_view text, char quote);

}  // namespace kalam::server
