// JsonText: writes JSON, straight into a buffer of the caller; nothing is held back or written twice.
//
//   std::string out;
//   JsonText json(out);
//   json.begin_object().key("rows").begin_array().number(1).string("two").end_array().end_object();
//
// Always true: what comes out is valid UTF-8. Bytes of a text that are not are replaced by U+FFFD. Commas are the
// writer's business; that keys and values alternate is the caller's.

#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace kalam {

class JsonText {
 public:
  explicit JsonText(std::string& out) : out_(out) {}

  JsonText& begin_object() { return open('{'); }
  JsonText& end_object() { return close('}'); }
  JsonText& begin_array() { return open('['); }
  JsonText& end_array() { return close(']'); }
  JsonText& key(std::string_view name);

  JsonText& null() { return raw("null"); }
  JsonText& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonText& string(std::string_view text);
  JsonText& number(double value);  // finite: JSON has no word for the others
  template <std::integral Integer>
  JsonText& number(Integer value) {
    separate();
    if constexpr (std::is_signed_v<Integer>) append_signed(value);
    else append_unsigned(value);
    return *this;
  }
  template <std::integral Integer>
  JsonText& quoted_number(Integer value) {  // "42": for 64-bit integers, which JavaScript would round
    separate();
    out_.push_back('"');
    if constexpr (std::is_signed_v<Integer>) append_signed(value);
    else append_unsigned(value);
    out_.push_back('"');
    return *this;
  }
  JsonText& raw(std::string_view json) {  // a value that is JSON already
    separate();
    out_.append(json);
    return *this;
  }

  std::string& out() { return out_; }

 private:
  void separate() {
    if (comma_) out_.push_back(',');
    comma_ = true;
  }
  JsonText& open(char bracket) {
    separate();
    out_.push_back(bracket);
    comma_ = false;
    return *this;
  }
  JsonText& close(char bracket) {
    out_.push_back(bracket);
    comma_ = true;
    return *this;
  }
  void append_signed(int64_t value);
  void append_unsigned(uint64_t value);

  std::string& out_;
  bool comma_ = false;  // something stands before the next value in the same array or object
};

// `text` as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view text);

// The shortest decimal text that reads back as the same number; always recognisable as a float: 1.0, 0.001, 1e16.
// NaN, inf and -inf for what is not finite.
void append_double(std::string& out, double value);
void append_float(std::string& out, float value);  // shortest among floats: 0.1, not 0.10000000149011612

}  // namespace kalam
