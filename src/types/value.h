// Value: one scalar. A tag and a payload, or NULL. A typed NULL keeps its tag (and precision, size, zone): NULL of text
// is not the untyped NULL.

#pragma once
#include <array>
#include <bit>
#include <cassert>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace kalam {

using Int128 = __int128;

// The numbers are those of the stored scalar union: append-only.
enum class ScalarKind : uint8_t {
  null = 0,
  boolean = 1,
  float32 = 2,
  float64 = 3,
  int8 = 4,
  int16 = 5,
  int32 = 6,
  int64 = 7,
  uint8 = 8,
  uint16 = 9,
  uint32 = 10,
  uint64 = 11,
  utf8 = 12,
  large_utf8 = 13,
  binary = 14,
  large_binary = 15,
  fixed_binary = 16,
  date32 = 17,
  time64_us = 18,
  timestamp_ms = 19,
  timestamp_us = 20,
  timestamp_ns = 21,
  decimal128 = 22,
  embedding = 23,
};

class Value {
 public:
  Value() = default;  // untyped NULL

  static Value boolean(bool value) { return Value(ScalarKind::boolean, value); }
  static Value int8(int8_t value) { return Value(ScalarKind::int8, value); }
  static Value int16(int16_t value) { return Value(ScalarKind::int16, value); }
  static Value int32(int32_t value) { return Value(ScalarKind::int32, value); }
  static Value int64(int64_t value) { return Value(ScalarKind::int64, value); }
  static Value uint8(uint8_t value) { return Value(ScalarKind::uint8, value); }
  static Value uint16(uint16_t value) { return Value(ScalarKind::uint16, value); }
  static Value uint32(uint32_t value) { return Value(ScalarKind::uint32, value); }
  static Value uint64(uint64_t value) { return Value(ScalarKind::uint64, static_cast<int64_t>(value)); }
  static Value float32(float value) { return Value(ScalarKind::float32, std::bit_cast<int32_t>(value)); }
  static Value float64(double value) { return Value(ScalarKind::float64, std::bit_cast<int64_t>(value)); }
  static Value text(std::string utf8) { return Value(ScalarKind::utf8, std::move(utf8)); }  // the caller knows: UTF-8
  static Value large_text(std::string utf8) { return Value(ScalarKind::large_utf8, std::move(utf8)); }
  static Value binary(std::string bytes) { return Value(ScalarKind::binary, std::move(bytes)); }
  static Value large_binary(std::string bytes) { return Value(ScalarKind::large_binary, std::move(bytes)); }
  static Value fixed_binary(std::string bytes);      // size = bytes.size()
  static Value uuid(std::array<uint8_t, 16> bytes);  // fixed_binary of 16
  static Value date(int32_t days) { return Value(ScalarKind::date32, days); }
  static Value time(int64_t micros) { return Value(ScalarKind::time64_us, micros); }
  static Value timestamp(ScalarKind kind, int64_t value, std::string zone) {  // one of the three kinds
    Value made(kind, value);
    made.bytes_ = std::move(zone);
    return made;
  }
  static Value timestamp_ms(int64_t value, std::string zone = {}) {  // empty zone: none
    return timestamp(ScalarKind::timestamp_ms, value, std::move(zone));
  }
  static Value timestamp_us(int64_t value, std::string zone = {}) {
    return timestamp(ScalarKind::timestamp_us, value, std::move(zone));
  }
  static Value timestamp_ns(int64_t value, std::string zone = {}) {
    return timestamp(ScalarKind::timestamp_ns, value, std::move(zone));
  }
  static Value decimal(Int128 unscaled, uint8_t precision,
                       int8_t scale);  // 1 <= precision <= 38, 0 <= scale <= precision
  static Value embedding(std::span<const float> elements);
  static Value embedding(std::span<const float> elements, std::span<const bool> valid);  // invalid ones become 0.0

  // Typed NULLs. For kinds with parameters: the size of fixed_binary and embedding, precision and scale of a decimal,
  // the zone of a timestamp.
  static Value null(ScalarKind kind);
  static Value null_fixed_binary(int32_t size);
  static Value null_timestamp(ScalarKind kind, std::string zone);
  static Value null_decimal(uint8_t precision, int8_t scale);
  static Value null_embedding(int32_t size);

