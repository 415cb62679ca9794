// Keys 0 … count-1 at random, evenly or skewed as by Zipf: key k is drawn with a weight of 1 / (k+1)^exponent.

#pragma once
#include <cstdint>
#include <random>
#include <vector>

namespace kalam::load {

using Random = std::mt19937_64;

class RandomKeys {
 public:
  RandomKeys(size_t count, double exponent);
  uint64_t draw(Random& random) const;
  size_t count() const { return count_; }

 private:
  size_t count_;
  std::vector<double> summed_weights_;  // empty: all are equally likely
};

}  // namespace kalam::load
