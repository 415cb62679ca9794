// What an Instance holds.

#pragma once
#include <duckdb.hpp>
#include <memory>

#include "duck/instance.h"

namespace kalam::duck {

struct Instance::Impl {
  std::unique_ptr<duckdb::DuckDB> database;
};

}  // namespace kalam::duck
