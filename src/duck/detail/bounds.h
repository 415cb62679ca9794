// Bounds: what one value, and all values of one chunk, may grow to. DuckDB's own limit of memory does not count what
// functions make.

#pragma once
#include <cstddef>
#include <cstdint>

namespace kalam::duck {

inline constexpr size_t kValueBytesMax = 32u << 20;
inline constexpr size_t kChunkBytesMax = 128u << 20;
inline constexpr int64_t kListElementsMax = 1'000'000;

int64_t checked_count(int64_t count);  // of elements of a list; throws as Growth does

// What the values made for one chunk come to. Throws a DuckDB exception beyond the bounds.
class Growth {
 public:
  void check(size_t bytes) const;  // may one value be of this size, beside all the others?
  void add(size_t bytes);
  void add_product(size_t bytes, size_t times);

 private:
  size_t total_ = 0;
};

}  // namespace kalam::duck
