#include "base/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

namespace kalam {

void SystemRandom::fill(std::span<uint8_t> bytes) {
  while (!bytes.empty()) {
    const auto got = getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      // A machine without its random generator cannot make keys, tokens or ids that are safe to use.
      std::abort();
    }
    bytes = bytes.subspan(static_cast<size_t>(got));
  }
}

void SeededRandom::fill(std::span<uint8_t> bytes) {
  std::lock_guard lock(mutex_);
  uint64_t word = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i % 8 == 0) word = engine_();
    bytes[i] = static_cast<uint8_t>(word);
    word >>= 8;
  }
}

}  // namespace kalam
