// Keys whose byte order is the order of the tuples they hold, so that a range of tuples is a range of keys.
//
//   text, bytes   each 0x00 and 0x01 gets 0x01 in front; 0x00 ends it
//   u8 … u64      big-endian
//   i8 … i128     sign bit flipped, big-endian
//   tuple         its elements, one after the other; the first elements of a tuple are a byte prefix of it
//
// Always true: the keys of ("al") and ("alice") are no prefixes of one another, because the end of a text is marked.
//
//   auto key = KeyWriter().text(user.value()).i64(seq.value()).take();
//   KeyReader reader(key);
//   auto user = TRY(reader.text());
//   auto seq = TRY(reader.i64());
//   TRY(reader.end());

#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace kalam::codec {

class KeyWriter {
 public:
  KeyWriter() = default;
  // Goes on behind what `buffer` holds: reuses its memory when it was cleared.
  explicit KeyWriter(std::string buffer) : bytes_(std::move(buffer)) {}

  KeyWriter& text(std::string_view value);
  KeyWriter& u8(uint8_t value) { return unsigned_(value); }
  KeyWriter& u16(uint16_t value) { return unsigned_(value); }
  KeyWriter& u32(uint32_t value) { return unsigned_(value); }
  KeyWriter& u64(uint64_t value) { return unsigned_(value); }
  KeyWriter& i8(int8_t value) { return unsigned_(flipped<uint8_t>(value)); }
  KeyWriter& i16(int16_t value) { return unsigned_(flipped<uint16_t>(value)); }
  KeyWriter& i32(int32_t value) { return unsigned_(flipped<uint32_t>(value)); }
  KeyWriter& i64(int64_t value) { return unsigned_(flipped<uint64_t>(value)); }
  KeyWriter& i128(__int128 value) { return unsigned_(flipped<unsigned __int128>(value)); }

  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  template <typename U, typename S>
  static U flipped(S value) {
    return static_cast<U>(static_cast<U>(value) ^ static_cast<U>(U{1} << (sizeof(U) * 8 - 1)));
  }
  template <typename U>
  KeyWriter& unsigned_(U value) {
    char bytes[sizeof(U)];
    for (size_t i = sizeof(U); i-- > 0; value = static_cast<U>(sizeof(U) > 1 ? value >> 8 : 0)) {
      bytes[i] = static_cast<char>(value & 0xFF);
    }
    bytes_.append(bytes, sizeof(U));
    return *this;
  }

  std::string bytes_;
};

// Reads a key element by element, in the order it was written. Strict: what KeyWriter cannot have written is an error
// of code `corruption`. After an error the reader is of no further use.
class KeyReader {
 public:
  explicit KeyReader(std::string_view key) : rest_(key) {}  // `key` outlives the reader

  Result<std::string> text();
  Result<uint8_t> u8();
  Result<uint16_t> u16();
  Result<uint32_t> u32();
  Result<uint64_t> u64();
  Result<int8_t> i8();
  Result<int16_t> i16();
  Result<int32_t> i32();
  Result<int64_t> i64();
  Result<__int128> i128();

  // Nothing may follow the last element.
  Status end() const;
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// The smallest key above `key` itself, for going on behind it. Not a bound for a prefix.
std::string successor(std::string_view key);

}  // namespace kalam::codec
