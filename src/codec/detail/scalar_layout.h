// How each kind of scalar lies in a ScalarValuePayload table: which field at which place. One vtable per layout.

#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <utility>

#include "types/value.h"

namespace kalam::codec::detail {

// Field ids of ScalarValuePayload, schema/row.fbs.
enum ScalarField : uint16_t {
  kTag = 0,
  kIsNull = 1,
  kBoolValue = 2,
  kI8Value = 3,
  kI16Value = 4,
  kI32Value = 5,
  kI64Value = 6,
  kU8Value = 7,
  kU16Value = 8,
  kU32Value = 9,
  kU64Value = 10,
  kF32Value = 11,
  kF64Value = 12,
  kTextValue = 13,
  kBytesValue = 14,
  kFixedSize = 15,
  kTimezone = 16,
  kDecimalPrecision = 17,
  kDecimalScale = 18,
  kEmbeddingSize = 19,
  kEmbeddingValues = 20,
  kEmbeddingValid = 21,
};

struct ScalarLayout {
  std::array<uint16_t, 24> vtable{};  // its size, the table's size, the place of each field; places follow the soffset
  uint16_t vtable_bytes = 0;
  uint16_t table_bytes = 0;
  bool wide = false;  // an 8-byte value at place 4: the table lies at 4 modulo 8
};

constexpr ScalarLayout scalar_layout(uint16_t table_bytes,
                                     std::initializer_list<std::pair<ScalarField, uint16_t>> fields,
                                     bool wide = false) {
  ScalarLayout layout;
  uint16_t last = 0;
  for (const auto& [field, place] : fields) {
    layout.vtable[2 + field] = place;
    if (field > last) last = field;
  }
  layout.vtable_bytes = static_cast<uint16_t>(2 * (2 + last + 1));
  layout.table_bytes = table_bytes;
  layout.vtable[0] = layout.vtable_bytes;
  layout.vtable[1] = table_bytes;
  layout.wide = wide;
  return layout;
}

enum ScalarShape : uint8_t {
  kShapeNull,
  kShapeBool,
  kShapeI8,
  kShapeI16,
  kShapeI32,
  kShapeI64,
  kShapeU8,
  kShapeU16,
  kShapeU32,
  kShapeU64,
  kShapeF32,
  kShapeF64,
  kShapeText,
  kShapeBytes,
  kShapeFixed,
  kShapeZoned,
  kShapeDecimal,
  kShapeEmbedding,
  kShapeEmbeddingValid,
  kShapeNullFixed,
  kShapeNullZoned,
  kShapeNullDecimal,
  kShapeNullEmbedding,
  kShapes,
};

// In the order of ScalarShape.
inline constexpr std::array<ScalarLayout, kShapes> kScalarLayouts = {
    scalar_layout(7, {{kTag, 4}, {kIsNull, 6}}),
    scalar_layout(7, {{kTag, 4}, {kBoolValue, 6}}),
    scalar_layout(7, {{kTag, 4}, {kI8Value, 6}}),
    scalar_layout(8, {{kTag, 4}, {kI16Value, 6}}),
    scalar_layout(10, {{kI32Value, 4}, {kTag, 8}}),
    scalar_layout(14, {{kI64Value, 4}, {kTag, 12}}, true),
    scalar_layout(7, {{kTag, 4}, {kU8Value, 6}}),
    scalar_layout(8, {{kTag, 4}, {kU16Value, 6}}),
    scalar_layout(10, {{kU32Value, 4}, {kTag, 8}}),
    scalar_layout(14, {{kU64Value, 4}, {kTag, 12}}, true),
    scalar_layout(10, {{kF32Value, 4}, {kTag, 8}}),
    scalar_layout(14, {{kF64Value, 4}, {kTag, 12}}, true),
    scalar_layout(10, {{kTextValue, 4}, {kTag, 8}}),
    scalar_layout(10, {{kBytesValue, 4}, {kTag, 8}}),
    scalar_layout(14, {{kFixedSize, 4}, {kBytesValue, 8}, {kTag, 12}}),
    scalar_layout(18, {{kI64Value, 4}, {kTimezone, 12}, {kTag, 16}}, true),
    scalar_layout(12, {{kBytesValue, 4}, {kTag, 8}, {kDecimalPrecision, 10}, {kDecimalScale, 11}}),
    scalar_layout(14, {{kEmbeddingSize, 4}, {kEmbeddingValues, 8}, {kTag, 12}}),
    scalar_layout(18, {{kEmbeddingSize, 4}, {kEmbeddingValues, 8}, {kEmbeddingValid, 12}, {kTag, 16}}),
    scalar_layout(11, {{kFixedSize, 4}, {kTag, 8}, {kIsNull, 10}}),
    scalar_layout(11, {{kTimezone, 4}, {kTag, 8}, {kIsNull, 10}}),
    scalar_layout(9, {{kTag, 4}, {kIsNull, 6}, {kDecimalPrecision, 7}, {kDecimalScale, 8}}),
    scalar_layout(11, {{kEmbeddingSize, 4}, {kTag, 8}, {kIsNull, 10}}),
};

// The shape in which we write most scalars of a kind. Those with an own one besides: timestamps with a zone, embeddings
// with declared elements.
constexpr ScalarShape usual_shape(ScalarKind kind, bool null) {
  constexpr ScalarShape kPresent[] = {kShapeNull, kShapeBool, kShapeF32,   kShapeF64,   kShapeI8,      kShapeI16,
                                      kShapeI32,  kShapeI64,  kShapeU8,    kShapeU16,   kShapeU32,     kShapeU64,
                                      kShapeText, kShapeText, kShapeBytes, kShapeBytes, kShapeFixed,   kShapeI32,
                                      kShapeI64,  kShapeI64,  kShapeI64,   kShapeI64,   kShapeDecimal, kShapeEmbedding};
  if (!null) return kPresent[static_cast<size_t>(kind)];
  switch (kind) {
    case ScalarKind::fixed_binary: return kShapeNullFixed;
    case ScalarKind::decimal128: return kShapeNullDecimal;
    case ScalarKind::embedding: return kShapeNullEmbedding;
    default: return kShapeNull;
  }
}

}  // namespace kalam::codec::detail
