#include "codec/detail/row_frame.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "codec/detail/row_root.h"

namespace kalam::codec::detail {
namespace {

constexpr uint32_t kRootVtable = 8;
constexpr uint32_t kFieldsVtable = 24;
constexpr uint32_t kRootTable = 36;  // 4 modulo 8: its 8-byte fields are aligned
constexpr uint32_t kRootBytes = 32;
constexpr uint32_t kFieldsReference = 60;
constexpr uint32_t kFieldsTable = 72;
constexpr uint32_t kValues = 84;
constexpr uint32_t kDecimalBytes = 16;

// The layout of a value of this shape; kShapes: there is none.
ScalarShape layout_of(uint8_t shape) {
  const auto number = shape & kShapeKind;
  if (number > static_cast<int>(ScalarKind::embedding)) return kShapes;
  const auto kind = static_cast<ScalarKind>(number);
  const bool null = (shape & kShapeIsNull) != 0;
  if (kind == ScalarKind::null && !null) return kShapes;
  if ((shape & kShapeHasMore) == 0) return usual_shape(kind, null);
  if (kind == ScalarKind::embedding) return kShapeEmbeddingValid;
  return null ? kShapeNullZoned : kShapeZoned;
}

bool has_tail(ScalarShape layout) {
  switch (layout) {
    case kShapeText:
    case kShapeBytes:
    case kShapeFixed:
    case kShapeZoned:
    case kShapeEmbedding:
    case kShapeEmbeddingValid:
    case kShapeNullZoned: return true;
    default: return false;
  }
}

// Writes into the payload's part of an image, and notes what is a number and not the same in all rows.
class Layouter {
 public:
  Layouter(char* image, char* mask) : image_(image), mask_(mask) {}

  template <typename T>
  void put(uint32_t place, T value) {
    std::memcpy(image_ + place, &value, sizeof(T));
  }
  void point(uint32_t from, uint32_t to) { put<uint32_t>(from, to - from); }
  void leave_open(uint32_t place, uint32_t size) { std::memset(mask_ + place, 0, size); }

  uint32_t position() const { return at_; }
  void go_to(uint32_t position) { at_ = position; }
  void align(uint32_t to) { at_ = (at_ + to - 1) / to * to; }

  void vtable(ScalarShape layout) {
    if (vtables_[layout] != 0) return;
    vtables_[layout] = at_;
    const auto& known = kScalarLayouts[layout];
    std::memcpy(image_ + at_, known.vtable.data(), known.vtable_bytes);
    at_ += known.vtable_bytes;
  }

  uint32_t table(ScalarShape layout, ScalarKind kind) {
    const auto& known = kScalarLayouts[layout];
    align(4);
    if (known.wide && at_ % 8 == 0) at_ += 4;
    const uint32_t start = at_;
    put<int32_t>(start, static_cast<int32_t>(start - vtables_[layout]));
    put<uint16_t>(start + known.vtable[2 + kTag], static_cast<uint16_t>(kind));
    at_ += known.table_bytes;
    return start;
  }

  // The scalar's table with all that is the same in every row.
  uint32_t scalar(ScalarShape layout, ScalarKind kind) {
    // NULLs without parameters are all alike: one table serves every column that holds it.
    auto& shared_null = nulls_[static_cast<size_t>(kind)];
    if (layout == kShapeNull && shared_null != 0) return shared_null;
    const auto start = table(layout, kind);
    switch (layout) {
      case kShapeNull:
        put<uint8_t>(start + 6, 1);
        shared_null = start;
        break;
      case kShapeBool:
      case kShapeI8:
      case kShapeU8: leave_open(start + 6, 1); break;
      case kShapeI16:
      case kShapeU16: leave_open(start + 6, 2); break;
      case kShapeI32:
      case kShapeU32:
      case kShapeF32:
      case kShapeText:
      case kShapeBytes: leave_open(start + 4, 4); break;
      case kShapeI64:
      case kShapeU64:
      case kShapeF64:
      case kShapeFixed:
      case kShapeEmbedding: leave_open(start + 4, 8); break;
      case kShapeZoned:
      case kShapeEmbeddingValid: leave_open(start + 4, 12); break;
      case kShapeDecimal:
        leave_open(start + 10, 2);
        align(4);
        point(start + 4, at_);
        put<uint32_t>(at_, kDecimalBytes);
        leave_open(at_ + 4, kDecimalBytes);
        at_ += 4 + kDecimalBytes;
        break;
      case kShapeNullFixed:
      case kShapeNullZoned:
      case kShapeNullEmbedding:
        put<uint8_t>(start + 10, 1);
        leave_open(start + 4, 4);
        break;
      case kShapeNullDecimal:
        put<uint8_t>(start + 6, 1);
        leave_open(start + 7, 2);
        break;
      case kShapes: break;
    }
    return start;
  }

