#include "server/byte_range.h"

#include <gtest/gtest.h>

namespace kalam::server {
namespace {

TEST(ByteRange, OfABody) {
  using enum ByteRange::Wants;
  struct Case {
    std::string_view header;
    uint64_t size;
    ByteRange expected;
  };
  const Case cases[] = {
      {"bytes=0-4", 10, {part, 0, 5}},
      {"Bytes=2-", 10, {part, 2, 8}},
      {"bytes=-3", 10, {part, 7, 3}},
      {"bytes=-30", 10, {part, 0, 10}},
      {"bytes=9-9", 10, {part, 9, 1}},
      {"bytes=5-18446744073709551615", 10, {part, 5, 5}},
      {"bytes=10-", 10, {unsatisfiable, 0, 0}},
      {"bytes=-0", 10, {unsatisfiable, 0, 0}},
      {"bytes=0-", 0, {unsatisfiable, 0, 0}},
      {"bytes=-1", 0, {unsatisfiable, 0, 0}},
      {"bytes=4-2", 10, {}},
      {"bytes=0-1,3-4", 10, {}},
      {"bytes=5-18446744073709551616", 10, {}},
      {"bytes=-", 10, {}},
      {"bytes=x-1", 10, {}},
      {"bytes=0x1-2", 10, {}},
      {"bytes=", 10, {}},
      {"lines=0-1", 10, {}},
      {"", 10, {}},
  };
  for (const auto& [header, size, expected] : cases) EXPECT_EQ(read_byte_range(header, size), expected) << header;
}

}  // namespace
}  // namespace kalam::server
