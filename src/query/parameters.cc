#include "query/parameters.h"

#include <string>

namespace kalam::query {

namespace {

size_t bytes_of(const Value& value) {
  if (value.is_null()) return 0;
  return value.kind() == ScalarKind::utf8 ? value.as_text().size() : sizeof(int64_t);
}

}  // namespace

Status check_parameter_sizes(const std::vector<Value>& given, size_t count_max, size_t bytes_max) {
  if (given.size() > count_max) {
    return refused("Parameter count exceeded: maximum " + std::to_string(count_max) + " parameters allowed, got " +
                   std::to_string(given.size()));
  }
  for (size_t i = 0; i < given.size(); ++i) {
    if (bytes_of(given[i]) <= bytes_max) continue;
    return refused("Parameter size exceeded: parameter at index " + std::to_string(i) + " is " +
                   std::to_string(bytes_of(given[i])) + " bytes (max " + std::to_string(bytes_max) + " bytes)");
  }
  return {};
}

Status check_parameter_count(size_t given, size_t expected) {
  if (given == expected) return {};
  return refused("Parameter count mismatch: expected " + std::to_string(expected) + " parameters, got " +
                 std::to_string(given));
}

}  // namespace kalam::query
