#include "codec/row_codec.h"

#include <flatbuffers/flatbuffers.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <functional>

#include "base/counters.h"
#include "codec/generated/row_generated.h"
#include "codec/testing/sample_rows.h"

namespace kalam::codec {
namespace {

namespace fbs = kalamdb::serialization::row;
using testing::shared_row;
using testing::user_row;

std::string payload_of(RowKind kind, std::string_view bytes) {
  return std::string(open(bytes, row_schema(kind))->payload);
}

// Serialization case 1, and §12 scalars: every kind, its edges, typed NULLs.
TEST(SerializationSpec, Case1_EveryScalarComesBackWithItsTag) {
  for (const auto& [what, value] : testing::sample_scalars()) {
    const auto row = user_row({value, Value::boolean(true)});
    const auto bytes = encode_row(row);
    ASSERT_TRUE(bytes.ok()) << what << ": " << bytes.error();
    const auto back = decode_user_row(*bytes);
    ASSERT_TRUE(back.ok()) << what << ": " << back.error();
    EXPECT_EQ(*back, row) << what;
  }
}

TEST(SerializationSpec, Case1_MixedRowKeepsTypedNull) {
  const auto row = user_row({Value::int64(1), Value::text("n"), Value::boolean(true), Value::null(ScalarKind::utf8),
                             Value::timestamp_us(5, "UTC")});
  const auto back = decode_user_row(*encode_row(row));
  ASSERT_TRUE(back.ok()) << back.error();
  EXPECT_EQ(*back, row);
  EXPECT_EQ(back->row.values[3].kind(), ScalarKind::utf8);
}

TEST(SerializationSpec, Case2_DecimalTravelsAsSixteenLittleEndianBytes) {
  const auto payload = payload_of(RowKind::user, *encode_row(user_row({Value::decimal(20075, 10, 2)})));
  const auto* scalar = flatbuffers::GetRoot<fbs::UserTableRowPayload>(payload.data())->fields()->values()->Get(0);
  ASSERT_EQ(scalar->bytes_value()->size(), 16u);
  EXPECT_EQ(scalar->bytes_value()->Get(0), 20075 & 0xFF);
  EXPECT_EQ(scalar->bytes_value()->Get(1), 20075 >> 8);
  for (uint32_t i = 2; i < 16; ++i) EXPECT_EQ(scalar->bytes_value()->Get(i), 0);
  EXPECT_EQ(scalar->decimal_precision(), 10);
  EXPECT_EQ(scalar->decimal_scale(), 2);
}

TEST(SerializationSpec, Case3_HeadersComeBack) {
  const auto user = user_row({Value::int32(1)});
  EXPECT_EQ(*decode_user_row(*encode_row(user)), user);
  const auto shared = shared_row({Value::int32(1)});
  EXPECT_EQ(*decode_shared_row(*encode_row(shared)), shared);
  const StreamRow stream{UserId("u"), RowSeq(9), 3, {{Value::text("x")}}};
  EXPECT_EQ(*decode_stream_row(*encode_row(stream)), stream);
  const SystemRow system{4, {{Value::text("x")}}};
  EXPECT_EQ(*decode_system_row(*encode_row(system)), system);
}

// Case 4. Nothing but the key is looked at, so a value that is wrong elsewhere does not matter.
TEST(SerializationSpec, Case4_HeadOfARowOf200Columns) {
  std::vector<Value> values(200, Value::text("a text that is longer than any small string"));
  values[3] = Value::int64(42);
  auto bytes = *encode_row(user_row(values));
  const auto last = bytes.rfind("small string");
  bytes[last] = '\xFF';
  EXPECT_FALSE(decode_user_row(bytes).ok());
  const auto head = decode_row_head(RowKind::user, bytes, 3);
  ASSERT_TRUE(head.ok()) << head.error();
  EXPECT_EQ(head->user, "user1");
  EXPECT_EQ(head->header, (RowHeader{RowSeq(123), CommitSeq(55), false}));
  EXPECT_EQ(head->pk, "42");
  EXPECT_EQ(head->table_schema_version, 1u);
}

TEST(SerializationSpec, Case6_RowOfAnotherKindIsRefused) {
  const auto bytes = *encode_row(user_row({}));
  EXPECT_EQ(decode_shared_row(bytes).error().code, ErrorCode::schema_id_mismatch);
}

// Case 12.
TEST(SerializationSpec, Case12_BatchGivesTheBytesOfSingleRows) {
  std::vector<UserRow> rows;
  for (uint32_t i = 0; i < 1000; ++i) rows.push_back(user_row(testing::ten_mixed_values(i)));
  const auto batch = encode_rows(std::span<const UserRow>(rows));
  ASSERT_TRUE(batch.ok());
  ASSERT_EQ(batch->size(), rows.size());
  for (size_t i = 0; i < rows.size(); ++i) EXPECT_EQ((*batch)[i], *encode_row(rows[i])) << i;
}

// What we lay out by hand passes the generated verifier, and reads the same by generated accessors.
TEST(RowCodec, GeneratedCodeReadsWhatWeWrite) {
  std::vector<Value> all;
  for (const auto& [what, value] : testing::sample_scalars()) all.push_back(value);
  all.push_back(Value::int8(1));
  const auto row = user_row(all);
  const auto payload = payload_of(RowKind::user, *encode_row(row));
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(payload.data()), payload.size());
  ASSERT_TRUE(verifier.VerifyBuffer<fbs::UserTableRowPayload>("KROW"));
  const auto* root = flatbuffers::GetRoot<fbs::UserTableRowPayload>(payload.data());
  EXPECT_EQ(root->user_id()->str(), "user1");
  EXPECT_EQ(root->seq(), 123);
  EXPECT_EQ(root->commit_seq(), 55u);
  EXPECT_FALSE(root->deleted());
  const auto& values = *root->fields()->values();
  ASSERT_EQ(values.size(), all.size());
  for (uint32_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(static_cast<int>(*values[i]->tag()), static_cast<int>(all[i].kind()));
    EXPECT_EQ(values[i]->is_null(), all[i].is_null());
    if (all[i].is_null()) continue;
    if (all[i].kind() == ScalarKind::int64) {
      EXPECT_EQ(values[i]->i64_value(), all[i].as_int64());
    }
    if (all[i].kind() == ScalarKind::utf8) {
      EXPECT_EQ(values[i]->text_value()->string_view(), all[i].as_text());
    }
    if (all[i].kind() == ScalarKind::embedding) {
      EXPECT_EQ(values[i]->embedding_values()->size(), all[i].as_embedding().size());
    }
  }
}

// --- rows that another program might write ---------------------------------------------------------------------------

using Builder = flatbuffers::FlatBufferBuilder;
using Scalar = flatbuffers::Offset<fbs::ScalarValuePayload>;

std::string built(const std::function<Scalar(Builder&)>& scalar) {
  Builder builder;
  const auto values = builder.CreateVector(std::vector<Scalar>{scalar(builder)});
  const auto fields = fbs::CreateRowPayload(builder, values, 1);
  builder.Finish(fbs::CreateSharedTableRowPayload(builder, 1, 2, false, fields), "KROW");
  return wrap(row_schema(RowKind::shared),
              {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()});
}

Scalar decimal(Builder& builder, size_t bytes, uint8_t precision, int8_t scale) {
  const auto vector = builder.CreateVector(std::vector<uint8_t>(bytes));
  fbs::ScalarValuePayloadBuilder scalar(builder);
  scalar.add_tag(fbs::ScalarTag::Decimal128);
  scalar.add_bytes_value(vector);
  scalar.add_decimal_precision(precision);
  scalar.add_decimal_scale(scale);
  return scalar.Finish();
}

Scalar embedding(Builder& builder, int32_t size, std::vector<float> values, std::vector<uint8_t> valid) {
  const auto floats = builder.CreateVector(values);
  flatbuffers::Offset<flatbuffers::Vector<uint8_t>> flags;
  if (!valid.empty()) flags = builder.CreateVector(valid);
  fbs::ScalarValuePayloadBuilder scalar(builder);
  scalar.add_tag(fbs::ScalarTag::Embedding);
  scalar.add_embedding_size(size);
  scalar.add_embedding_values(floats);
  if (!valid.empty()) scalar.add_embedding_valid(flags);
  return scalar.Finish();
}

Scalar text(Builder& builder, std::string_view bytes) {
  const auto string = builder.CreateString(bytes.data(), bytes.size());
  fbs::ScalarValuePayloadBuilder scalar(builder);
  scalar.add_tag(fbs::ScalarTag::Utf8);
  scalar.add_text_value(string);
  return scalar.Finish();
}

Scalar bare(Builder& builder, int tag) {
  fbs::ScalarValuePayloadBuilder scalar(builder);
  if (tag >= 0) scalar.add_tag(static_cast<fbs::ScalarTag>(tag));
  return scalar.Finish();
}

// Cases 9 and 10, and §3.2.
TEST(SerializationSpec, Cases9And10_ImpossibleScalarsAreRefused) {
  struct Case {
    std::function<Scalar(Builder&)> scalar;
    ErrorCode code;
    std::string message;
  };
  const auto invalid = ErrorCode::invalid_scalar;
  const Case cases[] = {
      {[](Builder& b) { return bare(b, 25); }, ErrorCode::unknown_scalar_tag, "unknown scalar tag 25"},
      {[](Builder& b) { return bare(b, -1); }, ErrorCode::unknown_scalar_tag, "missing scalar tag"},
      {[](Builder& b) { return bare(b, 0); }, invalid, "Null scalar with is_null = false"},
      {[](Builder& b) { return bare(b, 12); }, invalid, "Utf8 scalar missing text_value"},
      {[](Builder& b) { return bare(b, 15); }, invalid, "LargeBinary scalar missing bytes_value"},
      {[](Builder& b) { return bare(b, 16); }, invalid, "FixedSizeBinary scalar missing bytes_value"},
      {[](Builder& b) { return text(b, "a\xFF"); }, invalid, "text is not valid UTF-8"},
      {[](Builder& b) { return decimal(b, 15, 10, 2); }, invalid, "decimal128 bytes length must be 16, got 15"},
      {[](Builder& b) { return decimal(b, 17, 10, 2); }, invalid, "decimal128 bytes length must be 16, got 17"},
      {[](Builder& b) { return decimal(b, 16, 39, 2); }, invalid, "decimal128 precision must be 1 to 38, got 39"},
      {[](Builder& b) { return decimal(b, 16, 0, 0); }, invalid, "decimal128 precision must be 1 to 38, got 0"},
      {[](Builder& b) { return decimal(b, 16, 5, 6); }, invalid, "decimal128 scale must be 0 to 5, got 6"},
      {[](Builder& b) { return embedding(b, 0, {1}, {}); }, invalid, "embedding_size must be > 0"},
      {[](Builder& b) { return embedding(b, 8193, {1}, {}); }, invalid,
       "embedding_size must be at most 8192, got 8193"},
      {[](Builder& b) { return embedding(b, 4, {1, 2, 3}, {}); }, invalid,
       "embedding_values too short (expected 4, got 3)"},
      {[](Builder& b) { return embedding(b, 2, {1, 2}, {1}); }, invalid, "embedding_valid length must be 2, got 1"},
  };
  for (const auto& [scalar, code, message] : cases) {
    const auto row = decode_shared_row(built(scalar));
    ASSERT_FALSE(row.ok()) << message;
    EXPECT_EQ(row.error().code, code) << message;
    EXPECT_EQ(row.error().message, "row decode failed: " + message);
  }
}

TEST(SerializationSpec, Case10_InvalidElementReadsAsNull) {
  const auto row = decode_shared_row(built([](Builder& b) { return embedding(b, 4, {1, 2, 3, 4}, {1, 0, 1, 1}); }));
  ASSERT_TRUE(row.ok()) << row.error();
  const auto& value = row->row.values[0];
  EXPECT_TRUE(value.element_valid(0));
  EXPECT_FALSE(value.element_valid(1));
  EXPECT_EQ(value.as_embedding()[2], 3.0f);
}

TEST(RowCodec, DefaultsOmittedByTheLibraryReadAsZero) {
  const auto row = decode_shared_row(built([](Builder& b) { return bare(b, 7); }));
  ASSERT_TRUE(row.ok()) << row.error();
  EXPECT_EQ(row->row.values[0], Value::int64(0));
}

TEST(RowCodec, FallbackOfAnotherProgramReadsAsText) {
  const auto bytes = built([](Builder& builder) {
    const auto string = builder.CreateString("{a: 1}");
    fbs::ScalarValuePayloadBuilder scalar(builder);
    scalar.add_tag(fbs::ScalarTag::Fallback);
    scalar.add_text_value(string);
    return scalar.Finish();
  });
  EXPECT_EQ(decode_shared_row(bytes)->row.values[0], Value::text("{a: 1}"));
}

// Case 11: a value has one of the known tags, so what has none cannot even be made; what breaks the rules of its tag is
// refused before it is stored.
TEST(SerializationSpec, Case11_WhatCannotBeStoredIsRefused) {
  EXPECT_EQ(encode_row(user_row({Value::text("\xFF")})).error().message, "row encode failed: text is not valid UTF-8");
  EXPECT_EQ(encode_row(user_row({Value::embedding(std::vector<float>())})).error().message,
            "row encode failed: embedding_size must be > 0");
  // The workbench is clean again after a failure.
  const auto row = user_row(testing::ten_mixed_values(1));
  EXPECT_EQ(*decode_user_row(*encode_row(row)), row);
}

TEST(RowCodec, MissingPartsAreNamed) {
  Builder builder;
  builder.Finish(flatbuffers::Offset<void>(builder.EndTable(builder.StartTable())), "KROW");
  const std::string_view empty(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  EXPECT_EQ(decode_user_row(wrap(row_schema(RowKind::user), empty)).error().message,
            "user table row decode failed: missing user_id");
  EXPECT_EQ(decode_shared_row(wrap(row_schema(RowKind::shared), empty)).error().message,
            "shared table row decode failed: missing fields");
  EXPECT_EQ(decode_shared_row(wrap(row_schema(RowKind::shared), "something else")).error().code,
            ErrorCode::corrupt_payload);
}

// §12 rows and negative: shapes of rows; damage at every place.
TEST(RowCodec, ShapesOfRows) {
  const std::vector<std::vector<Value>> shapes = {
      {},
      std::vector<Value>(1000, Value::int32(5)),
      std::vector<Value>(1000, Value::null(ScalarKind::int64)),
      {Value(), Value(), Value::int8(1)},
  };
  for (const auto& values : shapes) {
    const auto row = shared_row(values);
    EXPECT_EQ(*decode_shared_row(*encode_row(row)), row);
  }
  const auto cut = decode_shared_row(*encode_row(shared_row({Value::int8(1), Value(), Value()})));
  EXPECT_EQ(cut->row.values, std::vector<Value>{Value::int8(1)});
}

TEST(RowCodec, DamagedBytesAreRefusedOrReadWithoutHarm) {
  auto values = testing::ten_mixed_values(3);
  values.push_back(Value::embedding(std::vector<float>{1, 2}));
  values.push_back(Value::timestamp_ms(1, "UTC"));
  const auto bytes = *encode_row(user_row(values));
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode_user_row(std::string_view(bytes).substr(0, length)).ok()) << length;
  }
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (const uint8_t mask : {0x01, 0x80, 0xFF}) {
      auto flipped = bytes;
      flipped[at] = static_cast<char>(static_cast<uint8_t>(flipped[at]) ^ mask);
      const auto row = decode_user_row(flipped);
      if (!row.ok()) continue;
      const auto again = encode_row(*row);
      ASSERT_TRUE(again.ok()) << at << ": " << again.error();
      EXPECT_EQ(decode_user_row(*again)->row.values.size(), row->row.values.size());
    }
  }
}

RC_GTEST_PROP(RowCodec, AnyRowComesBack, ()) {
  static const auto scalars = testing::sample_scalars();
  const auto picks = *rc::gen::container<std::vector<uint32_t>>(rc::gen::inRange<uint32_t>(0, 1000));
  std::vector<Value> values;
  for (const auto pick : picks) {
    const auto& value = scalars[pick % scalars.size()].second;
    if (value.kind() != ScalarKind::utf8 || value.is_null() || value.as_text().size() < 1000) values.push_back(value);
  }
  values.push_back(Value::int8(1));
  const auto row = user_row(values);
  RC_ASSERT(*decode_user_row(*encode_row(row)) == row);
}

}  // namespace
}  // namespace kalam::codec
