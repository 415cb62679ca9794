// Arbitrary values for property tests.

#pragma once
#include <rapidcheck.h>

#include <bit>
#include <string>
#include <vector>

#include "types/numeric.h"
#include "types/value.h"

namespace kalam::samples {

inline rc::Gen<double> any_double() {
  // Any bits, and numbers that meet those of other kinds: small ones, halves, the edges of the integers.
  return rc::gen::oneOf(
      rc::gen::map(rc::gen::arbitrary<uint64_t>(), [](uint64_t bits) { return std::bit_cast<double>(bits); }),
      rc::gen::map(rc::gen::inRange(-40, 40), [](int eighths) { return eighths / 8.0; }),
      rc::gen::element(0.0, -0.0, 0x1p63, -0x1p63, 0x1p53, 0x1p53 + 2, 0x1p64, 0x1p126, 0x1p127, -0x1p127, 0.1,
                       5e-324));
}

inline rc::Gen<Value> any_decimal() {
  return rc::gen::exec([] {
    const auto precision = *rc::gen::inRange(1, 39);
    const auto scale = *rc::gen::inRange(0, precision + 1);
    const auto high = *rc::gen::arbitrary<int64_t>();
    const auto low = *rc::gen::arbitrary<uint64_t>();
    const auto small = *rc::gen::inRange(-400, 400);
    const auto wide = static_cast<Int128>(static_cast<unsigned __int128>(high) << 64 | low);
    const Int128 number = *rc::gen::element(wide, static_cast<Int128>(small), static_cast<Int128>(high));
    return Value::decimal(number % power_of_ten(precision), static_cast<uint8_t>(precision),
                          static_cast<int8_t>(scale));
  });
}

inline rc::Gen<Value> any_number() {
  return rc::gen::oneOf(
      rc::gen::map(rc::gen::arbitrary<int8_t>(), [](int8_t n) { return Value::int8(n); }),
      rc::gen::map(rc::gen::arbitrary<int16_t>(), [](int16_t n) { return Value::int16(n); }),
      rc::gen::map(rc::gen::arbitrary<int32_t>(), [](int32_t n) { return Value::int32(n); }),
      rc::gen::map(rc::gen::arbitrary<int64_t>(), [](int64_t n) { return Value::int64(n); }),
      rc::gen::map(rc::gen::inRange(-5, 6), [](int n) { return Value::int64(n); }),
      rc::gen::element(Value::int64(INT64_MAX), Value::int64(INT64_MIN), Value::int64((int64_t{1} << 53) + 1),
                       Value::uint64(UINT64_MAX), Value::uint64(uint64_t{1} << 63)),
      rc::gen::map(rc::gen::arbitrary<uint8_t>(), [](uint8_t n) { return Value::uint8(n); }),
      rc::gen::map(rc::gen::arbitrary<uint64_t>(), [](uint64_t n) { return Value::uint64(n); }),
      rc::gen::map(any_double(), [](double n) { return Value::float64(n); }),
      rc::gen::map(rc::gen::arbitrary<uint32_t>(), [](uint32_t n) { return Value::float32(std::bit_cast<float>(n)); }),
      any_decimal());
}

inline rc::Gen<std::string> any_utf8() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(
                          rc::gen::element<std::string>("a", "Z", "0", " ", "\"", "\\", "\n", "\x01", "\xC3\xA9",
                                                        "\xE2\x82\xAC", "\xF0\x9F\x98\x80", std::string(1, '\0'))),
                      [](const std::vector<std::string>& pieces) {
                        std::string text;
                        for (const auto& piece : pieces) text += piece;
                        return text;
                      });
}

inline rc::Gen<Value> any_embedding() {
  return rc::gen::exec([] {
    const auto bits = *rc::gen::nonEmpty(rc::gen::arbitrary<std::vector<uint32_t>>());
    std::vector<float> elements;
    std::string valid;
    for (const auto word : bits) {
      elements.push_back(std::bit_cast<float>(word));
      valid.push_back(*rc::gen::arbitrary<bool>() ? 1 : 0);
    }
    if (*rc::gen::arbitrary<bool>()) return Value::embedding(elements);
    return Value::embedding(elements, std::span(reinterpret_cast<const bool*>(valid.data()), valid.size()));
  });
}

inline rc::Gen<Value> any_null() {
  return rc::gen::map(rc::gen::inRange(0, 20), [](int kind) {
    if (kind == 16) return Value::null_fixed_binary(16);
    return Value::null(static_cast<ScalarKind>(kind));
  });
}

inline rc::Gen<Value> any_value() {
  const auto zone = rc::gen::element<std::string>("", "UTC", "+02:00");
  return rc::gen::oneOf(any_number(), any_null(), any_embedding(),
                        rc::gen::map(rc::gen::arbitrary<bool>(), [](bool b) { return Value::boolean(b); }),
                        rc::gen::map(any_utf8(), [](std::string text) { return Value::text(std::move(text)); }),
                        rc::gen::map(any_utf8(), [](std::string text) { return Value::large_text(std::move(text)); }),
                        rc::gen::map(rc::gen::arbitrary<std::string>(),
                                     [](std::string bytes) { return Value::binary(std::move(bytes)); }),
                        rc::gen::map(rc::gen::arbitrary<std::string>(),
                                     [](std::string bytes) { return Value::fixed_binary(std::move(bytes)); }),
                        rc::gen::map(rc::gen::arbitrary<int32_t>(), [](int32_t days) { return Value::date(days); }),
                        rc::gen::map(rc::gen::arbitrary<int64_t>(), [](int64_t us) { return Value::time(us); }),
                        rc::gen::map(rc::gen::pair(rc::gen::arbitrary<int64_t>(), zone),
                                     [](const auto& p) { return Value::timestamp_ms(p.first, p.second); }),
                        rc::gen::map(rc::gen::pair(rc::gen::arbitrary<int64_t>(), zone),
                                     [](const auto& p) { return Value::timestamp_us(p.first, p.second); }),
                        rc::gen::map(rc::gen::pair(rc::gen::arbitrary<int64_t>(), zone),
                                     [](const auto& p) { return Value::timestamp_ns(p.first, p.second); }));
}

}  // namespace kalam::samples

namespace rc {
template <>
struct Arbitrary<kalam::Value> {
  static Gen<kalam::Value> arbitrary() { return kalam::samples::any_value(); }
};
}  // namespace rc
