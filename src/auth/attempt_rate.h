// AttemptRate: how often one address may try to log in: a token bucket for each, as large as what a second brings
// (spec auth §11.3). Shared by everything that takes credentials: login, refresh, setup, WebSockets.
//
// Always true: an address costs memory only while its bucket is not full, and never more than kAddressesMax of them
// are kept: those beyond share one bucket.

#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"

namespace kalam::auth {

class AttemptRate {
 public:
  static constexpr size_t kAddressesMax = 65'536;

  // `clock` outlives this. Nothing passes at a rate of 0.
  AttemptRate(const Clock& clock, uint64_t per_second) : clock_(clock), per_second_(per_second) {}

  // Takes one attempt of that address; false: it has none left. Safe from any thread.
  bool allow(std::string_view address);

  size_t addresses() const;

 private:
  struct Bucket {
    Micros empty_at{0};  // when it would have been empty, had it filled ever since at per_second_
  };

  void forget_full_ones(Micros now);

  const Clock& clock_;
  const uint64_t per_second_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;  // guarded by mutex_
  Micros forgotten_at_{0};                           // guarded by mutex_: when full ones were looked for last
};

}  // namespace kalam::auth
