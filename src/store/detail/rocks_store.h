// open_store with another environment under RocksDB: tests fill the disk or break it.

#pragma once
#include <rocksdb/env.h>

#include "store/store.h"

namespace kalam::store {

// `env` outlives the store and everything taken from it.
Result<std::unique_ptr<Store>> open_rocks_store(const StoreOptions& options, rocksdb::Env* env);

}  // namespace kalam::store
