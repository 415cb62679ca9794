// The rows of system.jobs that statements create. Whoever runs jobs finds them there: spec jobs §1 and §3.

#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "catalog/models/job.h"
#include "catalog/models/topic.h"
#include "catalog/snapshot.h"
#include "query/services.h"
#include "types/schema.h"

namespace kalam::query {

// What is left of a table that is dropped: its files. `catalog` still knows the storage they lie in.
catalog::Job table_cleanup(const TableDefinition& table, const catalog::CatalogSnapshot& catalog,
                           const Services& services);

// What is left of a topic: its messages and the offsets of its groups. `reason`: "drop_topic", "clear_topic".
catalog::Job topic_cleanup(const TopicId& topic, std::string_view reason, const Services& services);

}  // namespace kalam::query
