// Reads a row payload that lies in a known frame: the places are known, so what is left to check is what the numbers
// and the tail may not be. Accepts nothing that RowReader refuses, and reads it the same.

#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/detail/flat_reader.h"
#include "codec/detail/row_frame.h"
#include "codec/detail/row_root.h"
#include "codec/detail/text_bytes.h"
#include "types/data_type.h"

namespace kalam::codec::detail {

class FramedRow {
 public:
  // `frame` begins `payload`.
  FramedRow(const RowFrame& frame, std::string_view payload) : frame_(&frame), buffer_(payload) {}

  uint32_t size() const { return static_cast<uint32_t>(frame_->cells().size()); }
  uint32_t table_schema_version() const { return buffer_.load<uint32_t>(RowFrame::kTableVersion); }
  // Zeros in rows that have no header.
  RowHeader header() const {
    return {RowSeq(buffer_.load<int64_t>(RowFrame::kSeq)), CommitSeq(buffer_.load<uint64_t>(RowFrame::kCommitSeq)),
            buffer_.load<uint8_t>(RowFrame::kDeleted) != 0};
  }
  // Empty: not sound.
  std::optional<std::string_view> user() {
    if (!root_of(frame_->shape().kind()).has_user()) return std::string_view();
    return text(RowFrame::kUser);
  }

  // Hands `take` one function after the other, each making the next value. False: one of them breaks a rule, or is of a
  // kind that only RowReader reads: embeddings, where the time goes into their elements.
  template <typename Take>
  bool read(Take take) {
    const auto& cells = frame_->cells();
    const auto* end = cells.data() + cells.size();
    for (const auto* cell = cells.data(); cell != end; ++cell) {
      if (!read(*cell, take)) return false;
    }
    return true;
  }

  // One value, below size(). False as above.
  bool read(uint32_t index, Value& into) {
    auto take = [&into](auto make) { into = make(); };
    return read(frame_->cells()[index], take);
  }

 private:
  template <typename Take>
  bool read(const RowFrame::Cell& cell, Take& take);
  template <typename T>
  T load(uint32_t place) const {
    return buffer_.load<T>(place);
  }
  [[gnu::always_inline]] std::optional<std::string_view> text(uint32_t reference) {
    const auto found = buffer_.text_at(buffer_.follow(reference));
    if (buffer_.corrupt() || !is_text(found)) return std::nullopt;
    return found;
  }
  std::optional<std::string_view> bytes(uint32_t reference) {
    const auto found = buffer_.vector_at(buffer_.follow(reference), 1);
    if (buffer_.corrupt()) return std::nullopt;
    return buffer_.bytes(found.first, found.size);
  }
  static bool is_decimal(uint8_t precision, int8_t scale) {
    return precision >= 1 && precision <= kDecimalPrecisionMax && scale >= 0 && scale <= precision;
  }

  const RowFrame* frame_;
  FlatBuffer buffer_;
};

template <typename Take>
[[gnu::always_inline]] inline bool FramedRow::read(const RowFrame::Cell& cell, Take& take) {
  const auto table = cell.table;
  const auto kind = cell.kind();
  switch (cell.layout) {
    case kShapeNull: return take([&] { return Value::null(kind); }), true;
    case kShapeBool: return take([&] { return Value::boolean(load<uint8_t>(table + 6) != 0); }), true;
    case kShapeI8: return take([&] { return Value::int8(load<int8_t>(table + 6)); }), true;
    case kShapeI16: return take([&] { return Value::int16(load<int16_t>(table + 6)); }), true;
    case kShapeI32: {
      const auto number = load<int32_t>(table + 4);
      return take([&] { return kind == ScalarKind::int32 ? Value::int32(number) : Value::date(number); }), true;
    }
    case kShapeI64: {
      const auto number = load<int64_t>(table + 4);
      if (kind == ScalarKind::int64) return take([&] { return Value::int64(number); }), true;
      if (kind == ScalarKind::time64_us) return take([&] { return Value::time(number); }), true;
      return take([&] { return Value::timestamp(kind, number, {}); }), true;
    }
    case kShapeU8: return take([&] { return Value::uint8(load<uint8_t>(table + 6)); }), true;
    case kShapeU16: return take([&] { return Value::uint16(load<uint16_t>(table + 6)); }), true;
    case kShapeU32: return take([&] { return Value::uint32(load<uint32_t>(table + 4)); }), true;
    case kShapeU64: return take([&] { return Value::uint64(load<uint64_t>(table + 4)); }), true;
    case kShapeF32: return take([&] { return Value::float32(load<float>(table + 4)); }), true;
    case kShapeF64: return take([&] { return Value::float64(load<double>(table + 4)); }), true;
    case kShapeText: {
      const auto found = text(table + 4);
      if (!found) return false;
      if (kind == ScalarKind::utf8) return take([&] { return Value::text(std::string(*found)); }), true;
      return take([&] { return Value::large_text(std::string(*found)); }), true;
    }
    case kShapeBytes: {
      const auto found = bytes(table + 4);
      if (!found) return false;
      if (kind == ScalarKind::binary) return take([&] { return Value::binary(std::string(*found)); }), true;
      return take([&] { return Value::large_binary(std::string(*found)); }), true;
    }
    case kShapeFixed: {
      const auto size = load<int32_t>(table + 4);
      const auto found = bytes(table + 8);
      if (!found || size < 0 || found->size() != static_cast<uint32_t>(size)) return false;
      return take([&] { return Value::fixed_binary(std::string(*found)); }), true;
    }
    case kShapeZoned: {
      const auto zone = text(table + 12);
      if (!zone) return false;
      return take([&] { return Value::timestamp(kind, load<int64_t>(table + 4), std::string(*zone)); }), true;
    }
    case kShapeDecimal: {
      const auto precision = load<uint8_t>(table + 10);
      const auto scale = load<int8_t>(table + 11);
      if (!is_decimal(precision, scale)) return false;
      return take([&] { return Value::decimal(load<Int128>(table + RowFrame::kDecimal), precision, scale); }), true;
    }
    case kShapeNullFixed: return take([&] { return Value::null_fixed_binary(load<int32_t>(table + 4)); }), true;
    case kShapeNullDecimal: {
      const auto precision = load<uint8_t>(table + 7);
      const auto scale = load<int8_t>(table + 8);
      if (precision == 0 && scale == 0) return take([&] { return Value::null(kind); }), true;
      if (!is_decimal(precision, scale)) return false;
      return take([&] { return Value::null_decimal(precision, scale); }), true;
    }
    case kShapeNullZoned: {
      const auto zone = text(table + 4);
      if (!zone) return false;
      return take([&] { return Value::null_timestamp(kind, std::string(*zone)); }), true;
    }
    case kShapeNullEmbedding: {
      const auto size = load<int32_t>(table + 4);
      if (size == 0) return take([&] { return Value::null(kind); }), true;
      if (size < 0 || size > static_cast<int32_t>(kEmbeddingDimensionMax)) return false;
      return take([&] { return Value::null_embedding(size); }), true;
    }
    case kShapeEmbedding:
    case kShapeEmbeddingValid:
    case kShapes: break;
  }
  return false;
}

}  // namespace kalam::codec::detail
