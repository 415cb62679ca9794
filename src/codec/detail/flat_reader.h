// Reads FlatBuffers in place, checking bounds and alignment of exactly what it touches.
//
// The library's own accessors need a verified buffer that is aligned in memory. Values from the store are not aligned,
// and verifying a whole row costs more than reading it; so the hot paths read with these classes, which load by memcpy.
// Anything that does not fit marks the buffer as corrupt and reads as absent: look at corrupt() before using what was
// read.

#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>

namespace kalam::codec::detail {

class FlatBuffer {
 public:
  explicit FlatBuffer(std::string_view bytes)
      : data_(bytes.data()), size_(bytes.size() <= kSizeMax ? static_cast<uint32_t>(bytes.size()) : 0) {}

  bool corrupt() const { return corrupt_; }
  void mark_corrupt() { corrupt_ = true; }
  uint32_t size() const { return size_; }
  bool holds(uint64_t position, uint64_t length) const { return position + length <= size_; }

  template <typename T>
  T load(uint32_t position) const {  // the caller has checked holds()
    T value;
    std::memcpy(&value, data_ + position, sizeof(T));
    return value;
  }
  std::string_view bytes(uint32_t position, uint32_t length) const { return {data_ + position, length}; }

  bool has_identifier(std::string_view identifier) const { return holds(0, 8) && bytes(4, 4) == identifier; }

  // Follows the offset stored at `position`. 0: it leads nowhere (and the buffer is corrupt).
  uint32_t follow(uint32_t position) {
    if (!holds(position, 4)) return mark_corrupt(), 0;
    const uint64_t target = uint64_t{position} + load<uint32_t>(position);
    if (target == position || target % 4 != 0 || !holds(target, 4)) return mark_corrupt(), 0;
    return static_cast<uint32_t>(target);
  }

  // A text or bytes: length in front, for a text a zero behind.
  std::string_view text_at(uint32_t position) {
    if (!holds(position, 4)) return mark_corrupt(), std::string_view();
    const uint32_t length = load<uint32_t>(position);
    if (!holds(uint64_t{position} + 4, uint64_t{length} + 1) || data_[position + 4 + length] != '\0') {
      return mark_corrupt(), std::string_view();
    }
    return bytes(position + 4, length);
  }

  struct Vector {
    uint32_t first = 0;  // position of the first element
    uint32_t size = 0;   // number of elements
  };
  Vector vector_at(uint32_t position, uint32_t element_size) {
    if (!holds(position, 4)) return mark_corrupt(), Vector();
    const uint32_t length = load<uint32_t>(position);
    if (!holds(uint64_t{position} + 4, uint64_t{length} * element_size)) return mark_corrupt(), Vector();
    return {position + 4, length};
  }

 private:
  static constexpr size_t kSizeMax = 0x7FFFFFFF;  // offsets are 31 bits

  const char* data_;
  uint32_t size_;
  bool corrupt_ = false;
};

class FlatTable {
 public:
  FlatTable(FlatBuffer& buffer, uint32_t position) : buffer_(&buffer), position_(position) {
    if (position % 4 != 0 || !buffer.holds(position, 4)) {
      fail();
      return;
    }
    const int64_t vtable = int64_t{position} - buffer.load<int32_t>(position);
    if (vtable < 0 || vtable % 2 != 0 || !buffer.holds(static_cast<uint64_t>(vtable), 4)) {
      fail();
      return;
    }
    vtable_ = static_cast<uint32_t>(vtable);
    vtable_size_ = buffer.load<uint16_t>(vtable_);
    table_size_ = buffer.load<uint16_t>(vtable_ + 2);
    if (vtable_size_ < 4 || vtable_size_ % 2 != 0 || !buffer.holds(vtable_, vtable_size_)) {
      fail();
      return;
    }
    if (table_size_ < 4 || !buffer.holds(position, table_size_)) fail();
  }
  static FlatTable root(FlatBuffer& buffer) { return FlatTable(buffer, buffer.follow(0)); }

  bool has(uint32_t field) const { return offset(field) != 0; }
  // Does the table lie exactly as this vtable says?
  bool has_vtable(const void* vtable, uint16_t bytes) const {
    return vtable_size_ == bytes && std::memcmp(buffer_->bytes(vtable_, bytes).data(), vtable, bytes) == 0;
  }

  template <typename T>
  T scalar(uint32_t field, T otherwise) const {
    const uint32_t at = place(field, sizeof(T));
    return at ? buffer_->load<T>(at) : otherwise;
  }
  // Marks the buffer as corrupt when the field is there, but does not lie inside of the table.
  void check_scalar(uint32_t field, uint32_t size) const { place(field, size); }
  // Where the field's text, vector or table lies; 0: absent.
  uint32_t reference(uint32_t field) const {
    const uint32_t at = place(field, 4);
    return at ? buffer_->follow(at) : 0;
  }
  // A text; nullptr as data: absent.
  std::string_view text(uint32_t field) const {
    const uint32_t at = reference(field);
    return at ? buffer_->text_at(at) : std::string_view();
  }

 private:
  void fail() {
    buffer_->mark_corrupt();
    vtable_size_ = table_size_ = 0;
  }
  uint16_t offset(uint32_t field) const {
    const uint32_t entry = 4 + 2 * field;
    return entry + 2 <= vtable_size_ ? buffer_->load<uint16_t>(vtable_ + entry) : uint16_t{0};
  }
  // Position of the field's `size` bytes inside the table; 0: absent, or not inside.
  uint32_t place(uint32_t field, uint32_t size) const {
    const uint32_t at = offset(field);
    if (at == 0) return 0;
    if (at < 4 || at + size > table_size_ || (position_ + at) % size != 0) return buffer_->mark_corrupt(), 0;
    return position_ + at;
  }

  FlatBuffer* buffer_;
  uint32_t position_;
  uint32_t vtable_ = 0;
  uint16_t vtable_size_ = 0;
  uint16_t table_size_ = 0;
};

}  // namespace kalam::codec::detail
