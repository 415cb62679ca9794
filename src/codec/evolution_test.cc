// Schemas only ever grow. thing_old.fbs and thing_new.fbs stand for any of ours: each side must read the other's bytes,
// the version check (envelope.h) aside.

#include <flatbuffers/flatbuffers.h>
#include <gtest/gtest.h>

#include "codec/testdata/generated/thing_new_generated.h"
#include "codec/testdata/generated/thing_old_generated.h"

namespace kalam::codec {
namespace {

namespace older = kalamdb::evolution::old;
namespace newer = kalamdb::evolution::newer;
using flatbuffers::FlatBufferBuilder;

template <typename Thing>
bool sound(const FlatBufferBuilder& builder) {
  flatbuffers::Verifier verifier(builder.GetBufferPointer(), builder.GetSize());
  return verifier.VerifyBuffer<Thing>(nullptr);
}

TEST(SerializationSpec, Evolution_NewCodeReadsOldBytesWithDefaults) {
  FlatBufferBuilder builder;
  builder.Finish(older::CreateThingDirect(builder, "lamp", 3, older::Colour::Green, "a note"));
  ASSERT_TRUE(sound<newer::Thing>(builder));
  const auto* thing = flatbuffers::GetRoot<newer::Thing>(builder.GetBufferPointer());
  EXPECT_EQ(thing->name()->str(), "lamp");
  EXPECT_EQ(thing->count(), 3);
  EXPECT_EQ(thing->colour(), newer::Colour::Green);
  EXPECT_EQ(thing->weight(), 1.5);
  EXPECT_EQ(thing->tags(), nullptr);
  EXPECT_FALSE(thing->owner().has_value());
}

TEST(SerializationSpec, Evolution_OldCodeReadsNewBytesAndIgnoresWhatItDoesNotKnow) {
  FlatBufferBuilder builder;
  const std::vector<flatbuffers::Offset<flatbuffers::String>> tags{builder.CreateString("x")};
  builder.Finish(
      newer::CreateThingDirect(builder, "lamp", 3, newer::Colour::Blue, 2.5, &tags, flatbuffers::Optional<int64_t>(7)));
  ASSERT_TRUE(sound<older::Thing>(builder));
  const auto* thing = flatbuffers::GetRoot<older::Thing>(builder.GetBufferPointer());
  EXPECT_EQ(thing->name()->str(), "lamp");
  EXPECT_EQ(thing->count(), 3);
  EXPECT_EQ(static_cast<int>(thing->colour()), 2);
  EXPECT_EQ(thing->note(), nullptr);
}

}  // namespace
}  // namespace kalam::codec
