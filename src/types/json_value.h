// Values as JSON, in three shapes: what clients are shown, what is stored, and what clients send.

#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "types/json_text.h"
#include "types/value.h"

namespace kalam {

// Client JSON: the cells of results and of change notifications. 64-bit integers and decimals are strings, temporal
// values numbers, bytes and embeddings arrays. NaN and infinity have no JSON: error `Invalid float value`, and then
// nothing of the value was written.
Status write_json(JsonText& json, const Value& value);

// Tagged JSON: one key that names the scalar kind, `{"Int64":"42"}`: in manifests and in commands. Every value has it,
// NULLs keep their kind; NaN and infinities are the strings "NaN", "inf", "-inf".
void write_tagged_json(JsonText& json, const Value& value);
std::string tagged_json(const Value& value);
// Strict: unknown tags and keys, numbers that do not fit and wrong lengths are errors.
Result<Value> value_from_tagged_json(std::string_view json);

// One element of `params` of an SQL request. null is a NULL of text; arrays and objects are refused.
Result<Value> value_from_json_parameter(std::string_view json);

}  // namespace kalam
