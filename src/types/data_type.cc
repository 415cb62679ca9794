#include "types/data_type.h"

#include <algorithm>
#include <array>
#include <optional>

#include "types/json_reader.h"
#include "types/json_text.h"

namespace kalam {
namespace {

struct TypeWords {
  std::string_view sql;
  std::string_view variant;
  std::string_view arrow;        // as information_schema shows it
  std::string_view arrow_debug;  // as messages and system.datatypes show it
};

// By tag; the parameters of embedding and decimal are added where they are printed.
constexpr std::array<TypeWords, 18> kWords = {{
    {},
    {"BOOLEAN", "Boolean", "Boolean", "Boolean"},
    {"INT", "Int", "Int32", "Int32"},
    {"BIGINT", "BigInt", "Int64", "Int64"},
    {"DOUBLE", "Double", "Float64", "Float64"},
    {"FLOAT", "Float", "Float32", "Float32"},
    {"TEXT", "Text", "Utf8", "Utf8"},
    {"TIMESTAMP", "Timestamp", "Timestamp(µs)", "Timestamp(Microsecond, None)"},
    {"DATE", "Date", "Date32", "Date32"},
    {"DATETIME", "DateTime", "Timestamp(µs, \"UTC\")", "Timestamp(Microsecond, Some(\"UTC\"))"},
    {"TIME", "Time", "Time64(µs)", "Time64(Microsecond)"},
    {"JSON", "Json", "Utf8", "Utf8"},
    {"BYTES", "Bytes", "Binary", "Binary"},
    {"EMBEDDING", "Embedding", "FixedSizeList", "FixedSizeList"},
    {"UUID", "Uuid", "FixedSizeBinary(16)", "FixedSizeBinary(16)"},
    {"DECIMAL", "Decimal", "Decimal128", "Decimal128"},
    {"SMALLINT", "SmallInt", "Int16", "Int16"},
    {"FILE", "File", "Utf8", "Utf8"},
}};

const TypeWords& words_of(TypeTag tag) { return kWords[static_cast<size_t>(tag)]; }

Error invalid(std::string message) { return Error{ErrorCode::invalid_input, std::move(message)}; }

bool takes_parameters(TypeTag tag) { return tag == TypeTag::embedding || tag == TypeTag::decimal; }

Result<DataType> embedding_from_json(JsonReader& json) {
  return DataType::embedding(static_cast<uint32_t>(std::min<uint64_t>(TRY(json.unsigned_integer()), UINT32_MAX)));
}

Result<DataType> decimal_from_json(JsonReader& json) {
  std::optional<uint64_t> precision;
  std::optional<uint64_t> scale;
  UniqueKeys keys;
  TRY(json.begin_object());
  while (const auto key = TRY(keys.next(json))) {
    if (*key == "precision") precision = TRY(json.unsigned_integer());
    else if (*key == "scale") scale = TRY(json.unsigned_integer());
    else return json.error("unknown key '" + *key + "'");
  }
  if (!precision || !scale) return invalid("DECIMAL type requires precision and scale parameters");
  const auto clamped = [](uint64_t value) { return static_cast<uint32_t>(std::min<uint64_t>(value, UINT32_MAX)); };
  return DataType::decimal(clamped(*precision), clamped(*scale));
}

}  // namespace

Result<DataType> DataType::embedding(uint32_t dimension) {
  if (dimension < 1 || dimension > kEmbeddingDimensionMax) {
    return invalid("EMBEDDING dimension must be between 1 and 8192, got " + std::to_string(dimension));
  }
  DataType type(TypeTag::embedding);
  type.dimension_ = dimension;
  return type;
}

Result<DataType> DataType::decimal(uint32_t precision, uint32_t scale) {
  if (precision < 1 || precision > kDecimalPrecisionMax) {
    return invalid("DECIMAL precision must be between 1 and 38, got " + std::to_string(precision));
  }
  if (scale > precision) {
    return invalid("DECIMAL scale (" + std::to_string(scale) + ") cannot exceed precision (" +
                   std::to_string(precision) + ")");
  }
  DataType type(TypeTag::decimal);
  type.precision_ = static_cast<uint8_t>(precision);
  type.scale_ = static_cast<uint8_t>(scale);
  return type;
}

std::string DataType::sql_name() const {
  std::string name(words_of(tag_).sql);
  if (tag_ == TypeTag::embedding) name += "(" + std::to_string(dimension_) + ")";
  if (tag_ == TypeTag::decimal) name += "(" + std::to_string(precision_) + ", " + std::to_string(scale_) + ")";
  return name;
}

std::string_view DataType::variant_name() const { return words_of(tag_).variant; }

std::string DataType::json() const {
  std::string out;
  JsonText json(out);
  if (tag_ == TypeTag::embedding) {
    json.begin_object().key("Embedding").number(dimension_).end_object();
  } else if (tag_ == TypeTag::decimal) {
    json.begin_object().key("Decimal").begin_object();
    json.key("precision").number(precision_).key("scale").number(scale_).end_object().end_object();
  } else {
    json.string(variant_name());
  }
  return out;
}

std::string DataType::arrow_name() const {
  std::string name(words_of(tag_).arrow);
  if (tag_ == TypeTag::embedding) name += "(" + std::to_string(dimension_) + " x non-null Float32)";
  if (tag_ == TypeTag::decimal) name += "(" + std::to_string(precision_) + ", " + std::to_string(scale_) + ")";
  return name;
}

std::string DataType::arrow_debug_name() const {
  if (takes_parameters(tag_)) return arrow_name();
  return std::string(words_of(tag_).arrow_debug);
}

Result<DataType> DataType::from_json(std::string_view text) {
  JsonReader json(text);
  DataType type;
  if (TRY(json.peek()) == JsonReader::Kind::string) {
    const auto name = TRY(json.string());
    const auto found = std::find_if(kWords.begin() + 1, kWords.end(), [&](const auto& w) { return w.variant == name; });
    if (found == kWords.end()) return invalid("Unknown data type '" + name + "'");
    type = DataType(static_cast<TypeTag>(found - kWords.begin()));
    if (type.tag_ == TypeTag::embedding) return invalid("EMBEDDING type requires dimension parameter");
    if (type.tag_ == TypeTag::decimal) return invalid("DECIMAL type requires precision and scale parameters");
  } else {
    UniqueKeys keys;
    TRY(json.begin_object());
    const auto key = TRY(keys.next(json));
    if (key == "Embedding") type = TRY(embedding_from_json(json));
    else if (key == "Decimal") type = TRY(decimal_from_json(json));
    else return invalid("Unknown data type '" + key.value_or("") + "'");
    if (TRY(keys.next(json))) return json.error("expected one key");
  }
  TRY(json.end());
  return type;
}

void DataType::encode(std::string& out) const {
  out.push_back(static_cast<char>(tag_));
  if (tag_ == TypeTag::embedding) {
    for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(dimension_ >> shift));
  } else if (tag_ == TypeTag::decimal) {
    out.push_back(static_cast<char>(precision_));
    out.push_back(static_cast<char>(scale_));
  }
}

