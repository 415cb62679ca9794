// What our dialect spells otherwise than DuckDB's lexer reads it, token by token, before its parser sees the text:
//
//   `name`          -> "name"                       ->  ->>  ?              -> <@@>  <@@@>  <~~>
//   X'00ff', 0x00ff -> ('\x00\xff'::BLOB)           ~  ~*  !~  !~*          -> <~>  <~*>  <!~>  <!~*>
//   INT UNSIGNED    -> UINTEGER                     -- and /* */ comments   -> a blank
//
// The operators in angle brackets are names that DuckDB's parser passes on as functions; dialect.cc gives them a
// meaning.

#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam::duck {

inline constexpr std::string_view kJsonMemberOperator = "<@@>";
inline constexpr std::string_view kJsonTextOperator = "<@@@>";
inline constexpr std::string_view kJsonHasOperator = "<~~>";
inline constexpr std::string_view kRegexOperator = "<~>";
inline constexpr std::string_view kRegexAnyCaseOperator = "<~*>";
inline constexpr std::string_view kNotRegexOperator = "<!~>";
inline constexpr std::string_view kNotRegexAnyCaseOperator = "<!~*>";

// Linear in the text, which is looked at once; most texts come back as they are. `invalid_input`: a broken literal;
// `limit_exceeded`: so many of something that DuckDB's parser would take seconds.
Result<std::string> respelled(std::string_view text);

}  // namespace kalam::duck
