// Rows in frames are read the short way. What it gives must be what RowReader gives, for sound and for damaged bytes.

#include "codec/detail/row_frame.h"

#include <flatbuffers/flatbuffers.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <thread>

#include "codec/detail/row_frames.h"
#include "codec/generated/row_generated.h"
#include "codec/testing/sample_rows.h"
#include "codec/testing/unframed.h"

namespace kalam::codec {
namespace {

using detail::RowFrames;
using testing::agree;
using testing::read_unframed;

std::string payload_of(RowKind kind, std::string_view bytes) {
  return std::string(open(bytes, row_schema(kind))->payload);
}

bool is_in_known_frame(RowKind kind, std::string_view payload) {
  return RowFrames::of_this_thread().frame_around(kind, payload) != nullptr;
}

bool passes_verifier(std::string_view payload) {
  std::vector<uint64_t> aligned(payload.size() / sizeof(uint64_t) + 1);
  std::memcpy(aligned.data(), payload.data(), payload.size());
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(aligned.data()), payload.size());
  return verifier.VerifyBuffer<kalamdb::serialization::row::UserTableRowPayload>("KROW");
}

// Scalars of a size that lets every byte be damaged. No embeddings: RowReader reads the rows that hold them.
std::vector<Value> small_scalars() {
  std::vector<Value> all;
  for (auto& [what, value] : testing::sample_scalars()) {
    if (value.kind() == ScalarKind::embedding && !value.is_null()) continue;
    if (estimated_size(value) < 100) all.push_back(std::move(value));
  }
  return all;
}

std::vector<Value> any_values() {
  static const auto scalars = small_scalars();
  std::vector<Value> values;
  for (const auto pick : *rc::gen::container<std::vector<uint32_t>>(rc::gen::inRange<uint32_t>(0, 10'000))) {
    values.push_back(scalars[pick % scalars.size()]);
  }
  values.push_back(Value::int8(1));
  return values;
}

TEST(RowFrame, WhatThisThreadWroteLiesInAKnownFrame) {
  const auto values = testing::ten_mixed_values(3);
  const auto user = payload_of(RowKind::user, *encode_row(testing::user_row(values)));
  const auto shared = payload_of(RowKind::shared, *encode_row(testing::shared_row(values)));
  EXPECT_TRUE(is_in_known_frame(RowKind::user, user));
  EXPECT_TRUE(is_in_known_frame(RowKind::shared, shared));
  EXPECT_FALSE(is_in_known_frame(RowKind::shared, user));
  EXPECT_FALSE(is_in_known_frame(RowKind::user, shared));
}

TEST(RowFrame, AnotherThreadLearnsTheFrameFromTheFirstRow) {
  const auto row = testing::user_row(testing::ten_mixed_values(3));
  const auto bytes = *encode_row(row);
  const auto payload = payload_of(RowKind::user, bytes);
  std::thread([&] {
    EXPECT_FALSE(is_in_known_frame(RowKind::user, payload));
    EXPECT_EQ(*decode_user_row(bytes), row);
    EXPECT_TRUE(is_in_known_frame(RowKind::user, payload));
    EXPECT_EQ(*decode_user_row(bytes), row);
  }).join();
}

// Only numbers may differ: every other bit is compared.
TEST(RowFrame, ABitThatIsNoNumberLeavesTheFrame) {
  const auto row = testing::shared_row({Value::boolean(true), Value::int32(7), Value::null(ScalarKind::utf8)});
  const auto payload = payload_of(RowKind::shared, *encode_row(row));
  const auto* frame = RowFrames::of_this_thread().frame_around(RowKind::shared, payload);
  ASSERT_NE(frame, nullptr);
  size_t numbers = 0;
  for (size_t at = 0; at < frame->size(); ++at) {
    for (uint8_t bit = 1; bit != 0; bit = static_cast<uint8_t>(bit << 1)) {
      auto flipped = payload;
      flipped[at] = static_cast<char>(static_cast<uint8_t>(flipped[at]) ^ bit);
      numbers += frame->begins(RowKind::shared, flipped);
    }
  }
  // seq, commit_seq, deleted and the version; the boolean and the integer.
  EXPECT_EQ(numbers, 8 * (8u + 8u + 1u + 4u + 1u + 4u));
  EXPECT_FALSE(frame->begins(RowKind::shared, std::string_view(payload).substr(0, frame->size() - 1)));
}

TEST(RowFrame, ManyShapesTakeTurns) {
  std::vector<std::pair<std::string, UserRow>> rows;
  for (uint32_t nulls = 0; nulls < 1024; ++nulls) {
    auto values = testing::ten_mixed_values(nulls);
    for (size_t i = 0; i < values.size(); ++i) {
      if (nulls >> i & 1) values[i] = Value::null(values[i].kind());
    }
    const auto row = testing::user_row(values);
    rows.emplace_back(*encode_row(row), row);
  }
  for (int pass = 0; pass < 2; ++pass) {
    for (const auto& [bytes, row] : rows) {
      EXPECT_EQ(*decode_user_row(bytes), row);
      EXPECT_EQ(*encode_row(row), bytes);
    }
  }
}

RC_GTEST_PROP(RowFrame, ReadsAsRowReaderDoes, ()) {
  const auto row = testing::user_row(any_values());
  const auto bytes = *encode_row(row);
  const auto payload = payload_of(RowKind::user, bytes);
  RC_ASSERT(passes_verifier(payload));
  RC_ASSERT(agree(read_unframed(RowKind::user, payload), decode_user_row(bytes)));
  RC_ASSERT(*decode_user_row(bytes) == row);
}

RC_GTEST_PROP(RowFrame, ReadsDamagedBytesAsRowReaderDoes, ()) {
  const auto bytes = *encode_row(testing::user_row(any_values()));
  const auto payload = payload_of(RowKind::user, bytes);
  // The damage is in the payload: the envelope's is the business of others.
  for (int i = 0; i < 50; ++i) {
    auto damaged = payload;
    const auto at = *rc::gen::inRange<size_t>(0, damaged.size());
    damaged[at] = *rc::gen::arbitrary<char>();
    if (*rc::gen::inRange(0, 8) == 0) damaged.resize(*rc::gen::inRange<size_t>(0, damaged.size()));
    const auto row = decode_user_row(wrap(row_schema(RowKind::user), damaged));
    RC_ASSERT(agree(read_unframed(RowKind::user, damaged), row));
    if (row.ok()) RC_ASSERT(passes_verifier(damaged));
  }
}

}  // namespace
}  // namespace kalam::codec
