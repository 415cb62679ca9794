// Random bytes: from the kernel in production, from a seed in tests.

#pragma once
#include <cstdint>
#include <mutex>
#include <random>
#include <span>

namespace kalam {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<uint8_t> bytes) = 0;  // safe to call from several threads

  uint64_t next_u64() {
    uint8_t bytes[8];
    fill(bytes);
    uint64_t value = 0;
    for (const auto byte : bytes) value = value << 8 | byte;
    return value;
  }
};

// The kernel's generator: fit for secrets.
class SystemRandom final : public Random {
 public:
  void fill(std::span<uint8_t> bytes) override;
};

// The same bytes for the same seed, everywhere. Never for secrets.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : engine_(seed) {}
  void fill(std::span<uint8_t> bytes) override;

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;  // guarded by mutex_
};

}  // namespace kalam
