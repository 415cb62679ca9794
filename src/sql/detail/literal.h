// Literals: what a number in SQL is as a value. Exactly what the engine makes of it, or nothing.

#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "types/value.h"

namespace kalam::sql {

// An integer of 64 bits, an exact decimal of up to 38 digits ("1.50"), a double ("1e3"). Nothing: larger, or written in
// another way (0x1F, 1_000).
std::optional<Value> value_of_number(std::string_view number, bool negative);

// A plain text: '…' with its quotes doubled inside.
std::string value_of_plain_text(std::string_view literal);
inline bool is_plain_text(std::string_view literal) { return literal.front() == '\''; }

}  // namespace kalam::sql
