#include "codec/detail/row_writer.h"

#include <algorithm>

#include "base/utf8.h"
#include "types/data_type.h"

namespace kalam::codec::detail {
namespace {

// Front part of every row, so that its places are constants: the root's vtable, RowPayload's vtable, the root table
// (8-byte fields first), RowPayload, then the vector of scalars.
constexpr uint32_t kRootVtable = 8;
constexpr uint32_t kFieldsVtable = 24;
constexpr uint32_t kRootTable = 36;  // 4 modulo 8: its 8-byte fields are aligned
constexpr uint32_t kFieldsTable = 72;
constexpr uint32_t kValues = 84;

constexpr uint16_t kSeqPlace = 4;
constexpr uint16_t kCommitPlace = 12;
constexpr uint16_t kUserPlace = 20;
constexpr uint16_t kFieldsPlace = 24;
constexpr uint16_t kDeletedPlace = 28;
constexpr uint16_t kRootBytes = 32;

Error refuse(std::string what) { return Error{ErrorCode::invalid_scalar, "row encode failed: " + std::move(what)}; }

class Writer {
 public:
  explicit Writer(char* out) : out_(out) {}

  uint32_t position() const { return at_; }
  void go_to(uint32_t position) { at_ = position; }
  void align(uint32_t to) { at_ = (at_ + to - 1) / to * to; }

  template <typename T>
  void put(uint32_t position, T value) {
    std::memcpy(out_ + position, &value, sizeof(T));
  }
  void point(uint32_t from, uint32_t to) { put<uint32_t>(from, to - from); }

  // A text or bytes with a zero behind, which only texts need.
  uint32_t text(std::string_view text) {
    align(4);
    const uint32_t start = at_;
    put<uint32_t>(at_, static_cast<uint32_t>(text.size()));
    std::memcpy(out_ + at_ + 4, text.data(), text.size());
    at_ += 4 + static_cast<uint32_t>(text.size()) + 1;
    return start;
  }

  uint32_t table(ScalarShape shape, ScalarKind tag) {
    const auto& layout = kScalarLayouts[shape];
    align(4);
    if (vtables_[shape] == 0) {
      vtables_[shape] = at_;
      std::memcpy(out_ + at_, layout.vtable.data(), layout.vtable_bytes);
      at_ += layout.vtable_bytes;
      align(4);
    }
    if (layout.wide && at_ % 8 == 0) at_ += 4;
    const uint32_t start = at_;
    put<int32_t>(start, static_cast<int32_t>(start - vtables_[shape]));
    put<uint16_t>(start + layout.vtable[2 + kTag], static_cast<uint16_t>(tag));
    at_ += layout.table_bytes;
    return start;
  }

  Result<uint32_t> scalar(const Value& value) { return value.is_null() ? null(value) : present(value); }

 private:
  template <typename T>
  uint32_t number(ScalarShape shape, ScalarKind tag, uint32_t place, T value) {
    const auto start = table(shape, tag);
    put<T>(start + place, value);
    return start;
  }

  uint32_t with_text(ScalarShape shape, const Value& value, std::string_view bytes) {
    const auto start = table(shape, value.kind());
    point(start + 4, text(bytes));
    return start;
  }

