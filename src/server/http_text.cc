#include "server/http_text.h"

#include <algorithm>

#include "types/ascii.h"

namespace kalam::server {

std::vector<std::string_view> list_elements(std::string_view list) {
  std::vector<std::string_view> elements;
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (const auto element = trimmed(list.substr(0, comma)); !element.empty()) elements.push_back(element);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
  return elements;
}

void each_parameter(std::string_view query, const std::function<void(std::string_view, std::string_view)>& use) {
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos) use(pair.substr(0, equals), pair.substr(equals + 1));
  }
}

std::optional<std::string> parameter_of(std::string_view query, std::string_view wanted) {
  std::optional<std::string> found;
  each_parameter(query, [&](std::string_view name, std::string_view value) {
    if (!found && name == wanted) found = percent_decoded(value);
  });
  return found;
}

bool is_plain_segment(std::string_view segment) {
  return segment.find("..") == std::string_view::npos &&
         segment.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos;
}

std::string quoted(std::string_view text, char quote) {
  std::string made(1, quote);
  for (const char c : text) made.append(c == quote ? 2 : 1, c);
  return made + quote;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool coded =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (!coded) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return out;
}

}  // namespace kalam::server
