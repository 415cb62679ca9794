// Publisher: turns the changes of a commit into messages, in the batch of that commit.
//
//   publish(changes) for each command -> finish(batch) -> the batch is stored -> stored()
//                                                       -> it is not, or a publish failed -> dropped()
//
// Always true: nothing of it is seen by consumers before stored().

#pragma once
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/result.h"
#include "catalog/snapshot.h"
#include "store/store.h"
#include "topics/message_log.h"
#include "topics/routes.h"
#include "types/row_change.h"

namespace kalam::topics {

// Does a row, with its `_seq`, pass the filter of a route?
using Accepts = std::function<Result<bool>(const TableDefinitionPtr& table, const std::string& filter, const Row& row,
                                           RowSeq seq, bool deleted)>;

// Of one thread: the one that applies.
class Publisher {
 public:
  Publisher(MessageLog& log, Accepts accepts) : log_(log), accepts_(std::move(accepts)) {}

  Status publish(const catalog::CatalogSnapshotPtr& catalog, const ChangeSet& changes, int64_t at_ms,
                 store::Batch& batch);
  void finish(store::Batch& batch) const;
  void stored();
  void dropped() { last_ = nullptr, ends_.clear(); }

 private:
  Status publish(const Source& source, const TableChanges& changes, const RowChange& change, int64_t at_ms,
                 store::Batch& batch);
  Result<Extent*> end_of(const PartitionId& partition);

  MessageLog& log_;
  const Accepts accepts_;
  catalog::CatalogSnapshotPtr seen_;  // the routes are those of this moment
  std::shared_ptr<const Routes> routes_;
  std::map<PartitionId, Extent> ends_;                    // of the batch that is being filled
  std::pair<const PartitionId, Extent>* last_ = nullptr;  // of these: most often it is the next one, too
};

}  // namespace kalam::topics
