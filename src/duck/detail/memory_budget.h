// MemoryBudget: what one query of ours may hold at a time; DuckDB counts its own.

#pragma once
#include <cstddef>
#include <span>

#include "base/result.h"
#include "types/value.h"

namespace kalam::duck {

class MemoryBudget {
 public:
  explicit MemoryBudget(size_t bytes) : left_(bytes) {}

  Status take(size_t bytes) {
    if (bytes > left_)
      return Error{ErrorCode::limit_exceeded, "out of memory: the query holds too many rows at a time"};
    left_ -= bytes;
    return {};
  }
  void give_back(size_t bytes) { left_ += bytes; }

 private:
  size_t left_;
};

// Roughly what a row takes.
inline size_t memory_of(std::span<const Value> row) {
  size_t bytes = 0;
  for (const auto& value : row) bytes += sizeof(Value) + estimated_size(value);
  return bytes;
}

}  // namespace kalam::duck
