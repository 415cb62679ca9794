// What an Instance holds.

#pragma once
#include <duckdb.hpp>
#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "duck/instance.h"

namespace kalam::duck {

struct Instance::Impl {
  // For an instance that is given no others.
  SystemClock clock;
  SystemRandom random;
  Snowflakes snowflakes{clock, 0};
  TimeOrderedIds ids{clock, random};

  std::unique_ptr<duckdb::DuckDB> database;
};

}  // namespace kalam::duck
