#include "load/random_keys.h"

#include <algorithm>
#include <cmath>

namespace kalam::load {

RandomKeys::RandomKeys(size_t count, double exponent) : count_(count) {
  if (exponent == 0) return;
  summed_weights_.reserve(count);
  double sum = 0;
  for (size_t key = 0; key < count; ++key) {
    sum += 1 / std::pow(static_cast<double>(key + 1), exponent);
    summed_weights_.push_back(sum);
  }
}

uint64_t RandomKeys::draw(Random& random) const {
  if (summed_weights_.empty()) return std::uniform_int_distribution<uint64_t>(0, count_ - 1)(random);
  const double point = std::uniform_real_distribution<double>(0, summed_weights_.back())(random);
  const auto key = std::upper_bound(summed_weights_.begin(), summed_weights_.end(), point) - summed_weights_.begin();
  return std::min<uint64_t>(static_cast<uint64_t>(key), count_ - 1);
}

}  // namespace kalam::load
