// For the tests of this module: a directory of its own, and both stores by name.

#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/testing/must.h"
#include "base/testing/temp_directory.h"
#include "store/store.h"

namespace kalam::store {

#define EXPECT_OK(...)                                        \
  do {                                                        \
    const auto& kalam_outcome = (__VA_ARGS__);                \
    EXPECT_TRUE(kalam_outcome.ok()) << kalam_outcome.error(); \
  } while (false)
#define EXPECT_ERROR(wanted, ...)                                             \
  do {                                                                        \
    const auto& kalam_outcome = (__VA_ARGS__);                                \
    if (kalam_outcome.ok()) {                                                 \
      ADD_FAILURE() << "no error: " #__VA_ARGS__;                             \
    } else {                                                                  \
      EXPECT_EQ(kalam_outcome.error().code, wanted) << kalam_outcome.error(); \
    }                                                                         \
  } while (false)

using Rows = std::vector<std::pair<std::string, std::string>>;

inline Rows rows_of(const Store& store, const Partition& partition, ScanOptions options = {}) {
  Rows rows;
  auto scan = must(store.scan(partition, std::move(options)));
  for (; scan->valid(); scan->next()) rows.emplace_back(scan->key(), scan->value());
  EXPECT_OK(scan->status());
  return rows;
}

inline std::vector<std::string> keys_of(const Store& store, const Partition& partition, ScanOptions options = {}) {
  std::vector<std::string> keys;
  for (auto& [key, value] : rows_of(store, partition, std::move(options))) keys.push_back(key);
  return keys;
}

enum class Engine { memory, rocks };

// Tests of the contract run on both stores.
class BothStores : public testing::TestWithParam<Engine> {
 protected:
  BothStores() { reopen(); }
  void reopen() {  // the memory store starts empty again
    store_.reset();
    store_ = GetParam() == Engine::memory ? open_memory_store() : must(open_store({.path = directory_ / "db"}));
  }
  bool durable() const { return GetParam() == Engine::rocks; }
  Partition make(std::string_view name) { return must(store_->create_partition(name)); }

  TempDirectory directory_;
  std::unique_ptr<Store> store_;
};

#define KALAM_ON_BOTH_STORES(suite)                                                        \
  INSTANTIATE_TEST_SUITE_P(Engines, suite, testing::Values(Engine::memory, Engine::rocks), \
                           [](auto& engine) { return engine.param == Engine::memory ? "memory" : "rocks"; })

}  // namespace kalam::store
