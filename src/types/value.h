// Value: one scalar. A tag and a payload, or NULL. A typed NULL keeps its tag (and precision, size, zone): NULL of text
// is not the untyped NULL.

#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

  static Value boolean(bool value);
  static Value int8(int8_t value);
  static Value int16(int16_t value);
  static Value int32(int32_t value);
  static Value int64(int64_t value);
  static Value uint8(uint8_t value);
  static Value uint16(uint16_t value);
  static Value uint32(uint32_t value);
  static Value uint64(uint64_t value);
  static Value float32(float value);
  static Value float64(double value);
  static Value text(std::string utf8);    // the caller knows that it is UTF-8
  static Value large_text(std::string utf8);
  static Value binary(std::string bytes);
  static Value large_binary(std::string bytes);
  static Value fixed_binary(std::string bytes);          // size = bytes.size()
  static Value uuid(std::array<uint8_t, 16> bytes);      // fixed_binary of 16
  static Value date(int32_t days);
  static Value time(int64_t micros);
  static Value timestamp_ms(int64_t value, std::string zone = {});  // empty zone: none
  static Value timestamp_us(int64_t value, std::string zone = {});
  static Value timestamp_ns(int64_t value, std::string zone = {});
  static Value decimal(Int128 unscaled, uint8_t precision, int8_t scale);
  static Value embedding(std::span<const float> elements);
  static Value embedding(std::span<const float> elements, std::span<const bool> valid);

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
  bool as_bool() const;
  int64_t as_int64() const;    // int8…int64, date, time, timestamps
  uint64_t as_uint64() const;  // uint8…uint64
  float as_float() const;      // float32
  double as_double() const;    // float64
  std::string_view as_text() const;   // utf8, large_utf8
  std::string_view as_bytes() const;  // binary, large_binary, fixed_binary
  Int128 as_decimal() const;          // unscaled
  std::span<const float> as_embedding() const;
  bool element_valid(size_t index) const;  // embedding
  bool has_element_validity() const;       // embedding: some element was declared valid or not

  int32_t size() const { return size_; }            // fixed_binary, embedding
  uint8_t precision() const { return precision_; }  // decimal
  int8_t scale() const { return scale_; }           // decimal
  std::string_view zone() const;                    // timestamps; empty: none

  // Stored-row equality: same tag, same payload, NaN equals NaN, −0 equals 0; typed NULLs equal only the same typed NULL.
  bool operator==(const Value& other) const;
  friend std::ostream& operator<<(std::ostream& out, const Value& value);  // for tests and logs

 private:
  ScalarKind kind_ = ScalarKind::null;
  bool null_ = true;
  bool validity_ = false;  // embedding: `bytes_` ends with one byte a element
  uint8_t precision_ = 0;
  int8_t scale_ = 0;
  int32_t size_ = 0;
  uint64_t low_ = 0;   // numbers; 16-byte values (decimal, uuid) use both words
  uint64_t high_ = 0;
  std::string bytes_;  // text, bytes, floats of an embedding, zone of a timestamp
};

}  // namespace kalam
