// How RocksDB is set up: families, memory, and where its own log lines go.

#pragma once
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>

#include <array>
#include <memory>
#include <vector>

#include "store/store.h"

namespace kalam::store {

inline constexpr std::array kFamilies = {Family::system_meta, Family::system_index, Family::hot_data, Family::hot_index,
                                         Family::raft};
const char* family_name(Family family);

rocksdb::DBOptions database_options(const StoreOptions& options, rocksdb::Env* env);

// The unused default family first, then kFamilies in order; one block cache for all of them.
std::vector<rocksdb::ColumnFamilyDescriptor> family_descriptors(const StoreOptions& options);

// Warnings and errors of RocksDB go to our log; it writes no log file into the store's directory.
std::shared_ptr<rocksdb::Logger> log_bridge();

}  // namespace kalam::store