  Result<uint32_t> present(const Value& value) {
    const auto kind = value.kind();
    switch (kind) {
      case ScalarKind::null: break;
      case ScalarKind::boolean: return number<uint8_t>(kShapeBool, kind, 6, value.as_bool());
      case ScalarKind::float32: return number(kShapeF32, kind, 4, value.as_float());
      case ScalarKind::float64: return number(kShapeF64, kind, 4, value.as_double());
      case ScalarKind::int8: return number(kShapeI8, kind, 6, static_cast<int8_t>(value.as_int64()));
      case ScalarKind::int16: return number(kShapeI16, kind, 6, static_cast<int16_t>(value.as_int64()));
      case ScalarKind::int32:
      case ScalarKind::date32: return number(kShapeI32, kind, 4, static_cast<int32_t>(value.as_int64()));
      case ScalarKind::int64:
      case ScalarKind::time64_us: return number(kShapeI64, kind, 4, value.as_int64());
      case ScalarKind::uint8: return number(kShapeU8, kind, 6, static_cast<uint8_t>(value.as_uint64()));
      case ScalarKind::uint16: return number(kShapeU16, kind, 6, static_cast<uint16_t>(value.as_uint64()));
      case ScalarKind::uint32: return number(kShapeU32, kind, 4, static_cast<uint32_t>(value.as_uint64()));
      case ScalarKind::uint64: return number(kShapeU64, kind, 4, value.as_uint64());
      case ScalarKind::utf8:
      case ScalarKind::large_utf8:
        if (!is_utf8(value.as_text())) return refuse("text is not valid UTF-8");
        return with_text(kShapeText, value, value.as_text());
      case ScalarKind::binary:
      case ScalarKind::large_binary: return with_text(kShapeBytes, value, value.as_bytes());
      case ScalarKind::fixed_binary: {
        const auto start = table(kShapeFixed, kind);
        put<int32_t>(start + 4, value.size());
        point(start + 8, text(value.as_bytes()));
        return start;
      }
      case ScalarKind::timestamp_ms:
      case ScalarKind::timestamp_us:
      case ScalarKind::timestamp_ns: {
        if (value.zone().empty()) return number(kShapeI64, kind, 4, value.as_int64());
        if (!is_utf8(value.zone())) return refuse("timezone is not valid UTF-8");
        const auto start = number(kShapeZoned, kind, 4, value.as_int64());
        point(start + 12, text(value.zone()));
        return start;
      }
      case ScalarKind::decimal128: {
        const auto start = table(kShapeDecimal, kind);
        put<uint8_t>(start + 10, value.precision());
        put<int8_t>(start + 11, value.scale());
        const Int128 unscaled = value.as_decimal();
        point(start + 4, text({reinterpret_cast<const char*>(&unscaled), sizeof(unscaled)}));
        return start;
      }
      case ScalarKind::embedding: return embedding(value);
    }
    return refuse("no tag for scalar kind " + std::to_string(static_cast<int>(kind)));
  }

  Result<uint32_t> embedding(const Value& value) {
    const auto elements = value.as_embedding();
    if (elements.empty()) return refuse("embedding_size must be > 0");
    if (elements.size() > kEmbeddingDimensionMax)
      return refuse("embedding_size must be at most 8192, got " + std::to_string(elements.size()));
    const bool validity = value.has_element_validity();
    const auto start = table(validity ? kShapeEmbeddingValid : kShapeEmbedding, ScalarKind::embedding);
    put<int32_t>(start + 4, value.size());
    point(start + 8, text({reinterpret_cast<const char*>(elements.data()), elements.size_bytes()}));
    // The length counts elements, not bytes.
    put<uint32_t>(at_ - 1 - static_cast<uint32_t>(elements.size_bytes()) - 4, static_cast<uint32_t>(elements.size()));
    if (validity) {
      align(4);
      point(start + 12, at_);
      put<uint32_t>(at_, static_cast<uint32_t>(elements.size()));
      at_ += 4;
      for (size_t i = 0; i < elements.size(); ++i) put<uint8_t>(at_++, value.element_valid(i));
    }
    return start;
  }

  Result<uint32_t> null(const Value& value) {
    const auto kind = value.kind();
    ScalarShape shape = kShapeNull;
    if (kind == ScalarKind::fixed_binary) shape = kShapeNullFixed;
    else if (kind == ScalarKind::embedding) shape = kShapeNullEmbedding;
    else if (kind == ScalarKind::decimal128) shape = kShapeNullDecimal;
    else if (!value.zone().empty()) shape = kShapeNullZoned;
    if (shape == kShapeNull) {
      // NULLs without parameters are all alike: one table serves every column that holds it.
      auto& shared = nulls_[static_cast<size_t>(kind)];
      if (shared == 0) {
        shared = table(shape, kind);
        put<uint8_t>(shared + 6, 1);
      }
      return shared;
    }
    const auto start = table(shape, kind);
    put<uint8_t>(start + kScalarLayouts[shape].vtable[2 + kIsNull], 1);
    if (shape == kShapeNullFixed || shape == kShapeNullEmbedding) put<int32_t>(start + 4, value.size());
    if (shape == kShapeNullDecimal) {
      put<uint8_t>(start + 7, value.precision());
      put<int8_t>(start + 8, value.scale());
    }
    if (shape == kShapeNullZoned) point(start + 4, text(value.zone()));
    return start;
  }

