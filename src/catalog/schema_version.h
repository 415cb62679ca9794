// The version of the system schema: one number for the whole of the system tables, checked before anything reads them.
//
//   absent, 0     a new directory: becomes the current version
//   lower         each step in turn, its effect and the new number in one batch
//   equal         nothing
//   higher        refused: written by a later version of the server
//   not 4 bytes   refused as corruption, and left as it is
//
// Always true: a step happens exactly once, wherever the process is killed.

#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "store/store.h"

namespace kalam::catalog {

inline constexpr char kSchemaVersionKey[] = "system:schema_version";  // in the default partition: u32 big-endian
inline constexpr char kEpochKey[] = "system:epoch";                   // 8 random bytes

// One step from version `from` to the next: it puts its changes into the batch, and writes nothing by itself.
struct Migration {
  uint32_t from;
  std::string what;  // for the log
  std::function<Status(const store::Store& store, store::Batch& batch)> run;
};

struct SchemaVersions {
  uint32_t current = 1;
  std::vector<Migration> migrations;
};

// The versions of this build.
const SchemaVersions& system_schema_versions();

// `contents_fit`: can what is stored be read as the current version? Asked only when a stored version has no step.
Status bring_up_to_date(store::Store& store, const SchemaVersions& versions,
                        const std::function<Status()>& contents_fit);

// The epoch of this database: drawn once, so that cursors of an earlier life of the data are recognised.
Result<uint64_t> database_epoch(store::Store& store, Random& random);

}  // namespace kalam::catalog