 private:
  char* image_;
  char* mask_;
  uint32_t at_ = 0;
  std::array<uint32_t, kShapes> vtables_{};  // where each layout's vtable lies; 0: not yet written
  std::array<uint32_t, 24> nulls_{};
};

// Front part of every row, so that its places are constants: the root's vtable, RowPayload's vtable, the root table
// (8-byte fields first), RowPayload, then the vector of scalars.
void lay_out_header(Layouter& out, const RowRoot& root, const RowShape& shape) {
  out.put<uint32_t>(0, kRootTable);
  out.put<std::array<char, 4>>(4, {'K', 'R', 'O', 'W'});
  out.put<uint16_t>(kRootVtable, static_cast<uint16_t>(4 + 2 * (root.fields + 1)));
  out.put<uint16_t>(kRootVtable + 2, kRootBytes);
  const auto place = [&](uint16_t field, uint32_t at, uint32_t size) {
    if (field == RowRoot::kNone) return;
    out.put<uint16_t>(kRootVtable + 4 + 2 * field, static_cast<uint16_t>(at - kRootTable));
    out.leave_open(at, size);
  };
  place(root.user, RowFrame::kUser, 4);
  place(root.seq, RowFrame::kSeq, 8);
  place(root.commit_seq, RowFrame::kCommitSeq, 8);
  place(root.deleted, RowFrame::kDeleted, 1);
  out.put<uint16_t>(kRootVtable + 4 + 2 * root.fields, kFieldsReference - kRootTable);
  out.put<std::array<uint16_t, 4>>(kFieldsVtable, {8, 12, 4, 8});
  out.put<uint32_t>(RowFrame::kFingerprint, shape.fingerprint());
  out.put<int32_t>(kRootTable, kRootTable - kRootVtable);
  out.point(kFieldsReference, kFieldsTable);
  out.put<int32_t>(kFieldsTable, kFieldsTable - kFieldsVtable);
  out.point(kFieldsTable + 4, kValues);
  out.leave_open(RowFrame::kTableVersion, 4);
  out.put<uint32_t>(kValues, shape.size());
  out.go_to(kValues + 4 + 4 * shape.size());
}

}  // namespace

void RowShape::read(RowKind kind, const Row& row) {
  const auto* values = row.values.data();
  size_t count = row.values.size();
  while (count > 0 && values[count - 1].is_null() && values[count - 1].kind() == ScalarKind::null) --count;
  kind_ = kind;
  size_ = static_cast<uint32_t>(count);
  const size_t words = (count + 7) / 8;
  if (words_.size() < words) words_.resize(words);

  constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;
  uint64_t hash = (uint64_t{size_} << 2 | static_cast<uint64_t>(kind)) * kMultiplier;
  for (size_t i = 0; i < words; ++i) {
    uint64_t word = 0;
    for (size_t at = std::min(count, 8 * i + 8); at > 8 * i; --at) word = word << 8 | shape_byte(values[at - 1]);
    words_[i] = word;
    hash = (hash ^ word) * kMultiplier;
    hash ^= hash >> 32;
  }
  fingerprint_ = static_cast<uint32_t>(hash) | 1;
}

bool RowFrame::lay_out(const RowShape& shape) {
  shape_ = RowShape();
  const auto head = row_schema(shape.kind()).envelope_head();
  payload_start_ = head.size() + 4;
  cells_.clear();
  tail_cells_.clear();
  has_embeddings_ = false;
  size_t bytes_max = kValues + 4 + 4 * size_t{shape.size()};
  std::array<bool, kShapes> met{};
  for (uint32_t i = 0; i < shape.size(); ++i) {
    const auto layout = layout_of(shape[i]);
    if (layout == kShapes) return cells_.clear(), false;
    cells_.push_back({shape[i], layout, 0});
    if (!std::exchange(met[layout], true)) bytes_max += kScalarLayouts[layout].vtable_bytes;
    constexpr size_t kAround = 8;  // to align it, and what follows
    bytes_max += kScalarLayouts[layout].table_bytes + kAround + (layout == kShapeDecimal ? 4 + kDecimalBytes : 0);
  }
  image_.assign(head);
  image_.resize(payload_start_ + bytes_max + kSpareZeros);
  mask_.assign(bytes_max, '\xFF');

  Layouter out(image_.data() + payload_start_, mask_.data());
  lay_out_header(out, root_of(shape.kind()), shape);
  for (const auto& cell : cells_) out.vtable(cell.layout);
  for (uint32_t i = 0; i < shape.size(); ++i) {
    auto& cell = cells_[i];
    cell.table = out.scalar(cell.layout, cell.kind());
    out.point(kValues + 4 + 4 * i, cell.table);
    if (has_tail(cell.layout)) tail_cells_.push_back(i);
    has_embeddings_ = has_embeddings_ || cell.layout == kShapeEmbedding || cell.layout == kShapeEmbeddingValid;
  }
  out.align(4);
  size_ = out.position();
  image_.resize(payload_start_ + size_ + kSpareZeros);
  mask_.resize(size_);
  shape_ = shape;
  return true;
}

bool RowFrame::begins(RowKind kind, std::string_view payload) const {
  // Sixteen bytes at a time; the last ones overlap those before. Differences are gathered, so nothing branches.
  typedef uint64_t Block __attribute__((vector_size(16)));
  if (kind != shape_.kind() || payload.size() < size()) return false;
  const char* image = image_.data() + payload_start_;
  Block differences{};
  const auto compare = [&](size_t at) {
    Block ours, theirs, mask;
    std::memcpy(&ours, image + at, sizeof(Block));
    std::memcpy(&theirs, payload.data() + at, sizeof(Block));
    std::memcpy(&mask, mask_.data() + at, sizeof(Block));
    differences |= (ours ^ theirs) & mask;
  };
  const size_t last = size() - sizeof(Block);
  for (size_t at = 0; at < last; at += sizeof(Block)) compare(at);
  compare(last);
  return (differences[0] | differences[1]) == 0;
}

}  // namespace kalam::codec::detail
