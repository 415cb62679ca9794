#include "types/value.h"

#include <cmath>
#include <cstring>
#include <unordered_map>

#include "types/json_value.h"

namespace kalam {
namespace {

template <typename Float>
bool same_float(Float a, Float b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

bool same_embedding(const Value& a, const Value& b) {
  const auto left = a.as_embedding();
  const auto right = b.as_embedding();
  for (size_t i = 0; i < left.size(); ++i) {
    if (a.element_valid(i) != b.element_valid(i)) return false;
    if (a.element_valid(i) && !same_float(left[i], right[i])) return false;
  }
  return true;
}

}  // namespace

Value Value::fixed_binary(std::string bytes) {
  Value made(ScalarKind::fixed_binary, int64_t{0});
  made.size_ = static_cast<int32_t>(bytes.size());
  if (bytes.size() == sizeof made.words_) std::memcpy(made.words_, bytes.data(), sizeof made.words_);
  else made.bytes_ = std::move(bytes);
  return made;
}

Value Value::uuid(std::array<uint8_t, 16> bytes) {
  Value made(ScalarKind::fixed_binary, int64_t{0});
  made.size_ = 16;
  std::memcpy(made.words_, bytes.data(), bytes.size());
  return made;
}

Value Value::decimal(Int128 unscaled, uint8_t precision, int8_t scale) {
  assert(precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision);
  Value made(ScalarKind::decimal128, static_cast<int64_t>(unscaled));
  made.words_[1] = static_cast<uint64_t>(static_cast<unsigned __int128>(unscaled) >> 64);
  made.precision_ = precision;
  made.scale_ = scale;
  return made;
}

Value Value::embedding(std::span<const float> elements) {
  Value made(ScalarKind::embedding, std::string(reinterpret_cast<const char*>(elements.data()), elements.size_bytes()));
  made.size_ = static_cast<int32_t>(elements.size());
  return made;
}

Value Value::embedding(std::span<const float> elements, std::span<const bool> valid) {
  assert(elements.size() == valid.size());
  std::string bytes(elements.size_bytes() + elements.size(), '\0');
  for (size_t i = 0; i < elements.size(); ++i) {
    if (!valid[i]) continue;
    std::memcpy(bytes.data() + i * sizeof(float), &elements[i], sizeof(float));
    bytes[elements.size_bytes() + i] = 1;
  }
  Value made(ScalarKind::embedding, std::move(bytes));
  made.size_ = static_cast<int32_t>(elements.size());
  made.validity_ = true;
  return made;
}

Value Value::null(ScalarKind kind) {
  Value made;
  made.kind_ = kind;
  return made;
}

Value Value::null_fixed_binary(int32_t size) {
  Value made = null(ScalarKind::fixed_binary);
  made.size_ = size;
  return made;
}

Value Value::null_timestamp(ScalarKind kind, std::string zone) {
  Value made = null(kind);
  made.bytes_ = std::move(zone);
  return made;
}

Value Value::null_decimal(uint8_t precision, int8_t scale) {
  Value made = null(ScalarKind::decimal128);
  made.precision_ = precision;
  made.scale_ = scale;
  return made;
}

Value Value::null_embedding(int32_t size) {
  Value made = null(ScalarKind::embedding);
  made.size_ = size;
  return made;
}

bool Value::operator==(const Value& other) const {
  if (kind_ != other.kind_ || null_ != other.null_ || size_ != other.size_ || precision_ != other.precision_ ||
      scale_ != other.scale_) {
    return false;
  }
  if (null_) return bytes_ == other.bytes_;  // the zone is part of the type
  switch (kind_) {
    case ScalarKind::float32: return same_float(as_float(), other.as_float());
    case ScalarKind::float64: return same_float(as_double(), other.as_double());
    case ScalarKind::embedding: return same_embedding(*this, other);
    default: return words_[0] == other.words_[0] && words_[1] == other.words_[1] && bytes_ == other.bytes_;
  }
}

std::ostream& operator<<(std::ostream& out, const Value& value) { return out << tagged_json(value); }

std::string_view name_of(ScalarKind kind) {
  switch (kind) {
    case ScalarKind::null: return "Null";
    case ScalarKind::boolean: return "Boolean";
    case ScalarKind::float32: return "Float32";
    case ScalarKind::float64: return "Float64";
    case ScalarKind::int8: return "Int8";
    case ScalarKind::int16: return "Int16";
    case ScalarKind::int32: return "Int32";
    case ScalarKind::int64: return "Int64";
    case ScalarKind::uint8: return "UInt8";
    case ScalarKind::uint16: return "UInt16";
    case ScalarKind::uint32: return "UInt32";
    case ScalarKind::uint64: return "UInt64";
    case ScalarKind::utf8: return "Utf8";
    case ScalarKind::large_utf8: return "LargeUtf8";
    case ScalarKind::binary: return "Binary";
    case ScalarKind::large_binary: return "LargeBinary";
    case ScalarKind::fixed_binary: return "FixedSizeBinary";
    case ScalarKind::date32: return "Date32";
    case ScalarKind::time64_us: return "Time64Microsecond";
    case ScalarKind::timestamp_ms: return "TimestampMillisecond";
    case ScalarKind::timestamp_us: return "TimestampMicrosecond";
    case ScalarKind::timestamp_ns: return "TimestampNanosecond";
    case ScalarKind::decimal128: return "Decimal128";
    case ScalarKind::embedding: return "Embedding";
  }
  return "Unknown";
}

std::optional<ScalarKind> parse_scalar_kind(std::string_view name) {
  static const auto kKinds = [] {
    std::unordered_map<std::string_view, ScalarKind> kinds;
    for (int i = 0; i <= static_cast<int>(ScalarKind::embedding); ++i) {
      kinds.emplace(name_of(static_cast<ScalarKind>(i)), static_cast<ScalarKind>(i));
    }
    return kinds;
  }();
  const auto found = kKinds.find(name);
  if (found == kKinds.end()) return std::nullopt;
  return found->second;
}

size_t estimated_size(const Value& value) {
  switch (value.kind()) {
    case ScalarKind::null: return 1;
    case ScalarKind::date32: return 4;
    case ScalarKind::decimal128: return 16;
    case ScalarKind::utf8:
    case ScalarKind::large_utf8: return 24 + (value.is_null() ? 0 : value.as_text().size());
    case ScalarKind::binary:
    case ScalarKind::large_binary:
    case ScalarKind::fixed_binary: return 24 + (value.is_null() ? 0 : value.as_bytes().size());
    case ScalarKind::embedding: return 88;
    default: return 8;
  }
}

}  // namespace kalam
