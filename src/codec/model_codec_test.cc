#include "codec/model_codec.h"

#include <gtest/gtest.h>

#include "base/counters.h"
#include "codec/testing/sample_models.h"

namespace kalam::codec {
namespace {

using testing::write_sample;

// Spec §12, system models: one round trip per model, with every optional field there and with none.
TEST(ModelCodec, EveryModelComesBackDenseAndSparse) {
  for (const auto model : all_system_models()) {
    if (model == SystemModel::table_definition) continue;  // has its own codec and test
    const auto& schema = system_schema(model);
    for (const auto filling : {testing::Filling::dense, testing::Filling::sparse}) {
      const auto bytes = write_sample(schema, filling);
      ASSERT_TRUE(bytes.ok()) << bytes.error();
      const auto reader = ModelReader::open(schema, *bytes);
      ASSERT_TRUE(reader.ok()) << schema.model() << ": " << reader.error();
      EXPECT_EQ(testing::describe(schema, *reader), testing::describe_sample(schema, filling)) << schema.model();
    }
  }
}

TEST(ModelCodec, EverySchemaNamesItsFields) {
  const auto& user = system_schema(SystemModel::user);
  EXPECT_EQ(user.payload().id(), "kalamdb.system.user");
  EXPECT_EQ(user.field("user_id")->id, 0);
  EXPECT_TRUE(user.field(1)->retired);
  EXPECT_EQ(user.field("failed_login_attempts")->id, 13);
  EXPECT_EQ(user.field("failed_login_attempts")->type, FieldType::i32);
  EXPECT_FALSE(user.field("failed_login_attempts")->nullable);
  EXPECT_TRUE(user.field("locked_until")->nullable);
  EXPECT_TRUE(user.field("email")->nullable);
  EXPECT_FALSE(user.field("role")->nullable);
  EXPECT_EQ(user.field("token_epoch")->id, 16);
  EXPECT_EQ(user.field("nobody"), nullptr);
  EXPECT_EQ(find_system_schema("kalamdb.system.user"), &user);
  EXPECT_EQ(find_system_schema("kalamdb.system.nobody"), nullptr);
}

TEST(ModelCodec, MissingFieldsAreNamed) {
  ModelWriter writer(system_schema(SystemModel::namespace_));
  const auto incomplete = writer.text(0, "chat").i64(2, 1).i32(4, 0).finish();
  ASSERT_FALSE(incomplete.ok());
  EXPECT_EQ(incomplete.error().message, "namespace encode failed: missing name");

  // A namespace's bytes under the envelope of a model that has more fields.
  const auto bytes = writer.text(0, "chat").text(1, "chat").i64(2, 1).i32(4, 0).finish();
  ASSERT_TRUE(bytes.ok());
  const auto payload = open(*bytes, system_schema(SystemModel::namespace_).payload())->payload;
  const auto& storage = system_schema(SystemModel::storage);
  const auto wrong = ModelReader::open(storage, wrap(storage.payload(), payload));
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code, ErrorCode::corrupt_payload);
  EXPECT_EQ(wrong.error().message, "storage decode failed: missing storage_type");
}

TEST(ModelCodec, RefusesTextThatIsNotUtf8) {
  ModelWriter writer(system_schema(SystemModel::topic_offset));
  const auto bad = writer.text(0, "a\xFF").text(1, "g").i32(2, 0).i64(3, 0).i64(4, 0).finish();
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().message, "topic_offset encode failed: topic_id is not valid UTF-8");

  auto bytes = *writer.text(0, "NEEDLE").text(1, "g").i32(2, 0).i64(3, 0).i64(4, 0).finish();
  bytes[bytes.find("NEEDLE") + 2] = '\xC0';
  const auto reader = ModelReader::open(system_schema(SystemModel::topic_offset), bytes);
  ASSERT_TRUE(reader.ok());
  const auto text = reader->text(0);
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().message, "topic_offset decode failed: topic_id is not valid UTF-8");
}

TEST(ModelCodec, AFieldOfAnotherTypeIsOurMistake) {
  ModelWriter writer(system_schema(SystemModel::namespace_));
  EXPECT_EQ(writer.i64(0, 5).finish().error().code, ErrorCode::internal);
  EXPECT_EQ(writer.text(99, "x").finish().error().code, ErrorCode::internal);
  ModelWriter users(system_schema(SystemModel::user));
  EXPECT_EQ(users.text(1, "retired").finish().error().code, ErrorCode::internal);
}

// Spec §12, negative: truncated at every length, and every byte flipped once. Never a crash, never another value for
// truncated bytes.
TEST(ModelCodec, DamagedBytesAreRefusedOrReadWithoutHarm) {
  for (const auto model : all_system_models()) {
    if (model == SystemModel::table_definition) continue;
    const auto& schema = system_schema(model);
    const auto bytes = *write_sample(schema, testing::Filling::dense);
    for (size_t length = 0; length < bytes.size(); ++length) {
      EXPECT_FALSE(ModelReader::open(schema, std::string_view(bytes).substr(0, length)).ok()) << length;
    }
    for (size_t at = 0; at < bytes.size(); ++at) {
      auto flipped = bytes;
      flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
      const auto reader = ModelReader::open(schema, flipped);
      if (reader.ok()) {
        EXPECT_FALSE(testing::describe(schema, *reader).empty());
      }
    }
  }
}

// The store hands out values at any address.
TEST(ModelCodec, ReadsAtAnyAlignment) {
  const auto& schema = system_schema(SystemModel::vector_hot_op);
  const auto bytes = *write_sample(schema, testing::Filling::dense);
  for (size_t shift = 0; shift < 8; ++shift) {
    const auto shifted = std::string(shift, 'x') + bytes;
    const auto reader = ModelReader::open(schema, std::string_view(shifted).substr(shift));
    ASSERT_TRUE(reader.ok()) << reader.error();
    EXPECT_EQ(testing::describe(schema, *reader), testing::describe_sample(schema, testing::Filling::dense));
  }
}

TEST(ModelCodec, FailuresAreCounted) {
  const auto& schema = system_schema(SystemModel::job);
  auto& failures =
      counters::counter("serialization_decode_failures_total",
                        {{"schema_id", "kalamdb.system.job"}, {"schema_version", "1"}, {"kind", "invalid_identifier"}});
  const auto before = failures.value();
  EXPECT_FALSE(ModelReader::open(schema, "not an envelope").ok());
  EXPECT_EQ(failures.value(), before + 1);
}

}  // namespace
}  // namespace kalam::codec
