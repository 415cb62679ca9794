// StripedCounter: a count that many threads raise without meeting: each on a cache line of its own. Reading adds them
// up.

#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace kalam::catalog {

class StripedCounter {
 public:
  void add() { stripes_[mine()].value.fetch_add(1, std::memory_order_relaxed); }
  uint64_t value() const {
    uint64_t sum = 0;
    for (const auto& stripe : stripes_) sum += stripe.value.load(std::memory_order_relaxed);
    return sum;
  }

 private:
  static constexpr size_t kStripes = 32;
  struct alignas(64) Stripe {
    std::atomic<uint64_t> value{0};
  };

  static size_t mine() {
    static std::atomic<size_t> threads{0};
    thread_local const size_t stripe = threads.fetch_add(1, std::memory_order_relaxed) % kStripes;
    return stripe;
  }

  std::array<Stripe, kStripes> stripes_;
};

}  // namespace kalam::catalog
