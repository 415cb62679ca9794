#include "server/msgpack.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <vector>

#include "types/json_reader.h"
#include "types/json_text.h"

namespace kalam::server {

namespace {

constexpr int kDepthMax = 128;

Error invalid(std::string message) { return {ErrorCode::invalid_input, std::move(message)}; }

class Packer {
 public:
  Status value(std::string_view json, int depth) {
    if (depth > kDepthMax) return invalid("nested too deeply");
    JsonReader reader(json);
    switch (TRY(reader.peek())) {
      case JsonReader::Kind::null: return byte(0xc0), Status();
      case JsonReader::Kind::boolean: return byte(TRY(reader.boolean()) ? 0xc3 : 0xc2), Status();
      case JsonReader::Kind::number: return number(TRY(reader.number()));
      case JsonReader::Kind::string: return text(TRY(reader.string())), Status();
      case JsonReader::Kind::array: return array(reader, depth);
      case JsonReader::Kind::object: return object(reader, depth);
    }
    return {};
  }
  std::string take() { return std::move(out_); }

 private:
  void byte(uint8_t value) { out_.push_back(static_cast<char>(value)); }
  template <typename T>
  void big_endian(T value) {
    for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
      byte(static_cast<uint8_t>(value >> shift));
    }
  }

  Status number(std::string_view written) {
    int64_t integer = 0;
    const auto* end = written.data() + written.size();
    if (const auto parsed = std::from_chars(written.data(), end, integer);
        parsed.ec == std::errc() && parsed.ptr == end) {
      if (integer >= 0 && integer < 128) return byte(static_cast<uint8_t>(integer)), Status();
      if (integer < 0 && integer >= -32) return byte(static_cast<uint8_t>(integer)), Status();
      byte(0xd3);
      return big_endian(static_cast<uint64_t>(integer)), Status();
    }
    double real = 0;
    std::from_chars(written.data(), end, real);
    byte(0xcb);
    return big_endian(std::bit_cast<uint64_t>(real)), Status();
  }

