// JsonReader: goes through a JSON text once, from front to back, strictly by RFC 8259. Numbers stay as they were
// written, so that a DECIMAL loses no digit and a 64-bit integer is never a double in between.
//
//   JsonReader json(text);
//   TRY(json.begin_object());
//   while (auto key = TRY(json.key())) {
//     if (*key == "size") size = TRY(json.unsigned_integer());
//     else return json.error("unknown key '" + *key + "'");
//   }
//   TRY(json.end());
//
// Errors are `invalid_input` and name line and column. Nesting is bounded (kJsonDepthMax), and nothing recurses.

#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kalam {

inline constexpr size_t kJsonDepthMax = 512;

class JsonReader {
 public:
  enum class Kind { null, boolean, number, string, array, object };

  explicit JsonReader(std::string_view text) : text_(text) {}  // the text must outlive the reader

  Result<Kind> peek();  // the kind of the next value

  Status null();
  Result<bool> boolean();
  Result<std::string_view> number();  // as written
  Result<int64_t> integer();          // a number without fraction and exponent that fits
  Result<uint64_t> unsigned_integer();
  Result<std::string> string();    // unescaped
  Result<std::string_view> raw();  // any value, checked, as written

  Status begin_object();
  Result<std::optional<std::string>> key();  // the next member's key; empty: the object ended
  Status begin_array();
  Result<bool> element();  // is there another element? false: the array ended

  Status end();  // nothing but white space may follow

  Error error(std::string_view what) const;  // at the current position

 private:
  void skip_space();
  bool take(char c);
  Status word(std::string_view expected);
  Status skip_string();
  Status skip_number();

  std::string_view text_;
  size_t at_ = 0;
  std::string open_;    // the brackets we are inside of
  bool first_ = false;  // just behind an opening bracket: no comma yet
};

// The keys of one object, each of which may stand there once: of two values for one key nobody can say which is meant.
// For objects of few known keys; the caller refuses the unknown ones.
class UniqueKeys {
 public:
  Result<std::optional<std::string>> next(JsonReader& json);  // as JsonReader::key

 private:
  std::vector<std::string> seen_;
};

// Is this one JSON value? The error says where it is not.
Status check_json(std::string_view text);

// The same value without white space between its tokens; numbers and strings stay as written.
Result<std::string> compact_json(std::string_view text);

}  // namespace kalam
