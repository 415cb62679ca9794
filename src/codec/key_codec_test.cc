#include "codec/key_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <tuple>

#include "base/prefix_end.h"

namespace kalam::codec {
namespace {

using namespace std::string_literals;

TEST(KeyCodec, WritesTheBytesOfTheSpecification) {
  struct Case {
    std::string key;
    std::string expected;
  };
  const Case cases[] = {
      {KeyWriter().text("").take(), "\0"s},
      {KeyWriter().text("alice").take(), "alice\0"s},
      {KeyWriter().text("a\0b\x01"s).take(), "a\x01\0b\x01\x01\0"s},
      {KeyWriter().u8(7).u16(0x0102).u32(0x01020304).take(), "\x07\x01\x02\x01\x02\x03\x04"s},
      {KeyWriter().u64(1).take(), "\0\0\0\0\0\0\0\x01"s},
      {KeyWriter().i8(-1).i8(0).take(), "\x7F\x80"s},
      {KeyWriter().i16(std::numeric_limits<int16_t>::min()).take(), "\0\0"s},
      {KeyWriter().i32(1).take(), "\x80\0\0\x01"s},
      {KeyWriter().i64(-2).take(), "\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFE"s},
      {KeyWriter().i128(-1).take(), "\x7F"s + std::string(15, '\xFF')},
  };
  for (const auto& [key, expected] : cases) EXPECT_EQ(key, expected);
}

TEST(KeyCodec, ReadsBackWhatItWrote) {
  const auto key =
      KeyWriter().text("n\0s"s).u8(255).u16(2).u32(3).u64(4).i8(-5).i16(-6).i32(-7).i64(-8).i128(-9).take();
  KeyReader reader(key);
  EXPECT_EQ(*reader.text(), "n\0s"s);
  EXPECT_EQ(*reader.u8(), 255);
  EXPECT_EQ(*reader.u16(), 2);
  EXPECT_EQ(*reader.u32(), 3u);
  EXPECT_EQ(*reader.u64(), 4u);
  EXPECT_EQ(*reader.i8(), -5);
  EXPECT_EQ(*reader.i16(), -6);
  EXPECT_EQ(*reader.i32(), -7);
  EXPECT_EQ(*reader.i64(), -8);
  EXPECT_TRUE(*reader.i128() == -9);
  EXPECT_TRUE(reader.end().ok());
}

TEST(KeyCodec, RefusesWhatItCannotHaveWritten) {
  for (const auto& key : {""s, "abc"s, "a\x01"s, "a\x01\x02\0"s}) {
    const auto text = KeyReader(key).text();
    ASSERT_FALSE(text.ok()) << testing::PrintToString(key);
    EXPECT_EQ(text.error().code, ErrorCode::corruption);
  }
  EXPECT_FALSE(KeyReader("").u8().ok());
  EXPECT_FALSE(KeyReader("1234567").u64().ok());
  EXPECT_FALSE(KeyReader("1234567").i64().ok());
  EXPECT_FALSE(KeyReader("123456789012345").i128().ok());
  KeyReader reader("\x01\x02");
  EXPECT_TRUE(reader.u8().ok());
  EXPECT_EQ(reader.end().error().message, "key decode failed: 1 bytes behind the last element");
}

// Two users whose names start alike: the rows of one are never in the range of the other.
// storage case 2
TEST(KeyCodec, BytesOrderAsTheirValuesDo) {
  const auto row = [](std::string_view user, int64_t seq) { return KeyWriter().text(user).i64(seq).take(); };
  EXPECT_LT(row("user", 100), row("user", 200));
  EXPECT_LT(row("user", 200), row("zuser", 50));
  EXPECT_LT(row("user", -1), row("user", 0));
  const auto text = [](std::string_view value) { return KeyWriter().text(value).take(); };
  EXPECT_LT(text("aaa"), text("ab"));
  EXPECT_LT(text("a"), text("a\0"s));
  EXPECT_LT(text("a\0"s), text("a\0\x01"s));
  EXPECT_LT(text("a\0\x01"s), text("a\x01"s));
}

TEST(KeyCodec, PrefixOfAlDoesNotHoldAlice) {
  const auto al = KeyWriter().text("al").take();
  const auto end = *prefix_end(al);
  for (const int64_t seq : {std::numeric_limits<int64_t>::min(), int64_t{-1}, int64_t{0}, int64_t{42},
                            std::numeric_limits<int64_t>::max()}) {
    const auto own = KeyWriter().text("al").i64(seq).take();
    EXPECT_TRUE(own.starts_with(al));
    EXPECT_LT(al, own);
    EXPECT_LT(own, end);
    const auto other = KeyWriter().text("alice").i64(seq).take();
    EXPECT_FALSE(other.starts_with(al));
    EXPECT_GE(other, end);
  }
}

TEST(KeyCodec, PrefixEndCarries) {
  struct Case {
    std::string prefix;
    std::optional<std::string> expected;
  };
  const Case cases[] = {
      {"abc", "abd"},     {"a\xFF\xFF"s, "b"}, {"\0"s, "\x01"s}, {"\xFF\xFF"s, std::nullopt},
      {"", std::nullopt}, {"\x7F"s, "\x80"s},
  };
  for (const auto& [prefix, expected] : cases) EXPECT_EQ(prefix_end(prefix), expected);
}

TEST(KeyCodec, SuccessorIsTheNextKeyButNoPrefixBound) {
  const auto key = KeyWriter().text("a").take();
  EXPECT_EQ(successor(key), key + '\0');
  EXPECT_LT(successor(key), KeyWriter().text("a").u8(1).take());
}

using Tuple = std::tuple<std::string, int64_t, uint32_t, std::string, int16_t>;

std::string encoded(const Tuple& tuple) {
  const auto& [text, seq, number, name, small] = tuple;
  return KeyWriter().text(text).i64(seq).u32(number).text(name).i16(small).take();
}

// Texts over few letters, so that equal starts, 0x00 and 0x01 come often.
rc::Gen<std::string> short_text() {
  return rc::gen::container<std::string>(rc::gen::element('\0', '\x01', '\x02', 'a', '\xFF'));
}

RC_GTEST_PROP(KeyCodec, OrderOfKeysIsOrderOfTuples, ()) {
  const auto any = rc::gen::tuple(short_text(), rc::gen::arbitrary<int64_t>(), rc::gen::arbitrary<uint32_t>(),
                                  short_text(), rc::gen::arbitrary<int16_t>());
  const Tuple a = *any;
  Tuple b = *any;
  if (*rc::gen::arbitrary<bool>()) std::get<0>(b) = std::get<0>(a);
  if (*rc::gen::arbitrary<bool>()) std::get<1>(b) = std::get<1>(a);
  // char compares as signed; keys compare as bytes.
  const auto as_bytes = [](const Tuple& t) {
    const auto bytes = [](const std::string& s) { return std::vector<uint8_t>(s.begin(), s.end()); };
    return std::make_tuple(bytes(std::get<0>(t)), std::get<1>(t), std::get<2>(t), bytes(std::get<3>(t)),
                           std::get<4>(t));
  };
  RC_ASSERT((as_bytes(a) < as_bytes(b)) == (encoded(a) < encoded(b)));
  RC_ASSERT((a == b) == (encoded(a) == encoded(b)));
}

RC_GTEST_PROP(KeyCodec, TupleComesBack, (int64_t seq, uint32_t number, int16_t small)) {
  const Tuple tuple{*short_text(), seq, number, *short_text(), small};
  const auto key = encoded(tuple);
  KeyReader reader(key);
  const Tuple back{*reader.text(), *reader.i64(), *reader.u32(), *reader.text(), *reader.i16()};
  RC_ASSERT(reader.end().ok());
  RC_ASSERT(back == tuple);
}

}  // namespace
}  // namespace kalam::codec
