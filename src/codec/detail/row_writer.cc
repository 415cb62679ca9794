#include "codec/detail/row_writer.h"

#include <algorithm>
#include <cstring>

#include "codec/detail/row_frames.h"
#include "codec/detail/row_root.h"
#include "codec/detail/text_bytes.h"
#include "types/data_type.h"

namespace kalam::codec::detail {
namespace {

Error refuse(std::string what) { return Error{ErrorCode::invalid_scalar, "row encode failed: " + std::move(what)}; }

Error too_large() { return Error{ErrorCode::limit_exceeded, "row encode failed: larger than 1 GiB"}; }
constexpr size_t kValuesMax = kPayloadBytesMax / 16;  // a value's offset and its table

// What one text, bytes or vector takes in the tail: its length, a zero behind, which only texts need, and padding.
constexpr size_t tail_bytes(size_t content) { return (4 + content + 1 + 3) / 4 * 4; }

size_t tail_bytes(const Value& value, ScalarShape layout) {
  switch (layout) {
    case kShapeText: return tail_bytes(value.as_text().size());
    case kShapeBytes:
    case kShapeFixed: return tail_bytes(value.as_bytes().size());
    case kShapeZoned:
    case kShapeNullZoned: return tail_bytes(value.zone().size());
    case kShapeEmbeddingValid:
      return tail_bytes(value.as_embedding().size_bytes()) + tail_bytes(value.as_embedding().size());
    default: return tail_bytes(value.as_embedding().size_bytes());
  }
}

bool keeps_rules(const Value& value, ScalarShape layout) {
  switch (layout) {
    case kShapeText: return is_text(value.as_text());
    case kShapeZoned:
    case kShapeNullZoned: return is_text(value.zone());
    case kShapeEmbedding:
    case kShapeEmbeddingValid: return value.size() > 0 && value.size() <= static_cast<int32_t>(kEmbeddingDimensionMax);
    default: return true;
  }
}

// Of a value that does not keep them.
Error broken_rule(const Value& value) {
  switch (value.kind()) {
    case ScalarKind::utf8:
    case ScalarKind::large_utf8: return refuse("text is not valid UTF-8");
    case ScalarKind::embedding: break;
    default: return refuse("timezone is not valid UTF-8");
  }
  if (value.size() <= 0) return refuse("embedding_size must be > 0");
  return refuse("embedding_size must be at most 8192, got " + std::to_string(value.size()));
}

// Fills in a copy of a frame that has zeros behind it for the tail.
class Filling {
 public:
  Filling(char* payload, uint32_t tail) : payload_(payload), tail_(tail) {}

  template <typename T>
  void put(uint32_t place, T value) {
    std::memcpy(payload_ + place, &value, sizeof(T));
  }

  // Adds to the tail; `reference` is the place of the offset that leads there. Inlined, and called from few places, so
  // that payload_ and tail_ stay in registers.
  [[gnu::always_inline]] void add(uint32_t reference, std::string_view content, size_t elements) {
    put<uint32_t>(reference, tail_ - reference);
    put<uint32_t>(tail_, static_cast<uint32_t>(elements));
    copy_text(payload_ + tail_ + 4, content);
    tail_ += static_cast<uint32_t>(tail_bytes(content.size()));
  }

  void fill(const std::vector<RowFrame::Cell>& cells, const Value* value) {
    const auto* end = cells.data() + cells.size();
    for (const auto* cell = cells.data(); cell != end; ++cell, ++value) fill(*cell, *value);
  }

