// StorageHealth: what can be done in a storage, found out by doing it: a small file is written, listed, read and
// deleted. Spec jobs §15.

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/models/storage.h"

namespace kalam::query {

struct StorageHealth {
  bool readable = false;
  bool writable = false;
  bool listable = false;
  bool deletable = false;
  int64_t latency_ms = 0;
  std::optional<int64_t> total_bytes = {};  // of the file system
  std::optional<int64_t> used_bytes = {};
  std::optional<std::string> error = {};
  bool reached = true;  // false: there is nothing to try it on

  std::string_view status() const;  // "healthy", "degraded", "unreachable"
};

enum class WithSizes : uint8_t { no, yes };

// Blocks on the disk.
StorageHealth check_health(const catalog::Storage& storage, WithSizes sizes, Clock& clock, Random& random);

// Makes the directory of a new filesystem storage, and those above it.
Status make_directory(std::string_view base_directory);

}  // namespace kalam::query
