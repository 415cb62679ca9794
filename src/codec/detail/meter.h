// Times encoding and decoding: one call in 64 of each thread, so that the clock does not cost more than the codec.

#pragma once
#include <chrono>
#include <cstdint>

#include "base/counters.h"

namespace kalam::codec::detail {

inline bool sampled() {
  static thread_local uint32_t calls = 0;
  return (calls++ & 63) == 0;
}

class Timed {
 public:
  explicit Timed(counters::Histogram& histogram) : Timed([&]() -> auto& { return histogram; }) {}
  // For calls so short that asking for the histogram would count.
  template <typename HistogramOf>
  explicit Timed(HistogramOf histogram_of) : histogram_(sampled() ? &histogram_of() : nullptr) {
    if (histogram_) start_ = std::chrono::steady_clock::now();
  }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  bool samples() const { return histogram_ != nullptr; }  // is this one of the calls that are looked at?
  ~Timed() {
    if (histogram_) histogram_->record(static_cast<uint64_t>((std::chrono::steady_clock::now() - start_).count()));
  }

 private:
  counters::Histogram* histogram_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace kalam::codec::detail
