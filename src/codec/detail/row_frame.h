// RowFrame: what all rows of one shape have in common, laid out once. Rows have one shape when they are of one kind and
// column by column of the same scalar kind, NULL in the same places.
//
//   root | offsets of the values | layouts | scalars | user, texts and bytes in the order of the columns
//   └───────────────── the frame ──────────────────┘ └──────── the tail: each at a multiple of 4 ───────┘
//
// Writing a row is copying its frame, filling in the numbers and adding the tail. Reading one starts by comparing all
// but the numbers with the frame: when they are the same, every value lies where the frame says, and only the tail has
// bounds to check. Bytes of any other layout are read by RowReader, which trusts nothing.
//
// A frame carries its shape's fingerprint in four bytes of padding that no FlatBuffers reader looks at; it says which
// frame to compare with, no more. Rows of before there were frames have zeros there.

#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "codec/detail/scalar_layout.h"
#include "codec/row_codec.h"
#include "types/row.h"

namespace kalam::codec::detail {

// What decides where the parts of a value lie, in one byte.
enum : uint8_t {
  kShapeKind = 0x1F,
  kShapeIsNull = 0x20,
  kShapeHasMore = 0x40,  // a timestamp with a zone; an embedding with declared elements
};
inline uint8_t shape_byte(const Value& value) {
  const bool more = !value.zone().empty() || (value.has_element_validity() && !value.is_null());
  return static_cast<uint8_t>(static_cast<uint8_t>(value.kind()) | (value.is_null() ? kShapeIsNull : 0) |
                              (more ? kShapeHasMore : 0));
}

// The shape of a row, ready to be compared: a byte for each value but the untyped NULLs at its end. Kept by eights in
// words, since bytes that were just stored one by one are slow to load together.
class RowShape {
 public:
  void read(RowKind kind, const Row& row);

  RowKind kind() const { return kind_; }
  uint32_t size() const { return size_; }
  uint32_t fingerprint() const { return fingerprint_; }  // never 0; 0: nothing read yet
  uint8_t operator[](size_t index) const { return static_cast<uint8_t>(words_[index / 8] >> (index % 8 * 8)); }

  bool operator==(const RowShape& other) const {
    if (fingerprint_ != other.fingerprint_ || kind_ != other.kind_ || size_ != other.size_) return false;
    for (size_t i = 0; i < (size_ + 7) / 8; ++i) {
      if (words_[i] != other.words_[i]) return false;
    }
    return true;
  }

 private:
  RowKind kind_ = RowKind::user;
  uint32_t size_ = 0;
  uint32_t fingerprint_ = 0;
  std::vector<uint64_t> words_;  // at least as many as are needed
};

class RowFrame {
 public:
  // Places of the header, the same in every frame.
  static constexpr uint32_t kFingerprint = 32;
  static constexpr uint32_t kSeq = 40;
  static constexpr uint32_t kCommitSeq = 48;
  static constexpr uint32_t kUser = 56;  // an offset
  static constexpr uint32_t kDeleted = 64;
  static constexpr uint32_t kTableVersion = 80;
  // From a decimal's table to its sixteen bytes, which are in the frame too.
  static constexpr uint32_t kDecimal = 16;

  struct Cell {
    uint8_t shape = 0;  // its shape_byte
    ScalarShape layout = kShapeNull;
    uint32_t table = 0;  // where its scalar lies in the payload

    ScalarKind kind() const { return static_cast<ScalarKind>(shape & kShapeKind); }
  };

  RowFrame() = default;
  // False: one of the values is of no kind that can be stored.
  bool lay_out(const RowShape& shape);

  const RowShape& shape() const { return shape_; }
  // Is the row of this shape, as it stands? False too when NULLs at its end are to be cut off first.
  bool fits(const Row& row) const {
    if (row.values.size() != cells_.size() || cells_.empty()) return false;
    const auto* value = row.values.data();
    for (const auto& cell : cells_) {
      if (shape_byte(*value++) != cell.shape) return false;
    }
    return true;
  }
  // What the payload says of itself; 0: it was not written into a frame.
  static uint32_t fingerprint_of(std::string_view payload) {
    uint32_t fingerprint = 0;
    if (payload.size() >= kFingerprint + sizeof(fingerprint)) {
      std::memcpy(&fingerprint, payload.data() + kFingerprint, sizeof(fingerprint));
    }
    return fingerprint;
  }
  // Does the payload of a row of `kind` begin with this frame, but for the numbers in it?
  bool begins(RowKind kind, std::string_view payload) const;

  uint32_t size() const { return size_; }
  // The envelope up to the payload, which starts at payload_start(), then the frame with zeros for all numbers, then
  // kSpareZeros zeros: a tail that is not long is copied with the rest.
  std::string_view image() const { return image_; }
  size_t payload_start() const { return payload_start_; }
  static constexpr size_t kSpareZeros = 192;
  const std::vector<Cell>& cells() const { return cells_; }
  const std::vector<uint32_t>& tail_cells() const { return tail_cells_; }  // those with something in the tail
  bool has_embeddings() const { return has_embeddings_; }

 private:
  RowShape shape_;
  bool has_embeddings_ = false;
  uint32_t size_ = 0;
  size_t payload_start_ = 0;
  std::string image_;
  std::string mask_;  // of the payload's part of the image: zeros where the numbers are
  std::vector<Cell> cells_;
  std::vector<uint32_t> tail_cells_;
};

}  // namespace kalam::codec::detail
