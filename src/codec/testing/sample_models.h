// Values of every system model, made from the schema itself, for tests, fuzzers' seeds and golden files.

#pragma once
#include <string>

#include "codec/model_codec.h"

namespace kalam::codec::testing {

enum class Filling { dense, sparse };  // every optional field, or none

Result<std::string> write_sample(const SystemSchema& schema, Filling filling);

// One line a field. Of what was read, and of what write_sample wrote.
std::string describe(const SystemSchema& schema, const ModelReader& reader);
std::string describe_sample(const SystemSchema& schema, Filling filling);

}  // namespace kalam::codec::testing
