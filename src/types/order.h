// One order, one equality and one hash for all values, exact across widths: 1 = 1.0 = decimal 1.00, and an int64 is
// never rounded to be compared with a double.
//
// The order is total. Inside a family: numbers by value, NaN greatest, −0 = 0; texts and bytes by byte; timestamps by
// instant, whatever their unit and zone; embeddings element by element. Between families: boolean < numbers < date <
// time < timestamps < text < bytes < embedding < NULL. All NULLs are one.
//
// This is not the equality of stored rows (Value::operator==), which also asks for the same tag.

#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "types/data_type.h"
#include "types/value.h"

namespace kalam {

std::weak_ordering compare(const Value& a, const Value& b);

// Equal values (by `compare`) have equal hashes, in every process and every version: XXH64 of canonical bytes.
uint64_t stable_hash(const Value& value);
uint64_t stable_hash(std::string_view bytes, uint64_t seed = 0);  // XXH64 itself

// Primary keys are equal when their texts are. NULL and kinds that cannot be a key are errors.
Result<std::string> pk_text(const Value& value);
bool can_be_primary_key(const DataType& type);

}  // namespace kalam
