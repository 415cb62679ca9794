#include "types/order.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "types/cast.h"
#include "types/json_text.h"
#include "types/numeric.h"

namespace kalam {
namespace {

using UInt128 = unsigned __int128;

enum class Family : uint8_t { boolean, number, date, time, timestamp, text, bytes, embedding, null };

Family family_of(const Value& value) {
  if (value.is_null()) return Family::null;
  switch (value.kind()) {
    case ScalarKind::null: return Family::null;
    case ScalarKind::boolean: return Family::boolean;
    case ScalarKind::utf8:
    case ScalarKind::large_utf8: return Family::text;
    case ScalarKind::binary:
    case ScalarKind::large_binary:
    case ScalarKind::fixed_binary: return Family::bytes;
    case ScalarKind::date32: return Family::date;
    case ScalarKind::time64_us: return Family::time;
    case ScalarKind::timestamp_ms:
    case ScalarKind::timestamp_us:
    case ScalarKind::timestamp_ns: return Family::timestamp;
    case ScalarKind::embedding: return Family::embedding;
    default: return Family::number;
  }
}

// A number: a double, or an exact `unscaled` / 10^`scale`.
struct Number {
  bool is_double = false;
  double real = 0;
  Int128 unscaled = 0;
  int scale = 0;
};

Number number_of(const Value& value) {
  switch (value.kind()) {
    case ScalarKind::float32:
    case ScalarKind::float64: return {true, *to_f64(value), 0, 0};
    case ScalarKind::decimal128: return {false, 0, value.as_decimal(), value.scale()};
    case ScalarKind::uint8:
    case ScalarKind::uint16:
    case ScalarKind::uint32:
    case ScalarKind::uint64: return {false, 0, static_cast<Int128>(value.as_uint64()), 0};
    default: return {false, 0, value.as_int64(), 0};
  }
}

std::weak_ordering compare_doubles(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) <=> std::isnan(b);
  return a < b ? std::weak_ordering::less : a > b ? std::weak_ordering::greater : std::weak_ordering::equivalent;
}

std::weak_ordering compare_exact(const Number& a, const Number& b) {
  // Whole parts first: scaling the numbers up to one scale would not fit.
  const Int128 unit_a = power_of_ten(a.scale);
  const Int128 unit_b = power_of_ten(b.scale);
  const Int128 whole_a = a.unscaled / unit_a;
  const Int128 whole_b = b.unscaled / unit_b;
  if (whole_a != whole_b) return whole_a <=> whole_b;
  // Remainders are below 10^scale, so that either fits at the greater scale.
  const int scale = std::max(a.scale, b.scale);
  return a.unscaled % unit_a * power_of_ten(scale - a.scale) <=> b.unscaled % unit_b * power_of_ten(scale - b.scale);
}

// Compares numerator / denominator with mantissa / 2^exponent, both in [0, 1), binary digit by binary digit.
std::weak_ordering compare_fractions(UInt128 numerator, UInt128 denominator, uint64_t mantissa, int exponent) {
  for (int bit = exponent - 1; bit >= 0; --bit) {
    numerator *= 2;
    const int left = numerator >= denominator;
    if (left) numerator -= denominator;
    const int right = bit < 64 ? static_cast<int>(mantissa >> bit & 1) : 0;
    if (left != right) return left <=> right;
  }
  return numerator != 0 ? std::weak_ordering::greater : std::weak_ordering::equivalent;
}

std::weak_ordering reverse(std::weak_ordering order) { return 0 <=> order; }

std::weak_ordering compare_with_double(const Number& exact, double real) {
  if (std::isnan(real) || real >= 0x1p127) return std::weak_ordering::less;
  if (real < -0x1p127) return std::weak_ordering::greater;
  const double cut = std::trunc(real);
  const Int128 unit = power_of_ten(exact.scale);
  const Int128 whole = exact.unscaled / unit;
  if (whole != static_cast<Int128>(cut)) return whole <=> static_cast<Int128>(cut);

  const Int128 rest = exact.unscaled % unit;
  const double fraction = real - cut;  // exact: both have the same exponent range
  if (rest < 0 && fraction >= 0) return std::weak_ordering::less;
  if (rest >= 0 && fraction < 0) return std::weak_ordering::greater;
  if (fraction == 0) return rest <=> Int128{0};
  int exponent = 0;
  const auto mantissa = static_cast<uint64_t>(std::ldexp(std::frexp(std::fabs(fraction), &exponent), 53));
  const auto order = compare_fractions(static_cast<UInt128>(rest < 0 ? -rest : rest), static_cast<UInt128>(unit),
                                       mantissa, 53 - exponent);
  return rest < 0 || fraction < 0 ? reverse(order) : order;
}

std::weak_ordering compare_numbers(const Number& a, const Number& b) {
  if (a.is_double && b.is_double) return compare_doubles(a.real, b.real);
  if (a.is_double) return reverse(compare_with_double(b, a.real));
  if (b.is_double) return compare_with_double(a, b.real);
  if (a.scale == b.scale) return a.unscaled <=> b.unscaled;
  return compare_exact(a, b);
}

Int128 nanos_of(const Value& timestamp) {
  const Int128 raw = timestamp.as_int64();
  if (timestamp.kind() == ScalarKind::timestamp_ms) return raw * 1'000'000;
  if (timestamp.kind() == ScalarKind::timestamp_us) return raw * 1'000;
  return raw;
}

std::weak_ordering compare_embeddings(const Value& a, const Value& b) {
  const auto left = a.as_embedding();
  const auto right = b.as_embedding();
  for (size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (a.element_valid(i) != b.element_valid(i)) return b.element_valid(i) <=> a.element_valid(i);
    if (!a.element_valid(i)) continue;
    const auto order = compare_doubles(static_cast<double>(left[i]), static_cast<double>(right[i]));
    if (order != 0) return order;
  }
  return left.size() <=> right.size();
}

// ---- Hash. Canonical bytes: the family, then its payload in one form for equal values.

struct Canonical {
  char bytes[24];
  size_t size = 0;

