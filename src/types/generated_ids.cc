#include "types/generated_ids.h"

#include <algorithm>
#include <array>

namespace kalam {
namespace {

constexpr uint64_t kMs48 = (uint64_t{1} << 48) - 1;

void set_version(UuidBytes& uuid, uint8_t version) {
  uuid[6] = static_cast<uint8_t>((uuid[6] & 0x0F) | version << 4);
  uuid[8] = static_cast<uint8_t>((uuid[8] & 0x3F) | 0x80);  // the RFC 4122 variant
}

}  // namespace

UuidBytes make_uuid_v4(Random& random) {
  UuidBytes uuid{};
  random.fill(uuid);
  set_version(uuid, 4);
  return uuid;
}

UserId make_user_id(Random& random) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  static_assert(kAlphabet.size() == 64);  // so that six bits of a byte are an unbiased choice
  std::array<uint8_t, 21> bytes{};
  random.fill(bytes);
  std::string id;
  for (const auto byte : bytes) id.push_back(kAlphabet[byte & 63]);
  return UserId(std::move(id));
}

TimeOrderedIds::Stamp TimeOrderedIds::next(Stamp& last, uint16_t high_bits) {
  const auto now = static_cast<uint64_t>(std::max<int64_t>(clock_.now_ms(), 0)) & kMs48;
  std::lock_guard lock(mutex_);
  if (now > last.ms) {
    last.ms = now;
    last.high = static_cast<uint16_t>(random_.next_u64() & high_bits);
    last.low = random_.next_u64();
  } else if (++last.low == 0) {
    ++last.high;
  }
  return last;
}

UuidBytes TimeOrderedIds::uuid_v7() {
  // Version and variant leave room for 74 bits, 12 before and 62 behind the variant: the lowest of the 80, so that
  // counting up shows.
  const auto stamp = next(last_uuid_, 0x1FF);
  const uint64_t top = static_cast<uint64_t>(stamp.high) << 2 | stamp.low >> 62;
  UuidBytes uuid{};
  for (size_t i = 0; i < 6; ++i) uuid[i] = static_cast<uint8_t>(stamp.ms >> (40 - 8 * i));
  uuid[6] = static_cast<uint8_t>(top >> 8);
  uuid[7] = static_cast<uint8_t>(top);
  for (size_t i = 0; i < 8; ++i) uuid[8 + i] = static_cast<uint8_t>(stamp.low >> (56 - 8 * i));
  set_version(uuid, 7);
  return uuid;
}

std::string TimeOrderedIds::ulid() {
  constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const auto stamp = next(last_ulid_, 0x7FFF);
  using UInt128 = unsigned __int128;
  auto bits = static_cast<UInt128>(stamp.ms) << 80 | static_cast<UInt128>(stamp.high) << 64 | stamp.low;
  std::string text(26, '0');
  for (size_t i = text.size(); i > 0; --i, bits >>= 5) text[i - 1] = kCrockford[static_cast<size_t>(bits & 31)];
  return text;
}

}  // namespace kalam
