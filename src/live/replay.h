// What a client who was away missed: the net difference of his result between then and now.

#pragma once
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "feed/feed.h"
#include "live/changes.h"
#include "live/subscription.h"
#include "tables/table_reader.h"

namespace kalam::live {

struct ReplayRequest {
  const Plan& plan;
  const Scope& scope;
  uint64_t generation;
  const Viewer& viewer;
  CommitSeq after;  // the client has everything up to this
  CommitSeq until;  // and gets everything up to this: the commit of the snapshot that the reader shows
};

using Replay = std::variant<std::vector<ChangeBody>,  // one for each key, in commit order
                            std::string>;             // why it cannot be told: a reason of `resync`

// Exact from the feed while it remembers. Later from the newest versions in the table: an insert may name a key that
// the client has, a delete one that it has not.
Result<Replay> replay_of(const ReplayRequest& request, const feed::Feed& feed,
                         const std::function<tables::TableReader(CommitSeq after)>& reader);

}  // namespace kalam::live