  void put(const void* from, size_t length) {
    std::memcpy(bytes + size, from, length);
    size += length;
  }
  void put_int(Int128 value) { put(&value, sizeof value); }  // little-endian: the only machines we run on
  void put_byte(uint8_t byte) { bytes[size++] = static_cast<char>(byte); }
};
static_assert(std::endian::native == std::endian::little);

// An exact number without trailing zeros behind the point.
void put_exact(Canonical& out, Int128 unscaled, int scale) {
  while (scale > 0 && unscaled % 10 == 0) {
    unscaled /= 10;
    --scale;
  }
  out.put_byte(static_cast<uint8_t>(scale));
  out.put_int(unscaled);
}

// A double takes the exact form whenever it has one that a decimal could have.
void put_double(Canonical& out, double real) {
  constexpr uint8_t kNotExact = 0xFF;
  if (std::isnan(real)) {
    out.put_byte(kNotExact);
    return;
  }
  if (std::fabs(real) < 0x1p127) {
    if (std::trunc(real) == real) return put_exact(out, static_cast<Int128>(real), 0);
    // real = mantissa / 2^k with an odd mantissa = mantissa * 5^k / 10^k.
    int exponent = 0;
    auto mantissa = static_cast<int64_t>(std::ldexp(std::frexp(real, &exponent), 53));
    const int zeros = std::countr_zero(static_cast<uint64_t>(mantissa));
    mantissa >>= zeros;
    const int k = 53 - exponent - zeros;
    if (k <= kDecimalDigitsMax) {
      Int128 unscaled = mantissa;
      bool fits = true;
      for (int i = 0; fits && i < k; ++i) fits = !__builtin_mul_overflow(unscaled, Int128{5}, &unscaled);
      if (fits) {
        out.put_byte(static_cast<uint8_t>(k));
        out.put_int(unscaled);
        return;
      }
    }
  }
  out.put_byte(kNotExact);
  out.put(&real, sizeof real);
}

uint64_t rotate(uint64_t value, int by) { return std::rotl(value, by); }
constexpr uint64_t kPrime1 = 0x9E3779B185EBCA87, kPrime2 = 0xC2B2AE3D27D4EB4F, kPrime3 = 0x165667B19E3779F9,
                   kPrime4 = 0x85EBCA77C2B2AE63, kPrime5 = 0x27D4EB2F165667C5;

uint64_t read_u64(const char* from) {
  uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}
uint32_t read_u32(const char* from) {
  uint32_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}
uint64_t round_of(uint64_t lane, uint64_t word) { return rotate(lane + word * kPrime2, 31) * kPrime1; }
uint64_t merge_lane(uint64_t hash, uint64_t lane) { return (hash ^ round_of(0, lane)) * kPrime1 + kPrime4; }

}  // namespace