  void text(std::string_view text) {
    const auto size = text.size();
    if (size < 32) byte(static_cast<uint8_t>(0xa0 | size));
    else if (size < 256) byte(0xd9), big_endian(static_cast<uint8_t>(size));
    else if (size < 65'536) byte(0xda), big_endian(static_cast<uint16_t>(size));
    else byte(0xdb), big_endian(static_cast<uint32_t>(size));
    out_ += text;
  }

  void head(size_t size, uint8_t small, uint8_t medium) {
    if (size < 16) byte(static_cast<uint8_t>(small | size));
    else if (size < 65'536) byte(medium), big_endian(static_cast<uint16_t>(size));
    else byte(medium + 1), big_endian(static_cast<uint32_t>(size));
  }

  Status array(JsonReader& reader, int depth) {
    std::vector<std::string_view> elements;
    TRY(reader.begin_array());
    while (TRY(reader.element())) elements.push_back(TRY(reader.raw()));
    head(elements.size(), 0x90, 0xdc);
    for (const auto element : elements) TRY(value(element, depth + 1));
    return {};
  }

  Status object(JsonReader& reader, int depth) {
    std::vector<std::pair<std::string, std::string_view>> members;
    TRY(reader.begin_object());
    while (auto key = TRY(reader.key())) members.emplace_back(std::move(*key), TRY(reader.raw()));
    head(members.size(), 0x80, 0xde);
    for (const auto& [key, member] : members) {
      text(key);
      TRY(value(member, depth + 1));
    }
    return {};
  }

  std::string out_;
};

class Unpacker {
 public:
  Unpacker(std::string_view bytes, JsonText& json) : left_(bytes), json_(json) {}

  Status value(int depth) {
    if (depth > kDepthMax) return invalid("nested too deeply");
    const auto tag = TRY(read<uint8_t>());
    if (tag < 0x80) return json_.number(tag), Status();
    if (tag >= 0xe0) return json_.number(static_cast<int8_t>(tag)), Status();
    if (tag < 0x90) return object(tag & 0x0f, depth);
    if (tag < 0xa0) return array(tag & 0x0f, depth);
    if (tag < 0xc0) return json_.string(TRY(bytes(tag & 0x1f))), Status();
    switch (tag) {
      case 0xc0: return json_.null(), Status();
      case 0xc2:
      case 0xc3: return json_.boolean(tag == 0xc3), Status();
      case 0xca: return real(std::bit_cast<float>(TRY(read<uint32_t>())));
      case 0xcb: return real(std::bit_cast<double>(TRY(read<uint64_t>())));
      case 0xcc: return json_.number(TRY(read<uint8_t>())), Status();
      case 0xcd: return json_.number(TRY(read<uint16_t>())), Status();
      case 0xce: return json_.number(TRY(read<uint32_t>())), Status();
      case 0xcf: return json_.number(TRY(read<uint64_t>())), Status();
      case 0xd0: return json_.number(static_cast<int8_t>(TRY(read<uint8_t>()))), Status();
      case 0xd1: return json_.number(static_cast<int16_t>(TRY(read<uint16_t>()))), Status();
      case 0xd2: return json_.number(static_cast<int32_t>(TRY(read<uint32_t>()))), Status();
      case 0xd3: return json_.number(static_cast<int64_t>(TRY(read<uint64_t>()))), Status();
      case 0xd9:
      case 0xda:
      case 0xdb: return json_.string(TRY(text(tag))), Status();
      case 0xdc: return array(TRY(read<uint16_t>()), depth);
      case 0xdd: return array(TRY(read<uint32_t>()), depth);
      case 0xde: return object(TRY(read<uint16_t>()), depth);
      case 0xdf: return object(TRY(read<uint32_t>()), depth);
      default: return invalid("a value without JSON, tag " + std::to_string(tag));
    }
  }
  bool at_end() const { return left_.empty(); }

 private:
  Result<std::string_view> bytes(size_t size) {
    if (left_.size() < size) return invalid("unexpected end");
    const auto taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  template <typename T>
  Result<T> read() {
    T value = 0;
    for (const char c : TRY(bytes(sizeof(T)))) {
      value = static_cast<T>(static_cast<uint64_t>(value) << 8 | static_cast<uint8_t>(c));
    }
    return value;
  }
  Result<std::string_view> text(uint8_t tag) {
    if (tag >= 0xa0 && tag < 0xc0) return bytes(tag & 0x1f);
    if (tag == 0xd9) return bytes(TRY(read<uint8_t>()));
    if (tag == 0xda) return bytes(TRY(read<uint16_t>()));
    if (tag == 0xdb) return bytes(TRY(read<uint32_t>()));
    return invalid("a key that is no string");
  }
  Status real(double value) {
    if (!std::isfinite(value)) return invalid("a number without JSON");
    return json_.number(value), Status();
  }
  // A size that is a lie ends with the bytes, not with memory.
  Status array(size_t size, int depth) {
    json_.begin_array();
    for (size_t i = 0; i < size; ++i) TRY(value(depth + 1));
    json_.end_array();
    return {};
  }
  Status object(size_t size, int depth) {
    json_.begin_object();
    for (size_t i = 0; i < size; ++i) {
      const auto tag = TRY(read<uint8_t>());
      json_.key(TRY(text(tag)));
      TRY(value(depth + 1));
    }
    json_.end_object();
    return {};
  }

  std::string_view left_;
  JsonText& json_;
};

}  // namespace

Result<std::string> msgpack_of_json(std::string_view json) {
  Packer packer;
  TRY(packer.value(json, 0));
  return packer.take();
}

Result<std::string> json_of_msgpack(std::string_view bytes) {
  std::string text;
  JsonText json(text);
  Unpacker unpacker(bytes, json);
  TRY(unpacker.value(0));
  if (!unpacker.at_end()) return invalid("bytes behind the message");
  return text;
}

}  // namespace kalam::server
