#include "auth/attempt_rate.h"

#include <algorithm>

namespace kalam::auth {

namespace {

constexpr Micros kBurst{1'000'000};  // a bucket holds what one second brings

}  // namespace

bool AttemptRate::allow(std::string_view address) {
  if (per_second_ == 0) return false;
  const auto now = clock_.monotonic();
  const auto cost = Micros(std::max<int64_t>(1, kBurst.count() / static_cast<int64_t>(per_second_)));
  const std::lock_guard lock(mutex_);
  if (now - forgotten_at_ >= kBurst) forget_full_ones(now);
  std::string key(address);
  if (buckets_.size() >= kAddressesMax && !buckets_.contains(key)) key.clear();
  // One that was not there yet is full.
  auto& bucket = buckets_.try_emplace(std::move(key), Bucket{now - kBurst}).first->second;
  const auto from = std::max(bucket.empty_at, now - kBurst);
  if (from + cost > now) return false;
  bucket.empty_at = from + cost;
  return true;
}

void AttemptRate::forget_full_ones(Micros now) {
  std::erase_if(buckets_, [&](const auto& entry) { return entry.second.empty_at <= now - kBurst; });
  forgotten_at_ = now;
}

size_t AttemptRate::addresses() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

}  // namespace kalam::auth
