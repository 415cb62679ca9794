#include "types/arrow_type.h"

#include <charconv>
#include <optional>

#include "types/json_text.h"

namespace kalam {
namespace {

struct Name {
  std::string_view base;       // "Timestamp"
  std::string_view arguments;  // "µs, \"UTC\""
};

Name split(std::string_view name) {
  const auto open = name.find('(');
  if (open == std::string_view::npos || !name.ends_with(")") || name.ends_with("()")) return {name, {}};
  return {name.substr(0, open), name.substr(open + 1, name.size() - open - 2)};
}

// The number at the start of `text`, which is then cut off; nothing when there is none.
std::optional<int64_t> take_number(std::string_view& text) {
  int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

Error unsupported(std::string_view name) {
  return Error{ErrorCode::not_supported, "Unsupported Arrow type: " + std::string(name)};
}

Result<DataType> timestamp_of(std::string_view name, std::string_view arguments) {
  const auto comma = arguments.find(", ");
  const auto unit = arguments.substr(0, comma);
  const auto zone = comma == std::string_view::npos ? "None" : arguments.substr(comma + 2);
  const bool fine = unit == "ms" || unit == "µs" || unit == "ns" || unit == "Millisecond" || unit == "Microsecond" ||
                    unit == "Nanosecond";
  if (!fine) return unsupported(name);
  return DataType(zone == "None" ? TypeTag::timestamp : TypeTag::datetime);
}

Result<DataType> decimal_of(std::string_view name, std::string_view arguments) {
  const auto precision = take_number(arguments);
  if (!precision || !arguments.starts_with(", ")) return unsupported(name);
  arguments.remove_prefix(2);
  const auto scale = take_number(arguments);
  if (!scale || *scale < 0 || !arguments.empty()) return unsupported(name);
  if (*precision < 1 || *precision > kDecimalPrecisionMax) {
    return Error{ErrorCode::invalid_input, "Decimal precision " + std::to_string(*precision) + " out of range (1-38)"};
  }
  return DataType::decimal(static_cast<uint32_t>(*precision), static_cast<uint32_t>(*scale));
}

// "3 x non-null Float32", "3 x Float32" and "Float32, 3".
Result<DataType> embedding_of(std::string_view name, std::string_view arguments) {
  std::optional<int64_t> dimension;
  if (arguments.starts_with("Float32, ")) {
    arguments.remove_prefix(9);
    dimension = take_number(arguments);
    if (!arguments.empty()) return unsupported(name);
  } else {
    dimension = take_number(arguments);
    if (arguments != " x non-null Float32" && arguments != " x Float32") return unsupported(name);
  }
  if (!dimension || *dimension < 0 || *dimension > UINT32_MAX) return unsupported(name);
  return DataType::embedding(static_cast<uint32_t>(*dimension));
}

}  // namespace

Result<DataType> DataType::from_arrow_name(std::string_view name) {
  const auto [base, arguments] = split(name);
  if (arguments.empty()) {
    if (base == "Boolean") return TypeTag::boolean;
    if (base == "Int16") return TypeTag::smallint;
    if (base == "Int32") return TypeTag::integer;
    if (base == "Int64") return TypeTag::bigint;
    if (base == "Float32") return TypeTag::float_;
    if (base == "Float64") return TypeTag::double_;
    if (base == "Utf8" || base == "LargeUtf8") return TypeTag::text;
    if (base == "Binary" || base == "LargeBinary") return TypeTag::bytes;
    if (base == "Date32" || base == "Date64") return TypeTag::date;
    return unsupported(name);
  }
  if (base == "Timestamp") return timestamp_of(name, arguments);
  if (base == "Decimal128") return decimal_of(name, arguments);
  if (base == "FixedSizeList") return embedding_of(name, arguments);
  if (base == "FixedSizeBinary") {
    auto rest = arguments;
    const auto size = take_number(rest);
    if (!size || !rest.empty()) return unsupported(name);
    return DataType(*size == 16 ? TypeTag::uuid : TypeTag::bytes);
  }
  const bool time32 = base == "Time32" &&
                      (arguments == "s" || arguments == "ms" || arguments == "Second" || arguments == "Millisecond");
  const bool time64 = base == "Time64" && (arguments == "µs" || arguments == "ns" || arguments == "Microsecond" ||
                                           arguments == "Nanosecond");
  if (time32 || time64) return TypeTag::time;
  return unsupported(name);
}

std::string ColumnFlags::json() const {
  std::string out;
  JsonText json(out);
  json.begin_array();
  if (primary_key) json.string("pk");
  if (not_null) json.string("nn");
  if (primary_key) json.string("uq");
  json.end_array();
  return out;
}

ArrowMetadata arrow_metadata(const DataType& type, ColumnFlags flags) {
  ArrowMetadata metadata;
  metadata.emplace(kArrowTypeKey, type.json());
  if (!flags.empty()) metadata.emplace(kArrowFlagsKey, flags.json());
  return metadata;
}

DataType from_arrow_field(std::string_view arrow_name, const ArrowMetadata& metadata) {
  if (const auto found = metadata.find(kArrowTypeKey); found != metadata.end()) {
    if (auto type = DataType::from_json(found->second); type.ok()) return *type;
  }
  return DataType::from_arrow_name(arrow_name).value_or(DataType(TypeTag::text));
}

std::span<const ArrowTypeHint> arrow_type_hints() {
  static constexpr ArrowTypeHint kHints[] = {
      {"Boolean", "Boolean", "BOOLEAN", "True or false"},
      {"Int8", "SmallInt", "TINYINT", "Signed integer of 8 bits"},
      {"Int16", "SmallInt", "SMALLINT", "Signed integer of 16 bits"},
      {"Int32", "Int", "INT", "Signed integer of 32 bits"},
      {"Int64", "BigInt", "BIGINT", "Signed integer of 64 bits"},
      {"UInt8", "Int", "TINYINT UNSIGNED", "Unsigned integer of 8 bits"},
      {"UInt16", "Int", "SMALLINT UNSIGNED", "Unsigned integer of 16 bits"},
      {"UInt32", "BigInt", "INT UNSIGNED", "Unsigned integer of 32 bits"},
      {"UInt64", "BigInt", "BIGINT UNSIGNED", "Unsigned integer of 64 bits"},
      {"Float32", "Float", "FLOAT", "Floating point number of 32 bits"},
      {"Float64", "Double", "DOUBLE", "Floating point number of 64 bits"},
      {"Utf8", "Text", "TEXT", "Text in UTF-8"},
      {"LargeUtf8", "Text", "TEXT", "Text in UTF-8, above 2 GiB"},
      {"Binary", "Bytes", "BYTES", "Bytes"},
      {"LargeBinary", "Bytes", "BYTES", "Bytes, above 2 GiB"},
      {"Timestamp(Microsecond, None)", "Timestamp", "TIMESTAMP", "Moment in microseconds, without zone"},
      {"Timestamp(Millisecond, None)", "Timestamp", "TIMESTAMP", "Moment in milliseconds, without zone"},
      {"Timestamp(Nanosecond, None)", "Timestamp", "TIMESTAMP", "Moment in nanoseconds, without zone"},
      {"Timestamp(Second, None)", "Timestamp", "TIMESTAMP", "Moment in seconds, without zone"},
      {"Timestamp(Microsecond, Some(\"UTC\"))", "DateTime", "DATETIME", "Moment in microseconds, UTC"},
      {"Timestamp(Millisecond, Some(\"UTC\"))", "DateTime", "DATETIME", "Moment in milliseconds, UTC"},
      {"Date32", "Date", "DATE", "Days since 1970-01-01"},
      {"Date64", "Date", "DATE", "Milliseconds since 1970-01-01"},
      {"Time64(Microsecond)", "Time", "TIME", "Microseconds since midnight"},
      {"Time32(Second)", "Time", "TIME", "Seconds since midnight"},
      {"Time32(Millisecond)", "Time", "TIME", "Milliseconds since midnight"},
      {"FixedSizeBinary(16)", "Uuid", "UUID", "UUID, 16 bytes"},
      {"Decimal128", "Decimal", "DECIMAL", "Exact number of up to 38 digits"},
      {"FixedSizeList", "Embedding", "EMBEDDING", "Vector of 32-bit floats"},
      {"Utf8", "Json", "JSON", "JSON text"},
      {"Utf8", "File", "FILE", "Reference to an uploaded file, as JSON text"},
  };
  return kHints;
}

}  // namespace kalam
