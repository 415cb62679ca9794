// The header Range of one request, for one body (RFC 9110 §14).

#pragma once
#include <cstdint>
#include <string_view>

namespace kalam::server {

struct ByteRange {
  enum class Wants : uint8_t {
    whole,          // no range, several of them, or one that cannot be read: all of it
    part,           // `length` bytes from `first`
    unsatisfiable,  // behind the end
  };
  Wants wants = Wants::whole;
  uint64_t first = 0;
  uint64_t length = 0;  // at least 1

  bool operator==(const ByteRange&) const = default;
};

ByteRange read_byte_range(std::string_view header, uint64_t size);

}  // namespace kalam::server