std::weak_ordering compare(const Value& a, const Value& b) {
  const auto family = family_of(a);
  if (const auto other = family_of(b); family != other) return family <=> other;
  switch (family) {
    case Family::boolean: return a.as_bool() <=> b.as_bool();
    case Family::number: return compare_numbers(number_of(a), number_of(b));
    case Family::date:
    case Family::time: return a.as_int64() <=> b.as_int64();
    case Family::timestamp: return nanos_of(a) <=> nanos_of(b);
    case Family::text: return a.as_text() <=> b.as_text();
    case Family::bytes: return a.as_bytes() <=> b.as_bytes();
    case Family::embedding: return compare_embeddings(a, b);
    case Family::null: break;
  }
  return std::weak_ordering::equivalent;
}

uint64_t stable_hash(std::string_view bytes, uint64_t seed) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  uint64_t hash = seed + kPrime5;
  if (bytes.size() >= 32) {
    uint64_t lanes[4] = {seed + kPrime1 + kPrime2, seed + kPrime2, seed, seed - kPrime1};
    for (; end - at >= 32; at += 32) {
      for (int i = 0; i < 4; ++i) lanes[i] = round_of(lanes[i], read_u64(at + 8 * i));
    }
    hash = rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) + rotate(lanes[3], 18);
    for (const auto lane : lanes) hash = merge_lane(hash, lane);
  }
  hash += bytes.size();
  for (; end - at >= 8; at += 8) hash = rotate(hash ^ round_of(0, read_u64(at)), 27) * kPrime1 + kPrime4;
  if (end - at >= 4) {
    hash = rotate(hash ^ read_u32(at) * kPrime1, 23) * kPrime2 + kPrime3;
    at += 4;
  }
  for (; at < end; ++at) hash = rotate(hash ^ static_cast<uint8_t>(*at) * kPrime5, 11) * kPrime1;
  hash = (hash ^ hash >> 33) * kPrime2;
  hash = (hash ^ hash >> 29) * kPrime3;
  return hash ^ hash >> 32;
}

uint64_t stable_hash(const Value& value) {
  const auto family = family_of(value);
  const auto seed = static_cast<uint64_t>(family);
  Canonical canonical;
  switch (family) {
    case Family::null: break;
    case Family::boolean: canonical.put_byte(value.as_bool() ? 1 : 0); break;
    case Family::number: {
      const auto number = number_of(value);
      if (number.is_double) put_double(canonical, number.real);
      else put_exact(canonical, number.unscaled, number.scale);
      break;
    }
    case Family::date:
    case Family::time: canonical.put_int(value.as_int64()); break;
    case Family::timestamp: canonical.put_int(nanos_of(value)); break;
    case Family::text: return stable_hash(value.as_text(), seed);
    case Family::bytes: return stable_hash(value.as_bytes(), seed);
    case Family::embedding: {
      std::string bytes;
      const auto elements = value.as_embedding();
      for (size_t i = 0; i < elements.size(); ++i) {
        // One pattern for every NaN, one for both zeros, one for no element.
        auto bits = std::bit_cast<uint32_t>(elements[i] == 0 ? 0.0f : elements[i]);
        if (std::isnan(elements[i])) bits = 0x7FC00000;
        if (!value.element_valid(i)) bits = 0xFFFFFFFF;
        bytes.append(reinterpret_cast<const char*>(&bits), sizeof bits);
      }
      return stable_hash(bytes, seed);
    }
  }
  return stable_hash(std::string_view(canonical.bytes, canonical.size), seed);
}

Result<std::string> pk_text(const Value& value) {
  const auto unsupported = [&] {
    return Error{ErrorCode::invalid_operation,
                 "Unsupported primary key type: " + (value.is_null() ? "NULL" : arrow_debug_name_of(value))};
  };
  if (value.is_null()) return unsupported();
  switch (value.kind()) {
    case ScalarKind::float32: return text_of(Value::float32(value.as_float() == 0 ? 0.0f : value.as_float()));
    case ScalarKind::float64: return text_of(Value::float64(value.as_double() == 0 ? 0.0 : value.as_double()));
    case ScalarKind::time64_us:
    case ScalarKind::timestamp_ms:
    case ScalarKind::timestamp_us:
    case ScalarKind::timestamp_ns: return std::to_string(value.as_int64());
    case ScalarKind::fixed_binary:
      if (value.size() == 16) return text_of(value);
      return unsupported();
    case ScalarKind::null:
    case ScalarKind::binary:
    case ScalarKind::large_binary:
    case ScalarKind::embedding: return unsupported();
    default: return text_of(value);
  }
}

bool can_be_primary_key(const DataType& type) {
  switch (type.tag()) {
    case TypeTag::embedding:
    case TypeTag::json:
    case TypeTag::bytes:
    case TypeTag::file: return false;
    default: return true;
  }
}

}  // namespace kalam
