// JSON texts as MessagePack and back: the same objects, arrays, names and values. Integers stay integers, other numbers
// are doubles. For clients that chose it; nothing else of the server knows it.

#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam::server {

Result<std::string> msgpack_of_json(std::string_view json);

// Binary and extension values have no JSON, and keys that are no strings neither: `invalid_input`. Nesting is bounded.
Result<std::string> json_of_msgpack(std::string_view bytes);

}  // namespace kalam::server
