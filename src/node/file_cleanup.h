// FileCleanup: files go when their rows do. Follows what commits did to rows, and which tables there are.
//
//   feed -> a row that was replaced or removed -> its FileRefs that the new row does not have -> FileStore::remove
//   catalog -> a table that is gone            -> its directory                               -> FileStore::remove_all
//
// Always true: a file goes only after the commit that lets it go, and never one that the row still names. Best effort
// otherwise: what is committed and not yet removed when the process is killed stays on the disk.

#pragma once
#include <map>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "catalog/catalog.h"
#include "feed/feed.h"
#include "files/file_store.h"

namespace kalam::node {

class FileCleanup {
 public:
  // Follows from now on, on a thread of its own. All outlive this.
  FileCleanup(const catalog::Catalog& catalog, const feed::Feed& feed, files::FileStore& store, const Clock& clock);
  ~FileCleanup();  // stop()
  FileCleanup(const FileCleanup&) = delete;
  FileCleanup& operator=(const FileCleanup&) = delete;

  void stop();  // what was committed before is done then; safe to repeat

 private:
  struct KnownTable {
    TableDefinitionPtr definition;
    std::string directory;
  };

  void follow(const std::stop_token& stop);
  void clean(const ChangeSet& changes);
  void clean(const TableChanges& changes);
  void look_at_tables();
  std::optional<KnownTable> known(TableDefinitionPtr table, const catalog::CatalogSnapshot& snapshot) const;
  void remove_files_of(const KnownTable& table, const catalog::CatalogSnapshot& snapshot);

  const catalog::Catalog& catalog_;
  const feed::Feed& feed_;
  files::FileStore& store_;
  const Clock& clock_;
  feed::Reader reader_;
  catalog::CatalogSnapshotPtr seen_;      // the tables are those of this moment
  std::map<TableId, KnownTable> tables_;  // with FILE columns
  std::jthread thread_;                   // the only one that touches the three above
};

}  // namespace kalam::node
