// Rows for tests, benchmarks, seeds and golden files.

#pragma once
#include <string>
#include <utility>
#include <vector>

#include "types/row.h"

namespace kalam::codec::testing {

// Every kind of scalar, with the values at its edges, and every kind of NULL. Each with a word for messages.
std::vector<std::pair<std::string, Value>> sample_scalars();

UserRow user_row(std::vector<Value> values);
SharedRow shared_row(std::vector<Value> values);

// Ten columns of mixed types; differs with `seed`.
std::vector<Value> ten_mixed_values(uint32_t seed);

}  // namespace kalam::codec::testing
