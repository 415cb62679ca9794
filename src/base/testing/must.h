// For tests and benchmarks: a value that cannot be missing. What failed is printed, and ends the program.

#pragma once
#include <cstdlib>
#include <iostream>
#include <utility>

#include "base/result.h"

namespace kalam {

inline void must(const Status& status) {
  if (status.ok()) return;
  std::cerr << "must: " << status.error() << std::endl;
  std::abort();
}
template <typename T>
T must(Result<T> result) {
  if (!result.ok()) must(Status(result.error()));
  return std::move(result).value();
}

}  // namespace kalam
