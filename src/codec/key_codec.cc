#include "codec/key_codec.h"

#include <type_traits>

namespace kalam::codec {
namespace {

constexpr char kEnd = '\x00';
constexpr char kEscape = '\x01';

bool needs_escape(char byte) { return byte == kEnd || byte == kEscape; }

Error malformed(std::string_view what) {
  return Error{ErrorCode::corruption, "key decode failed: " + std::string(what)};
}

template <typename U>
Result<U> take_unsigned(std::string_view& rest) {
  if (rest.size() < sizeof(U)) return malformed("too short for an integer");
  U value = 0;
  for (size_t i = 0; i < sizeof(U); ++i) {
    if constexpr (sizeof(U) > 1) value = static_cast<U>(value << 8);
    value = static_cast<U>(value | static_cast<uint8_t>(rest[i]));
  }
  rest.remove_prefix(sizeof(U));
  return value;
}

template <typename S, typename U>
Result<S> take_signed(std::string_view& rest) {
  const U value = TRY(take_unsigned<U>(rest));
  return static_cast<S>(static_cast<U>(value ^ static_cast<U>(U{1} << (sizeof(U) * 8 - 1))));
}

}  // namespace

KeyWriter& KeyWriter::text(std::string_view value) {
  bytes_.reserve(bytes_.size() + value.size() + 1);
  size_t plain = 0;  // start of the run not yet appended
  for (size_t i = 0; i < value.size(); ++i) {
    if (!needs_escape(value[i])) continue;
    bytes_.append(value.substr(plain, i - plain));
    bytes_.push_back(kEscape);
    plain = i;
  }
  bytes_.append(value.substr(plain));
  bytes_.push_back(kEnd);
  return *this;
}

Result<std::string> KeyReader::text() {
  std::string value;
  for (size_t i = 0; i < rest_.size(); ++i) {
    char byte = rest_[i];
    if (byte == kEnd) {
      rest_.remove_prefix(i + 1);
      return value;
    }
    if (byte == kEscape) {
      if (++i == rest_.size()) break;
      byte = rest_[i];
      if (!needs_escape(byte)) return malformed("escape before a byte that needs none");
    }
    value.push_back(byte);
  }
  return malformed("text without an end");
}

Result<uint8_t> KeyReader::u8() { return take_unsigned<uint8_t>(rest_); }
Result<uint16_t> KeyReader::u16() { return take_unsigned<uint16_t>(rest_); }
Result<uint32_t> KeyReader::u32() { return take_unsigned<uint32_t>(rest_); }
Result<uint64_t> KeyReader::u64() { return take_unsigned<uint64_t>(rest_); }
Result<int8_t> KeyReader::i8() { return take_signed<int8_t, uint8_t>(rest_); }
Result<int16_t> KeyReader::i16() { return take_signed<int16_t, uint16_t>(rest_); }
Result<int32_t> KeyReader::i32() { return take_signed<int32_t, uint32_t>(rest_); }
Result<int64_t> KeyReader::i64() { return take_signed<int64_t, uint64_t>(rest_); }
Result<__int128> KeyReader::i128() { return take_signed<__int128, unsigned __int128>(rest_); }

Status KeyReader::end() const {
  if (!rest_.empty()) return malformed(std::to_string(rest_.size()) + " bytes behind the last element");
  return {};
}

std::string successor(std::string_view key) {
  std::string next(key);
  next.push_back('\0');
  return next;
}

}  // namespace kalam::codec
