// Routes: which changes of which tables become messages of which topics.
//
// A topic keeps its routes as JSON (`system.topics.routes`); this is the only place that reads and writes it.

#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "catalog/snapshot.h"
#include "types/ids.h"
#include "types/row_change.h"

namespace kalam::topics {

enum class Payload : uint8_t { key, full, diff };
std::string_view name_of(Payload payload);
std::optional<Payload> parse_payload(std::string_view name);

struct Route {
  TableId table;
  ChangeKind on = ChangeKind::insert;
  Payload payload = Payload::full;
  std::optional<std::string> filter = {};  // an expression over the columns of the table

  bool operator==(const Route&) const = default;
};

// Of `system.topics.routes`. Routes of tables or operations that make no sense are passed over: nothing can match them.
Result<std::vector<Route>> read_routes(std::string_view json);
// The routes in `json` with one more. `already_exists`: the table and operation are there.
Result<std::string> with_route(std::string_view json, const Route& route);

// A route and where it leads.
struct Source {
  TopicId topic;
  uint32_t partitions = 1;
  Route route;
};

// All of a moment of the catalog. Immutable.
class Routes {
 public:
  explicit Routes(const catalog::CatalogSnapshot& catalog);

  // In the order of the topics' ids.
  std::span<const Source> of(const TableId& table) const;
  bool empty() const { return sources_.empty(); }

 private:
  std::unordered_map<TableId, std::vector<Source>> sources_;
};

}  // namespace kalam::topics
