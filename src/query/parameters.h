// What a client may give as $1, $2, …: spec http-api §3.2.

#pragma once
#include <cstddef>
#include <vector>

#include "base/result.h"
#include "types/value.h"

namespace kalam::query {

// Not too many, none too large.
Status check_parameter_sizes(const std::vector<Value>& given, size_t count_max, size_t bytes_max);
// As many as the statement has.
Status check_parameter_count(size_t given, size_t expected);

}  // namespace kalam::query