Result<DataType> DataType::decode(std::string_view bytes) {
  if (bytes.empty()) return invalid("unexpected end of data type");
  const auto byte = [&](size_t index) { return static_cast<uint8_t>(bytes[index]); };
  const auto tag = byte(0);
  if (tag == 0 || tag >= kWords.size()) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    return invalid(std::string("Unknown type tag: 0x") + kHex[tag >> 4] + kHex[tag & 15]);
  }
  DataType type(static_cast<TypeTag>(tag));
  size_t length = 1;
  if (type.tag_ == TypeTag::embedding) {
    length = 5;
    if (bytes.size() == 1) return invalid("EMBEDDING type requires dimension parameter");
    if (bytes.size() < length) return invalid("unexpected end of data type");
    uint32_t dimension = 0;
    for (size_t i = 4; i > 0; --i) dimension = dimension << 8 | byte(i);
    type = TRY(embedding(dimension));
  } else if (type.tag_ == TypeTag::decimal) {
    length = 3;
    if (bytes.size() == 1) return invalid("DECIMAL type requires precision and scale parameters");
    if (bytes.size() < length) return invalid("unexpected end of data type");
    type = TRY(decimal(byte(1), byte(2)));
  }
  if (bytes.size() > length) return invalid("unexpected bytes behind a data type");
  return type;
}

}  // namespace kalam