 private:
  [[gnu::always_inline]] void fill(const RowFrame::Cell& cell, const Value& value) {
    const auto table = cell.table;
    uint32_t reference = table + 4;  // what is left for the end: a text or bytes in the tail
    std::string_view content;
    switch (cell.layout) {
      case kShapeBool: return put<uint8_t>(table + 6, value.as_bool());
      case kShapeI8: return put(table + 6, static_cast<int8_t>(value.as_int64()));
      case kShapeI16: return put(table + 6, static_cast<int16_t>(value.as_int64()));
      case kShapeI32: return put(table + 4, static_cast<int32_t>(value.as_int64()));
      case kShapeI64: return put(table + 4, value.as_int64());
      case kShapeU8: return put(table + 6, static_cast<uint8_t>(value.as_uint64()));
      case kShapeU16: return put(table + 6, static_cast<uint16_t>(value.as_uint64()));
      case kShapeU32: return put(table + 4, static_cast<uint32_t>(value.as_uint64()));
      case kShapeU64: return put(table + 4, value.as_uint64());
      case kShapeF32: return put(table + 4, value.as_float());
      case kShapeF64: return put(table + 4, value.as_double());
      case kShapeDecimal:
        put(table + 10, value.precision());
        put(table + 11, value.scale());
        return put(table + RowFrame::kDecimal, value.as_decimal());
      case kShapeNullFixed:
      case kShapeNullEmbedding: return put(table + 4, value.size());
      case kShapeNullDecimal: return put(table + 7, value.precision()), put(table + 8, value.scale());
      case kShapeNull:
      case kShapes: return;
      case kShapeEmbedding:
      case kShapeEmbeddingValid: return fill_embedding(cell, value);
      case kShapeText: content = value.as_text(); break;
      case kShapeBytes: content = value.as_bytes(); break;
      case kShapeFixed:
        put(table + 4, value.size());
        reference = table + 8;
        content = value.as_bytes();
        break;
      case kShapeZoned:
        put(table + 4, value.as_int64());
        reference = table + 12;
        content = value.zone();
        break;
      case kShapeNullZoned: content = value.zone(); break;
    }
    add(reference, content, content.size());
  }

  void fill_embedding(const RowFrame::Cell& cell, const Value& value) {
    const auto elements = value.as_embedding();
    put(cell.table + 4, value.size());
    add(cell.table + 8, {reinterpret_cast<const char*>(elements.data()), elements.size_bytes()}, elements.size());
    if (cell.layout == kShapeEmbedding) return;
    std::string flags;
    for (size_t i = 0; i < elements.size(); ++i) flags += static_cast<char>(value.element_valid(i));
    add(cell.table + 12, flags, flags.size());
  }

  char* payload_;
  uint32_t tail_;
};

// The frame's image and zeros for the tail.
void append_image(const RowFrame& frame, size_t tail, std::string& out) {
  const auto needed = out.size() + frame.payload_start() + frame.size() + tail;
  if (out.capacity() < needed) out.reserve(out.empty() ? needed : std::max(needed, 2 * out.capacity()));
  const auto spare = std::min(tail, RowFrame::kSpareZeros);
  out.append(frame.image().data(), frame.payload_start() + frame.size() + spare);
  if (spare < tail) out.append(tail - spare, '\0');
}

}  // namespace

Status write_row(RowKind kind, const RowParts& parts, std::string& out) {
  const auto& values = parts.row->values;
  if (values.size() > kValuesMax) return too_large();
  const auto* frame = RowFrames::of_this_thread().frame_of(kind, *parts.row);
  if (!frame) return refuse("a value has no scalar tag");
  const bool has_user = root_of(kind).has_user();
  if (has_user && !is_text(parts.user)) return refuse("user_id is not valid UTF-8");
  size_t tail = has_user ? tail_bytes(parts.user.size()) : 0;
  for (const auto index : frame->tail_cells()) {
    const auto layout = frame->cells()[index].layout;
    if (!keeps_rules(values[index], layout)) return broken_rule(values[index]);
    tail += tail_bytes(values[index], layout);
  }
  const size_t size = frame->size() + tail;
  if (size > kPayloadBytesMax) return too_large();

  const auto start = out.size() + frame->payload_start();
  append_image(*frame, tail, out);
  char* payload = out.data() + start;
  const auto length = static_cast<uint32_t>(size);
  std::memcpy(payload - sizeof(length), &length, sizeof(length));
  Filling filling(payload, frame->size());
  filling.put(RowFrame::kSeq, parts.header.seq.value());
  filling.put(RowFrame::kCommitSeq, parts.header.commit_seq.value());
  filling.put<uint8_t>(RowFrame::kDeleted, parts.header.deleted);
  filling.put(RowFrame::kTableVersion, parts.table_schema_version);
  if (has_user) filling.add(RowFrame::kUser, parts.user, parts.user.size());
  filling.fill(frame->cells(), values.data());
  return {};
}

}  // namespace kalam::codec::detail
