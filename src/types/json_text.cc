#include "types/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.h"

namespace kalam {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// What a byte needs in a JSON string: 0 nothing, 1 a look (a byte of a longer character), else the letter of its escape
// ('u': the long form).
constexpr std::array<char, 256> make_escapes() {
  std::array<char, 256> escapes{};
  for (size_t i = 0; i < 0x20; ++i) escapes[i] = 'u';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  for (size_t i = 0x80; i < 0x100; ++i) escapes[i] = 1;
  return escapes;
}
constexpr auto kEscapes = make_escapes();

// Lays out shortest digits the way people read them: plain between 1e-5 and 1e16, with an exponent beyond.
template <typename Float>
void append_float_text(std::string& out, Float value) {
  if (std::isnan(value)) return void(out.append("NaN"));
  if (std::isinf(value)) return void(out.append(value < 0 ? "-inf" : "inf"));

  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  std::string_view text(buffer, static_cast<size_t>(end - buffer));  // -d.ddde±xx
  if (text.front() == '-') {
    out.push_back('-');
    text.remove_prefix(1);
  }
  const auto mark = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + mark + (text[mark + 1] == '+' ? 2 : 1), text.data() + text.size(), exponent);
  char digits[24];
  size_t count = 0;
  for (const char c : text.substr(0, mark)) {
    if (c != '.') digits[count++] = c;
  }
  const std::string_view all(digits, count);
  const int point = exponent + 1;  // digits before the point
  if (point > 16 || point < -4) {
    out.push_back(digits[0]);
    if (count > 1) out.append(".").append(all.substr(1));
    out.push_back('e');
    char number[8];
    out.append(number, std::to_chars(number, number + sizeof number, exponent).ptr);
  } else if (point <= 0) {
    out.append("0.").append(static_cast<size_t>(-point), '0').append(all);
  } else if (static_cast<size_t>(point) >= count) {
    out.append(all).append(static_cast<size_t>(point) - count, '0').append(".0");
  } else {
    out.append(all.substr(0, static_cast<size_t>(point))).append(".").append(all.substr(static_cast<size_t>(point)));
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  size_t from = 0;         // start of the run that needs nothing
  size_t valid_until = 0;  // UTF-8 known to be fine before this
  size_t at = 0;
  while (at < text.size()) {
    const char escape = kEscapes[static_cast<uint8_t>(text[at])];
    if (escape == 0) {
      ++at;
      continue;
    }
    if (escape == 1) {
      if (at >= valid_until) valid_until = at + valid_utf8_prefix(text.substr(at));
      if (at < valid_until) {
        ++at;
        continue;
      }
      out.append(text.substr(from, at - from)).append(kReplacement);
      at += ill_formed_utf8_length(text.substr(at));
      from = at;
      continue;
    }
    out.append(text.substr(from, at - from));
    if (escape == 'u') {
      constexpr std::string_view kHex = "0123456789abcdef";
      const auto byte = static_cast<uint8_t>(text[at]);
      out.append("\\u00");
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back('\\');
      out.push_back(escape);
    }
    from = ++at;
  }
  out.append(text.substr(from));
  out.push_back('"');
}

void append_double(std::string& out, double value) { append_float_text(out, value); }
void append_float(std::string& out, float value) { append_float_text(out, value); }

JsonText& JsonText::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_.push_back(':');
  comma_ = false;
  return *this;
}

JsonText& JsonText::string(std::string_view text) {
  separate();
  append_json_string(out_, text);
  return *this;
}

JsonText& JsonText::number(double value) {
  separate();
  append_double(out_, value);
  return *this;
}

void JsonText::append_signed(int64_t value) {
  char buffer[24];
  out_.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void JsonText::append_unsigned(uint64_t value) {
  char buffer[24];
  out_.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

}  // namespace kalam
