// DataType: the logical type of a column: one of seventeen, some with parameters.

#pragma once
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam {

// Wire tags: append-only, never reused, never renumbered. Next free: 0x12.
enum class TypeTag : uint8_t {
  boolean = 0x01,
  integer = 0x02,  // INT, 32 bits
  bigint = 0x03,
  double_ = 0x04,
  float_ = 0x05,
  text = 0x06,
  timestamp = 0x07,
  date = 0x08,
  datetime = 0x09,
  time = 0x0A,
  json = 0x0B,
  bytes = 0x0C,
  embedding = 0x0D,
  uuid = 0x0E,
  decimal = 0x0F,
  smallint = 0x10,
  file = 0x11,
};

inline constexpr uint32_t kEmbeddingDimensionMax = 8192;
inline constexpr uint8_t kDecimalPrecisionMax = 38;

// A value type. The factories with parameters check them; a DataType in hand is always valid.
class DataType {
 public:
  DataType() = default;  // TEXT
  // A type without parameters; must not be embedding or decimal.
  constexpr DataType(TypeTag tag) : tag_(tag) {}
  static Result<DataType> embedding(uint32_t dimension);
  static Result<DataType> decimal(uint32_t precision, uint32_t scale);

  TypeTag tag() const { return tag_; }
  uint32_t dimension() const { return dimension_; }  // embedding only, else 0
  uint8_t precision() const { return precision_; }   // decimal only, else 0
  uint8_t scale() const { return scale_; }

  std::string sql_name() const;           // "DECIMAL(10, 2)"
  std::string_view variant_name() const;  // "BigInt", "Embedding", …: the name in JSON
  std::string json() const;               // "\"BigInt\"", {"Embedding":384}, {"Decimal":{"precision":10,"scale":2}}
  std::string arrow_name() const;         // "Int64", "Timestamp(µs, \"UTC\")", "FixedSizeList(3 x non-null Float32)"
  std::string arrow_debug_name() const;   // the same in messages: "Timestamp(Microsecond, Some(\"UTC\"))"
  static Result<DataType> from_json(std::string_view json);
  // Of an Arrow type by name, either spelling; metadata first (see from_arrow_field).
  static Result<DataType> from_arrow_name(std::string_view name);
  static Result<DataType> from_sql(std::string_view sql);  // every spelling and alias of the SQL dialect

  void encode(std::string& out) const;                     // tag, then parameters
  static Result<DataType> decode(std::string_view bytes);  // exactly one type, nothing behind it

  bool operator==(const DataType&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const DataType& type) { return out << type.sql_name(); }

 private:
  TypeTag tag_ = TypeTag::text;
  uint8_t precision_ = 0;
  uint8_t scale_ = 0;
  uint32_t dimension_ = 0;
};

}  // namespace kalam
