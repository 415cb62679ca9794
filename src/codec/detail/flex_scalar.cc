#include "codec/detail/flex_scalar.h"

#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "base/utf8.h"
#include "types/data_type.h"

namespace kalam::codec::detail {
namespace {

using flexbuffers::Builder;
using flexbuffers::Reference;

Status check_text(std::string_view text, std::string_view what) {
  if (is_utf8(text)) return {};
  return flex_error(std::string(what) + " is not valid UTF-8");
}

void write_text(Builder& builder, std::string_view text) { builder.String(text.data(), text.size()); }

// A packed vector would keep its length in one byte; a blob is the vector of bytes without that bound.
void write_bytes(Builder& builder, std::string_view bytes) { builder.Blob(bytes.data(), bytes.size()); }

void write_elements(Builder& builder, const Value& value) {
  const auto elements = value.as_embedding();
  bool all_valid = true;
  for (size_t i = 0; i < elements.size(); ++i) all_valid = all_valid && value.element_valid(i);
  if (all_valid) return builder.Vector(elements.data(), elements.size());
  const auto start = builder.StartVector();
  for (size_t i = 0; i < elements.size(); ++i) {
    if (value.element_valid(i)) builder.Float(elements[i]);
    else builder.Null();
  }
  builder.EndVector(start, false, false);
}

// A NULL may come without its parameters: those of NULLs of no particular column are 0.
Status check_decimal(bool null, uint8_t precision, int8_t scale) {
  if (null && precision == 0 && scale == 0) return {};
  if (scale < 0) return flex_error("Decimal128 of negative scale");
  TRY(DataType::decimal(precision, static_cast<uint32_t>(scale)));
  return {};
}
Status check_embedding(bool null, int32_t size) {
  if ((null && size == 0) || (size >= 1 && size <= static_cast<int32_t>(kEmbeddingDimensionMax))) return {};
  return flex_error("Embedding without a size between 1 and 8192");
}
// What a writer can get wrong although Value is what it is.
Status check_parts(const Value& value) {
  switch (value.kind()) {
    case ScalarKind::fixed_binary:
      if (value.size() < 0) return flex_error("FixedSizeBinary of negative size");
      return {};
    case ScalarKind::decimal128:
      TRY(check_decimal(value.is_null(), value.precision(), value.scale()));
      if (!value.is_null() && !fits_decimal(value.as_decimal(), value.precision())) {
        return flex_error("Decimal128 value has too many digits");
      }
      return {};
    case ScalarKind::embedding: return check_embedding(value.is_null(), value.size());
    default: return check_text(value.zone(), "timezone");
  }
}

// Kinds whose payload is a map: value and parameters.
void write_parts(Builder& builder, const Value& value) {
  const auto start = builder.StartMap();
  const bool null = value.is_null();
  builder.Key(value.kind() == ScalarKind::embedding ? "values" : "value");
  if (null) builder.Null();
  switch (value.kind()) {
    case ScalarKind::fixed_binary:
      if (!null) write_bytes(builder, value.as_bytes());
      builder.Int("size", value.size());
      break;
    case ScalarKind::decimal128:
      if (!null) builder.String(print_int128(value.as_decimal()));
      builder.UInt("precision", value.precision());
      builder.Int("scale", value.scale());
      break;
    case ScalarKind::embedding:
      if (!null) write_elements(builder, value);
      builder.Int("size", value.size());
      break;
    default:  // a timestamp
      if (!null) builder.Int(value.as_int64());
      builder.Key("timezone");
      if (value.zone().empty()) builder.Null();
      else write_text(builder, value.zone());
  }
  builder.EndMap(start);
}

bool has_parts(ScalarKind kind) {
  return kind == ScalarKind::fixed_binary || kind == ScalarKind::decimal128 || kind == ScalarKind::embedding ||
         (kind >= ScalarKind::timestamp_ms && kind <= ScalarKind::timestamp_ns);
}

template <typename Integer>
Result<Integer> read_integer(FlexMessage& message, Reference from) {
  if constexpr (std::is_signed_v<Integer>) return narrow<Integer>(TRY(flex_signed(message, from)));
  else return narrow<Integer>(TRY(flex_unsigned(message, from)));
}

// A 64-bit integer or a decimal as text: one spelling only, so that equal values are equal bytes.
Result<Int128> read_digits(FlexMessage& message, Reference from) {
  const auto text = TRY(flex_text(message, from));
  const auto value = TRY(parse_int128(text));
  if (text != print_int128(value)) return flex_error("expected a decimal integer, got '" + text + "'");
  return value;
}
template <typename Integer>
Result<Integer> read_quoted(FlexMessage& message, Reference from) {
  const auto wide = TRY(read_digits(message, from));
  if (wide < std::numeric_limits<Integer>::min() || wide > std::numeric_limits<Integer>::max()) {
    return flex_error("integer does not fit");
  }
  return static_cast<Integer>(wide);
}

Result<double> read_float(FlexMessage& message, Reference from) {
  if (!from.IsFloat()) return flex_error("expected a float");
  TRY(message.spend(1));
  return from.AsDouble();
}
Result<float> read_float32(FlexMessage& message, Reference from) {
  const double wide = TRY(read_float(message, from));
  if (std::isfinite(wide) && std::abs(wide) > static_cast<double>(std::numeric_limits<float>::max())) {
    return flex_error("number does not fit Float32");
  }
  return static_cast<float>(wide);
}

// The elements of a packed or of a mixed vector.
template <typename Read>
Status for_elements(FlexMessage& message, Reference from, Read read) {
  const auto each = [&](const auto& vector) -> Status {
    TRY(message.spend(vector.size()));
    for (size_t i = 0; i < vector.size(); ++i) TRY(read(vector[i]));
    return {};
  };
  if (from.IsTypedVector()) return each(from.AsTypedVector());
  if (from.IsUntypedVector()) return each(from.AsVector());
  return flex_error("expected a vector");
}

Result<Value> read_fixed_binary(FlexMessage& message, const flexbuffers::Map& parts) {
  const auto size = TRY(read_integer<int32_t>(message, parts["size"]));
  if (size < 0) return flex_error("FixedSizeBinary of negative size");
  if (parts["value"].IsNull()) return Value::null_fixed_binary(size);
  auto bytes = TRY(flex_blob(message, parts["value"]));
  if (bytes.size() != static_cast<size_t>(size)) return flex_error("FixedSizeBinary value is not of its size");
  return Value::fixed_binary(std::move(bytes));
}

Result<Value> read_timestamp(FlexMessage& message, ScalarKind kind, const flexbuffers::Map& parts) {
  std::string zone;
  if (!parts["timezone"].IsNull()) zone = TRY(flex_text(message, parts["timezone"]));
  if (parts["value"].IsNull()) return Value::null_timestamp(kind, std::move(zone));
  const auto value = TRY(flex_signed(message, parts["value"]));
  return Value::timestamp(kind, value, std::move(zone));
}

Result<Value> read_decimal(FlexMessage& message, const flexbuffers::Map& parts) {
  const auto precision = TRY(read_integer<uint8_t>(message, parts["precision"]));
  const auto scale = TRY(read_integer<int8_t>(message, parts["scale"]));
  const bool null = parts["value"].IsNull();
  TRY(check_decimal(null, precision, scale));
  if (null) return Value::null_decimal(precision, scale);
  const auto unscaled = TRY(read_digits(message, parts["value"]));
  if (!fits_decimal(unscaled, precision)) return flex_error("Decimal128 value has too many digits");
  return Value::decimal(unscaled, precision, scale);
}

Result<Value> read_embedding(FlexMessage& message, const flexbuffers::Map& parts) {
  const auto size = TRY(read_integer<int32_t>(message, parts["size"]));
  const bool null = parts["values"].IsNull();
  TRY(check_embedding(null, size));
  if (null) return Value::null_embedding(size);
  std::vector<float> elements;
  std::string valid;  // one byte an element
  const auto keep = [&](Reference element) -> Status {
    valid.push_back(element.IsNull() ? 0 : 1);
    elements.push_back(element.IsNull() ? 0.0f : TRY(read_float32(message, element)));
    return {};
  };
  TRY(for_elements(message, parts["values"], keep));
  if (elements.size() != static_cast<size_t>(size)) return flex_error("Embedding values are not of its size");
  if (valid.find('\0') == std::string::npos) return Value::embedding(elements);
  return Value::embedding(elements, std::span(reinterpret_cast<const bool*>(valid.data()), valid.size()));
}

Result<Value> read_parts(FlexMessage& message, ScalarKind kind, Reference from) {
  if (!from.IsMap()) return flex_error("expected a map");
  const auto parts = from.AsMap();
  if (kind == ScalarKind::fixed_binary) return read_fixed_binary(message, parts);
  if (kind == ScalarKind::decimal128) return read_decimal(message, parts);
  if (kind == ScalarKind::embedding) return read_embedding(message, parts);
  return read_timestamp(message, kind, parts);
}

Result<Value> read_payload(FlexMessage& message, ScalarKind kind, Reference from) {
  if (has_parts(kind)) return read_parts(message, kind, from);
  if (from.IsNull()) return Value::null(kind);
  switch (kind) {
    case ScalarKind::boolean: return Value::boolean(TRY(flex_bool(message, from)));
    case ScalarKind::float32: return Value::float32(TRY(read_float32(message, from)));
    case ScalarKind::float64: return Value::float64(TRY(read_float(message, from)));
    case ScalarKind::int8: return Value::int8(TRY(read_integer<int8_t>(message, from)));
    case ScalarKind::int16: return Value::int16(TRY(read_integer<int16_t>(message, from)));
    case ScalarKind::int32: return Value::int32(TRY(read_integer<int32_t>(message, from)));
    case ScalarKind::int64: return Value::int64(TRY(read_quoted<int64_t>(message, from)));
    case ScalarKind::uint8: return Value::uint8(TRY(read_integer<uint8_t>(message, from)));
    case ScalarKind::uint16: return Value::uint16(TRY(read_integer<uint16_t>(message, from)));
    case ScalarKind::uint32: return Value::uint32(TRY(read_integer<uint32_t>(message, from)));
    case ScalarKind::uint64: return Value::uint64(TRY(read_quoted<uint64_t>(message, from)));
    case ScalarKind::utf8: return Value::text(TRY(flex_text(message, from)));
    case ScalarKind::large_utf8: return Value::large_text(TRY(flex_text(message, from)));
    case ScalarKind::binary: return Value::binary(TRY(flex_blob(message, from)));
    case ScalarKind::large_binary: return Value::large_binary(TRY(flex_blob(message, from)));
    case ScalarKind::date32: return Value::date(TRY(read_integer<int32_t>(message, from)));
    case ScalarKind::time64_us: return Value::time(TRY(flex_signed(message, from)));
    default: return flex_error("untyped NULL with a payload");
  }
}

}  // namespace

Error flex_error(std::string_view what) { return Error{ErrorCode::corrupt_payload, std::string(what)}; }

Status FlexMessage::spend(size_t values) {
  if (values > allowance_) return flex_error("refers to more values than its bytes can hold");
  allowance_ -= values;
  return {};
}

Result<bool> flex_bool(FlexMessage& message, Reference from) {
  if (!from.IsBool()) return flex_error("expected a boolean");
  TRY(message.spend(1));
  return from.AsBool();
}

Result<int64_t> flex_signed(FlexMessage& message, Reference from) {
  TRY(message.spend(1));
  if (from.IsInt()) return from.AsInt64();
  if (!from.IsUInt()) return flex_error("expected an integer");
  return narrow<int64_t>(from.AsUInt64());
}

Result<uint64_t> flex_unsigned(FlexMessage& message, Reference from) {
  TRY(message.spend(1));
  if (from.IsUInt()) return from.AsUInt64();
  if (!from.IsInt()) return flex_error("expected an integer");
  return narrow<uint64_t>(from.AsInt64());
}

Result<std::string> flex_text(FlexMessage& message, Reference from) {
  if (!from.IsString()) return flex_error("expected a text");
  const auto text = from.AsString();
  TRY(message.spend(text.size()));
  std::string copy(text.c_str(), text.size());
  TRY(check_text(copy, "text"));
  return copy;
}

Result<std::string> flex_blob(FlexMessage& message, Reference from) {
  if (!from.IsBlob()) return flex_error("expected bytes");
  const auto blob = from.AsBlob();
  TRY(message.spend(blob.size()));
  return std::string(reinterpret_cast<const char*>(blob.data()), blob.size());
}

Result<FlexTagged> flex_tagged(Reference from) {
  if (!from.IsMap()) return flex_error("expected a map of one key");
  const auto map = from.AsMap();
  const auto keys = map.Keys();
  if (map.size() != 1 || keys.size() != 1) return flex_error("expected a map of one key");
  return FlexTagged{keys[0].AsKey(), map.Values()[0]};
}

Status write_scalar(Builder& builder, const Value& value) {
  const auto kind = value.kind();
  if (kind == ScalarKind::null) {
    builder.String("Null");
    return {};
  }
  const auto start = builder.StartMap();
  builder.Key(name_of(kind).data());
  if (has_parts(kind)) {
    TRY(check_parts(value));
    write_parts(builder, value);
  } else if (value.is_null()) {
    builder.Null();
  } else {
    switch (kind) {
      case ScalarKind::boolean: builder.Bool(value.as_bool()); break;
      case ScalarKind::float32: builder.Float(value.as_float()); break;
      case ScalarKind::float64: builder.Double(value.as_double()); break;
      case ScalarKind::int64: builder.String(std::to_string(value.as_int64())); break;
      case ScalarKind::uint64: builder.String(std::to_string(value.as_uint64())); break;
      case ScalarKind::uint8:
      case ScalarKind::uint16:
      case ScalarKind::uint32: builder.UInt(value.as_uint64()); break;
      case ScalarKind::utf8:
      case ScalarKind::large_utf8:
        TRY(check_text(value.as_text(), "text"));
        write_text(builder, value.as_text());
        break;
      case ScalarKind::binary:
      case ScalarKind::large_binary: write_bytes(builder, value.as_bytes()); break;
      default: builder.Int(value.as_int64());  // narrow integers, dates, times
    }
  }
  builder.EndMap(start);
  return {};
}

Result<Value> read_scalar(FlexMessage& message, Reference from) {
  TRY(message.spend(1));
  if (from.IsString()) {
    const auto word = from.AsString();
    if (std::string_view(word.c_str(), word.size()) != "Null") return flex_error("unknown scalar");
    return Value();
  }
  const auto tagged = TRY(flex_tagged(from));
  const auto kind = parse_scalar_kind(tagged.tag);
  if (!kind || *kind == ScalarKind::null) {
    return Error{ErrorCode::unknown_scalar_tag, "unknown scalar tag '" + std::string(tagged.tag) + "'"};
  }
  auto value = read_payload(message, *kind, tagged.body);
  if (!value.ok()) return std::move(value).error().within(std::string(tagged.tag) + ": ");
  return value;
}

}  // namespace kalam::codec::detail
