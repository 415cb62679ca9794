#include "base/sha256.h"

#include <gtest/gtest.h>

#include "base/testing/must.h"

namespace kalam {
namespace {

// FIPS 180-2, the one-block message.
constexpr std::string_view kOfAbc(
    "\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde\x5d\xae\x22\x23"
    "\xb0\x03\x61\xa3\x96\x17\x7a\x9c\xb4\x10\xff\x61\xf2\x00\x15\xad",
    32);

TEST(Sha256, PiecesAreHashedAsTheWhole) {
  EXPECT_EQ(must(sha256("abc")), kOfAbc);
  Sha256 digest;
  for (const std::string_view piece : {"a", "", "bc"}) digest.add(piece);
  EXPECT_EQ(must(digest.finish()), kOfAbc);
}

}  // namespace
}  // namespace kalam
