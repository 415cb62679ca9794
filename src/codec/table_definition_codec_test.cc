#include "codec/table_definition_codec.h"

#include <gtest/gtest.h>

#include "codec/testing/sample_tables.h"

namespace kalam::codec {
namespace {

TEST(TableDefinitionCodec, EveryKindOfTableComesBack) {
  for (const auto& definition : testing::sample_tables()) {
    ASSERT_TRUE(definition.check().ok()) << definition.id;
    const auto bytes = encode_table_definition(definition);
    ASSERT_TRUE(bytes.ok()) << bytes.error();
    const auto back = decode_table_definition(*bytes);
    ASSERT_TRUE(back.ok()) << back.error();
    EXPECT_EQ(*back, definition) << definition.id;
  }
}

TEST(TableDefinitionCodec, DamagedBytesAreRefusedOrReadWithoutHarm) {
  const auto definition = testing::sample_tables().front();
  const auto bytes = *encode_table_definition(definition);
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode_table_definition(std::string_view(bytes).substr(0, length)).ok()) << length;
  }
  size_t readable = 0;
  for (size_t at = 0; at < bytes.size(); ++at) {
    auto flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x5A);
    const auto back = decode_table_definition(flipped);
    if (!back.ok()) continue;
    ++readable;
    EXPECT_TRUE(back->check().ok());
  }
  EXPECT_LT(readable, bytes.size());
}

TEST(TableDefinitionCodec, UnknownWordsAreRefused) {
  struct Case {
    std::string_view word;
    std::string_view instead;
    std::string_view message;
  };
  const Case cases[] = {
      {"user\0", "usar\0", "table_definition decode failed: unknown table_type 'usar'"},
      {"messages", "mess\xFFges", "table_definition decode failed: table_name is not valid UTF-8"},
  };
  for (const auto& [word, instead, message] : cases) {
    auto bytes = *encode_table_definition(testing::sample_tables().front());
    // The length in front tells the whole word from a part of another one.
    const std::string needle =
        std::string(1, static_cast<char>(word.size())) + std::string(3, '\0') + std::string(word);
    const auto at = bytes.find(needle);
    ASSERT_NE(at, std::string::npos) << word;
    bytes.replace(at + 4, instead.size(), instead);
    const auto back = decode_table_definition(bytes);
    ASSERT_FALSE(back.ok()) << word;
    EXPECT_EQ(back.error().message, message);
  }
}

}  // namespace
}  // namespace kalam::codec