  char* out_;
  uint32_t at_ = 0;
  std::array<uint32_t, kShapes> vtables_{};  // where each layout's vtable lies; 0: not yet written
  std::array<uint32_t, 24> nulls_{};
};

// Values without the untyped NULLs at their end.
size_t stored_values(const Row& row) {
  size_t count = row.values.size();
  while (count > 0 && row.values[count - 1].is_null() && row.values[count - 1].kind() == ScalarKind::null) --count;
  return count;
}

size_t bytes_max(const Value& value) {
  constexpr size_t kFixedPart = 64;  // a table and its share of offsets and padding
  switch (value.kind()) {
    case ScalarKind::utf8:
    case ScalarKind::large_utf8: return kFixedPart + (value.is_null() ? 0 : value.as_text().size());
    case ScalarKind::binary:
    case ScalarKind::large_binary:
    case ScalarKind::fixed_binary: return kFixedPart + (value.is_null() ? 0 : value.as_bytes().size());
    case ScalarKind::timestamp_ms:
    case ScalarKind::timestamp_us:
    case ScalarKind::timestamp_ns: return kFixedPart + value.zone().size();
    case ScalarKind::embedding: return kFixedPart + static_cast<size_t>(std::max(value.size(), 0)) * 5;
    default: return kFixedPart;
  }
}

}  // namespace

size_t row_bytes_max(const RowParts& parts) {
  constexpr size_t kVtables = kShapes * 52;
  size_t bytes = kValues + kVtables + parts.user.size() + 16;
  for (const auto& value : parts.row->values) bytes += bytes_max(value);
  return bytes;
}

Result<size_t> write_row(const RowRoot& root, const RowParts& parts, char* out) {
  Writer writer(out);
  const auto& values = parts.row->values;
  const auto count = static_cast<uint32_t>(stored_values(*parts.row));

  writer.put<uint32_t>(0, kRootTable);
  std::memcpy(out + 4, "KROW", 4);
  writer.put<uint16_t>(kRootVtable, static_cast<uint16_t>(4 + 2 * (root.fields + 1)));
  writer.put<uint16_t>(kRootVtable + 2, kRootBytes);
  const auto place = [&](uint16_t field, uint16_t at) {
    if (field != RowRoot::kNone) writer.put<uint16_t>(kRootVtable + 4 + 2 * field, at);
  };
  place(root.user, kUserPlace);
  place(root.seq, kSeqPlace);
  place(root.commit_seq, kCommitPlace);
  place(root.deleted, kDeletedPlace);
  place(root.fields, kFieldsPlace);
  writer.put<uint16_t>(kFieldsVtable, 8);
  writer.put<uint16_t>(kFieldsVtable + 2, 12);
  writer.put<uint16_t>(kFieldsVtable + 4, 4);
  writer.put<uint16_t>(kFieldsVtable + 6, 8);

  writer.put<int32_t>(kRootTable, kRootTable - kRootVtable);
  writer.put<int64_t>(kRootTable + kSeqPlace, parts.header.seq.value());
  writer.put<uint64_t>(kRootTable + kCommitPlace, parts.header.commit_seq.value());
  writer.put<uint8_t>(kRootTable + kDeletedPlace, parts.header.deleted);
  writer.point(kRootTable + kFieldsPlace, kFieldsTable);
  writer.put<int32_t>(kFieldsTable, kFieldsTable - kFieldsVtable);
  writer.point(kFieldsTable + 4, kValues);
  writer.put<uint32_t>(kFieldsTable + 8, parts.table_schema_version);
  writer.put<uint32_t>(kValues, count);
  writer.go_to(kValues + 4 + 4 * count);

  if (root.has_user()) {
    if (!is_utf8(parts.user)) return refuse("user_id is not valid UTF-8");
    writer.point(kRootTable + kUserPlace, writer.text(parts.user));
  }
  for (uint32_t i = 0; i < count; ++i) {
    writer.point(kValues + 4 + 4 * i, TRY(writer.scalar(values[i])));
  }
  return size_t{writer.position()};
}

}  // namespace kalam::codec::detail
