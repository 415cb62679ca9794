#include "codec/envelope.h"

#include <flatbuffers/flatbuffers.h>
#include <gtest/gtest.h>

#include "base/counters.h"
#include "codec/generated/entity_envelope_generated.h"

namespace kalam::codec {
namespace {

using namespace std::string_literals;
namespace fbs = kalamdb::serialization;

const PayloadSchema& thing() {
  static const PayloadSchema schema("test.thing");
  return schema;
}
const PayloadSchema& other() {
  static const PayloadSchema schema("test.other");
  return schema;
}
const PayloadSchema& command() {
  static const PayloadSchema schema("test.command", CodecKind::flexbuffers, {.oldest = 2, .current = 3});
  return schema;
}

// An envelope as another program would build it, with the library's builder.
std::string built(int codec, const char* id, uint16_t version, const std::string* payload) {
  flatbuffers::FlatBufferBuilder builder;
  flatbuffers::Offset<flatbuffers::Vector<uint8_t>> bytes;
  if (payload) {
    bytes = builder.CreateVector(reinterpret_cast<const uint8_t*>(payload->data()), payload->size());
  }
  flatbuffers::Offset<flatbuffers::String> text;
  if (id) text = builder.CreateString(id);
  builder.Finish(fbs::CreateEntityEnvelope(builder, static_cast<fbs::CodecKind>(codec), text, version, bytes),
                 fbs::EntityEnvelopeIdentifier());
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

TEST(Envelope, WrappedOpensAgain) {
  for (const auto& payload : {""s, "x"s, std::string(1000, '\xFF'), "\0\0"s}) {
    for (const auto* schema : {&thing(), &other(), &command()}) {
      const auto bytes = wrap(*schema, payload);
      const auto opened = open(bytes, *schema);
      ASSERT_TRUE(opened.ok()) << opened.error();
      EXPECT_EQ(opened->payload, payload);
      EXPECT_EQ(opened->schema_version, schema->version());
    }
  }
}

// What we lay out by hand is what the generated verifier and accessors understand.
TEST(Envelope, GeneratedCodeReadsWhatWeWrite) {
  for (size_t id_length = 1; id_length < 40; ++id_length) {
    const PayloadSchema schema(std::string(id_length, 'i'), CodecKind::flexbuffers, {.oldest = 1, .current = 7});
    const auto bytes = wrap(schema, "payload");
    flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    ASSERT_TRUE(fbs::VerifyEntityEnvelopeBuffer(verifier)) << id_length;
    const auto* envelope = fbs::GetEntityEnvelope(bytes.data());
    EXPECT_EQ(envelope->codec_kind(), fbs::CodecKind::FlexBuffers);
    EXPECT_EQ(envelope->schema_id()->str(), schema.id());
    EXPECT_EQ(envelope->schema_version(), 7);
    EXPECT_EQ(envelope->payload()->size(), 7u);
    EXPECT_EQ((envelope->payload()->data() - reinterpret_cast<const uint8_t*>(bytes.data())) % 8, 0);
  }
}

TEST(Envelope, WeReadWhatGeneratedCodeWrites) {
  const auto payload = "some payload"s;
  const auto opened = open(built(0, "test.thing", 1, &payload), thing());
  ASSERT_TRUE(opened.ok()) << opened.error();
  const auto bytes = built(1, "test.command", 2, &payload);
  const auto older = open(bytes, command());
  ASSERT_TRUE(older.ok()) << older.error();
  EXPECT_EQ(older->payload, payload);
  EXPECT_EQ(older->schema_version, 2);
}

// Serialization cases 5 to 8, and the order of the checks: the first failure wins.
TEST(SerializationSpec, Cases5To8_EveryRefusalIsTyped) {
  const auto payload = "p"s;
  auto damaged = wrap(thing(), payload);
  damaged[5] = 'X';
  struct Case {
    const char* what;
    std::string bytes;
    ErrorCode code;
    std::string message;
  };
  const Case cases[] = {
      {"case 5: a flipped byte of the identifier", damaged, ErrorCode::invalid_identifier,
       "entity envelope decode failed: invalid file identifier (expected KENV)"},
      {"empty", "", ErrorCode::invalid_identifier,
       "entity envelope decode failed: invalid file identifier (expected KENV)"},
      {"seven bytes", "\0\0\0\0KEN"s, ErrorCode::invalid_identifier,
       "entity envelope decode failed: invalid file identifier (expected KENV)"},
      {"case 6: another store's schema", wrap(other(), payload), ErrorCode::schema_id_mismatch,
       "entity envelope decode failed: schema_id mismatch: expected test.thing, got test.other"},
      {"case 7: version 2 of an id known at version 1", built(0, "test.thing", 2, &payload),
       ErrorCode::unsupported_schema_version, "schema_version mismatch: expected 1, got 2"},
      {"version 0", built(0, "test.thing", 0, &payload), ErrorCode::unsupported_schema_version,
       "schema_version mismatch: expected 1, got 0"},
      {"case 8: codec kind 7", built(7, "test.thing", 1, &payload), ErrorCode::unknown_codec,
       "entity envelope decode failed: unknown codec kind 7"},
      {"no payload", built(7, "test.other", 9, nullptr), ErrorCode::missing_payload,
       "entity envelope decode failed: missing payload"},
      {"codec before schema id", built(7, "test.other", 9, &payload), ErrorCode::unknown_codec,
       "entity envelope decode failed: unknown codec kind 7"},
      {"schema id before version", built(0, "test.other", 9, &payload), ErrorCode::schema_id_mismatch,
       "entity envelope decode failed: schema_id mismatch: expected test.thing, got test.other"},
      {"no schema id", built(0, nullptr, 1, &payload), ErrorCode::corrupt_envelope,
       "entity envelope decode failed: missing schema_id"},
      {"the other codec", built(1, "test.thing", 1, &payload), ErrorCode::corrupt_envelope,
       "entity envelope decode failed: codec kind mismatch: expected FlatBuffers"},
      {"root out of bounds", "\xF0\xFF\0\0KENV"s, ErrorCode::corrupt_envelope,
       "entity envelope decode failed: structure is damaged"},
  };
  for (const auto& [what, bytes, code, message] : cases) {
    const auto opened = open(bytes, thing());
    ASSERT_FALSE(opened.ok()) << what;
    EXPECT_EQ(opened.error().code, code) << what;
    EXPECT_EQ(opened.error().message, message) << what;
  }
}

// Spec §7: bytes of another program are told from bytes of ours, and the operator reads what to do.
TEST(SerializationSpec, LegacyValuesAreRefusedWithTheWayOut) {
  const Origin origin{.partition = "system_users", .data_path = "/var/lib/kalamdb"};
  const auto opened = open("{\"user_id\":\"root\"}", thing(), origin);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::legacy_format);
  EXPECT_EQ(opened.error().message,
            "Unsupported legacy value in partition 'system_users' (expected schema test.thing v1). This data directory "
            "was written by an incompatible version. Stop the server, back up and remove /var/lib/kalamdb, then "
            "restart; or restore from a logical export.");
  EXPECT_EQ(open("", thing(), origin).error().code, ErrorCode::invalid_identifier);
}

TEST(Envelope, TruncatedAtEveryLengthIsRefused) {
  const auto payload = "some payload"s;
  for (const auto& bytes : {wrap(thing(), payload), built(0, "test.thing", 1, &payload)}) {
    // The builder pads behind the last object; cutting off padding alone changes nothing that is read.
    for (size_t length = 0; length < bytes.size(); ++length) {
      const auto opened = open(std::string_view(bytes).substr(0, length), thing());
      if (opened.ok()) {
        EXPECT_EQ(opened->payload, payload) << length;
      }
    }
  }
  const auto ours = wrap(thing(), payload);
  for (size_t length = 0; length < ours.size(); ++length) {
    EXPECT_FALSE(open(std::string_view(ours).substr(0, length), thing()).ok()) << length;
  }
}

TEST(Envelope, FailuresAreCountedByIdVersionAndKind) {
  auto& failures =
      counters::counter("serialization_decode_failures_total",
                        {{"schema_id", "test.thing"}, {"schema_version", "9"}, {"kind", "unsupported_schema_version"}});
  auto& unsupported =
      counters::counter("schema_version_unsupported_total", {{"schema_id", "test.thing"}, {"version", "9"}});
  const auto before = failures.value();
  const auto payload = "p"s;
  EXPECT_FALSE(open(built(0, "test.thing", 9, &payload), thing()).ok());
  EXPECT_EQ(failures.value(), before + 1);
  EXPECT_EQ(unsupported.value(), before + 1);
}

}  // namespace
}  // namespace kalam::codec
