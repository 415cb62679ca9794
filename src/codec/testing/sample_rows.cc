#include "codec/testing/sample_rows.h"

#include <array>
#include <cmath>
#include <limits>
#include <memory>

namespace kalam::codec::testing {
namespace {

template <typename T, typename Make>
void add_integers(std::vector<std::pair<std::string, Value>>& into, const std::string& name, Make make) {
  for (const T value : {std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), T{0}, static_cast<T>(-1)}) {
    into.emplace_back(name + " " + std::to_string(value), make(value));
  }
}

Value embedding_of(size_t size, bool with_validity) {
  std::vector<float> elements(size);
  const auto valid = std::make_unique<bool[]>(size);
  for (size_t i = 0; i < size; ++i) {
    elements[i] = static_cast<float>(i) * 0.25f - 1.0f;
    valid[i] = i % 3 != 1;
  }
  return with_validity ? Value::embedding(elements, std::span<const bool>(valid.get(), size))
                       : Value::embedding(elements);
}

}  // namespace

std::vector<std::pair<std::string, Value>> sample_scalars() {
  std::vector<std::pair<std::string, Value>> all;
  all.emplace_back("true", Value::boolean(true));
  all.emplace_back("false", Value::boolean(false));
  add_integers<int8_t>(all, "int8", Value::int8);
  add_integers<int16_t>(all, "int16", Value::int16);
  add_integers<int32_t>(all, "int32", Value::int32);
  add_integers<int64_t>(all, "int64", Value::int64);
  add_integers<uint8_t>(all, "uint8", Value::uint8);
  add_integers<uint16_t>(all, "uint16", Value::uint16);
  add_integers<uint32_t>(all, "uint32", Value::uint32);
  add_integers<uint64_t>(all, "uint64", Value::uint64);
  for (const double value : {0.0, -0.0, 1.5, -1e300, std::nan(""), std::numeric_limits<double>::infinity()}) {
    all.emplace_back("float64 " + std::to_string(value), Value::float64(value));
    all.emplace_back("float32 " + std::to_string(value), Value::float32(static_cast<float>(value)));
  }
  for (const auto& text : {std::string(), std::string("hello"), std::string("gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80"),
                           std::string("a\0b", 3), std::string(1 << 20, 'm')}) {
    all.emplace_back("text of " + std::to_string(text.size()), Value::text(text));
    all.emplace_back("large text of " + std::to_string(text.size()), Value::large_text(text));
    all.emplace_back("binary of " + std::to_string(text.size()), Value::binary(text));
  }
  all.emplace_back("large binary", Value::large_binary("\xFF\xFE\x00"));
  all.emplace_back("fixed binary of 3", Value::fixed_binary("abc"));
  all.emplace_back("uuid", Value::uuid({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}));
  all.emplace_back("date", Value::date(-719'162));
  all.emplace_back("time", Value::time(86'399'999'999));
  for (const auto& zone : {std::string(), std::string("UTC"), std::string("Europe/Vienna")}) {
    all.emplace_back("ms " + zone, Value::timestamp_ms(-1, zone));
    all.emplace_back("us " + zone, Value::timestamp_us(1'700'000'000'000'000, zone));
    all.emplace_back("ns " + zone, Value::timestamp_ns(std::numeric_limits<int64_t>::max(), zone));
  }
  Int128 greatest = 1;
  for (int i = 0; i < 38; ++i) greatest *= 10;
  greatest -= 1;
  all.emplace_back("decimal 0", Value::decimal(0, 1, 0));
  all.emplace_back("decimal max", Value::decimal(greatest, 38, 0));
  all.emplace_back("decimal -max", Value::decimal(-greatest, 38, 38));
  all.emplace_back("decimal 200.75", Value::decimal(20075, 10, 2));
  for (const size_t size : {1, 4, 384, 8192}) {
    all.emplace_back("embedding " + std::to_string(size), embedding_of(size, false));
    all.emplace_back("embedding with gaps " + std::to_string(size), embedding_of(size, true));
  }
  for (int kind = 0; kind <= static_cast<int>(ScalarKind::embedding); ++kind) {
    all.emplace_back("null of kind " + std::to_string(kind), Value::null(static_cast<ScalarKind>(kind)));
  }
  all.emplace_back("null fixed", Value::null_fixed_binary(16));
  all.emplace_back("null decimal", Value::null_decimal(10, 2));
  all.emplace_back("null zoned", Value::null_timestamp(ScalarKind::timestamp_us, "UTC"));
  all.emplace_back("null embedding", Value::null_embedding(384));
  return all;
}

UserRow user_row(std::vector<Value> values) {
  return {UserId("user1"), {RowSeq(123), CommitSeq(55), false}, 1, {std::move(values)}};
}
SharedRow shared_row(std::vector<Value> values) { return {{RowSeq(456), CommitSeq(77), true}, 1, {std::move(values)}}; }

std::vector<Value> ten_mixed_values(uint32_t seed) {
  const auto wide = static_cast<int64_t>(seed) * 7'919;
  return {Value::int64(wide),
          Value::text("user name " + std::to_string(seed % 1000)),
          Value::boolean(seed % 2 == 0),
          Value::float64(static_cast<double>(seed) * 0.125),
          Value::timestamp_us(1'700'000'000'000'000 + wide),
          Value::text("a message of a length that people write in a chat, number " + std::to_string(seed)),
          Value::int32(static_cast<int32_t>(seed)),
          Value::null(ScalarKind::utf8),
          Value::date(static_cast<int32_t>(19'000 + seed % 1000)),
          Value::decimal(static_cast<Int128>(seed) * 100 + 75, 10, 2)};
}

}  // namespace kalam::codec::testing
