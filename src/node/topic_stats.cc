#include "node/topic_stats.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "node/database.h"
#include "query/services.h"
#include "topics/message_log.h"
#include "topics/routes.h"

namespace kalam::node {

namespace {

using catalog::StatRow;

StatRow number(std::string name, uint64_t value) { return {std::move(name), std::to_string(value)}; }

// What a group has not acknowledged and can still get: without what retention took.
Result<std::vector<StatRow>> lags(Database& database, const catalog::CatalogSnapshot& catalog) {
  std::vector<StatRow> rows;
  auto scan = TRY(database.catalog().tables().topic_offsets.rows().scan_iterator());
  while (const auto found = TRY(scan.next())) {
    const auto& offset = found->value;
    if (!catalog.topic(offset.topic_id)) continue;  // dropped a moment ago
    const topics::PartitionId partition{offset.topic_id, static_cast<uint32_t>(offset.partition_id)};
    const auto there = TRY(database.services().messages->extent(partition));
    const auto stands = std::max(static_cast<uint64_t>(offset.last_acked_offset) + 1, there.first);
    rows.push_back(number("topic_lag{topic=\"" + offset.topic_id.value() + "\",group=\"" + offset.group_id.value() +
                              "\",partition=\"" + std::to_string(offset.partition_id) + "\"}",
                          there.next > stands ? there.next - stands : 0));
  }
  return rows;
}

Result<std::vector<StatRow>> topic_stats(Database& database) {
  const auto catalog = database.catalog().snapshot();
  std::set<TableId> tables;
  uint64_t routes = 0;
  for (const auto& [id, topic] : catalog->topics()) {
    const auto read = TRY(topics::read_routes(topic.routes.text));
    for (const auto& route : read) {
      tables.insert(route.table);
      ++routes;
    }
  }
  std::vector<StatRow> rows{number("topic_cache_topic_count", catalog->topics().size()),
                            number("topic_cache_table_route_count", tables.size()),
                            number("topic_cache_total_routes", routes)};
  auto behind = TRY(lags(database, *catalog));
  rows.insert(rows.end(), std::move_iterator(behind.begin()), std::move_iterator(behind.end()));
  return rows;
}

}  // namespace

void provide_topic_stats(Database& database) {
  database.catalog()
      .provided()
      .stats_of(catalog::StatsGroup::topics)
      .set([&database](const ScanRequest&) -> Result<catalog::Rows<StatRow>> {
        return catalog::all_of(TRY(topic_stats(database)));
      });
}

}  // namespace kalam::node