  ScalarKind kind() const { return kind_; }
  bool is_null() const { return null_; }

  // Payload. Each asks for the kind it names and a value that is not NULL (asserted).
  bool as_bool() const { return check(kind_ == ScalarKind::boolean), low() != 0; }
  int64_t as_int64() const {  // int8…int64, date, time, timestamps
    check((kind_ >= ScalarKind::int8 && kind_ <= ScalarKind::int64) ||
          (kind_ >= ScalarKind::date32 && kind_ <= ScalarKind::timestamp_ns));
    return low();
  }
  uint64_t as_uint64() const {  // uint8…uint64
    return check(kind_ >= ScalarKind::uint8 && kind_ <= ScalarKind::uint64), words_[0];
  }
  float as_float() const {  // float32
    return check(kind_ == ScalarKind::float32), std::bit_cast<float>(static_cast<int32_t>(low()));
  }
  double as_double() const { return check(kind_ == ScalarKind::float64), std::bit_cast<double>(words_[0]); }  // float64
  std::string_view as_text() const {  // utf8, large_utf8
    return check(kind_ == ScalarKind::utf8 || kind_ == ScalarKind::large_utf8), std::string_view(bytes_);
  }
  std::string_view as_bytes() const {  // binary, large_binary, fixed_binary
    check(kind_ >= ScalarKind::binary && kind_ <= ScalarKind::fixed_binary);
    if (kind_ == ScalarKind::fixed_binary && size_ == 16) return {reinterpret_cast<const char*>(words_), 16};
    return bytes_;
  }
  Int128 as_decimal() const {  // unscaled
    check(kind_ == ScalarKind::decimal128);
    return static_cast<Int128>(static_cast<unsigned __int128>(words_[1]) << 64 | words_[0]);
  }
  std::span<const float> as_embedding() const {
    check(kind_ == ScalarKind::embedding);
    return {reinterpret_cast<const float*>(bytes_.data()), static_cast<size_t>(size_)};
  }
  bool element_valid(size_t index) const {  // embedding
    check(kind_ == ScalarKind::embedding);
    return !validity_ || bytes_[static_cast<size_t>(size_) * sizeof(float) + index] != 0;
  }
  bool has_element_validity() const { return validity_; }  // embedding: some element was declared valid or not

  int32_t size() const { return size_; }            // fixed_binary, embedding
  uint8_t precision() const { return precision_; }  // decimal
  int8_t scale() const { return scale_; }           // decimal
  std::string_view zone() const {                   // timestamps; empty: none
    const bool timestamp = kind_ >= ScalarKind::timestamp_ms && kind_ <= ScalarKind::timestamp_ns;
    return timestamp ? std::string_view(bytes_) : std::string_view();
  }

  // Stored-row equality: same tag, same payload, NaN equals NaN, −0 equals 0; typed NULLs equal only the same typed
  // NULL.
  bool operator==(const Value& other) const;
  friend std::ostream& operator<<(std::ostream& out, const Value& value);  // for tests and logs

 private:
  Value(ScalarKind kind, int64_t low) : kind_(kind), null_(false) { words_[0] = static_cast<uint64_t>(low); }
  Value(ScalarKind kind, std::string bytes) : kind_(kind), null_(false), bytes_(std::move(bytes)) {}
  int64_t low() const { return static_cast<int64_t>(words_[0]); }
  void check([[maybe_unused]] bool right_kind) const { assert(!null_ && right_kind); }

  ScalarKind kind_ = ScalarKind::null;
  bool null_ = true;
  bool validity_ = false;  // embedding: `bytes_` ends with one byte an element
  uint8_t precision_ = 0;
  int8_t scale_ = 0;
  int32_t size_ = 0;
  uint64_t words_[2] = {0, 0};  // numbers; 16-byte values (decimal, uuid) use both words and no heap
  std::string bytes_;           // text, bytes, floats of an embedding, zone of a timestamp
};

std::optional<ScalarKind> parse_scalar_kind(std::string_view name);
std::string_view name_of(ScalarKind kind);  // "Int64", "TimestampMicrosecond": the name in tagged JSON and in messages

// A rough size in memory and on the wire, by kind (spec types §3.4): for limits of parameters and caches.
size_t estimated_size(const Value& value);

}  // namespace kalam
