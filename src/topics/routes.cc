#include "topics/routes.h"

#include <algorithm>
#include <array>

#include "base/log.h"
#include "topics/message.h"
#include "types/json_reader.h"
#include "types/json_text.h"

namespace kalam::topics {

namespace {

constexpr std::array kPayloads = {Payload::key, Payload::full, Payload::diff};

Result<std::optional<std::string>> string_or_null(JsonReader& json) {
  if (TRY(json.peek()) == JsonReader::Kind::null) {
    TRY(json.null());
    return std::optional<std::string>();
  }
  return std::optional(TRY(json.string()));
}

// Empty: no change can match it.
Result<std::optional<Route>> read_route(JsonReader& json) {
  Route route;
  bool known = true;
  TRY(json.begin_object());
  while (const auto key = TRY(json.key())) {
    if (*key == "table_id") {
      auto table = parse_table_id(TRY(json.string()));
      known = known && table.ok();
      if (table.ok()) route.table = *std::move(table);
    } else if (*key == "op") {
      const auto kind = parse_kind(TRY(json.string()));
      known = known && kind;
      if (kind) route.on = *kind;
    } else if (*key == "payload_mode") {
      route.payload = parse_payload(TRY(json.string())).value_or(Payload::full);
    } else if (*key == "filter_expr") {
      route.filter = TRY(string_or_null(json));
    } else {
      TRY(json.raw());
    }
  }
  if (!known) return std::optional<Route>();
  return std::optional(std::move(route));
}

std::string route_json(const Route& route) {
  std::string text;
  JsonText json(text);
  json.begin_object();
  json.key("filter_expr");
  if (route.filter) json.string(*route.filter);
  else json.null();
  json.key("op").string(name_of(route.on));
  json.key("partition_key_expr").null();
  json.key("payload_mode").string(name_of(route.payload));
  json.key("table_id").string(route.table.dotted());
  json.end_object();
  return text;
}

}  // namespace

std::string_view name_of(Payload payload) {
  switch (payload) {
    case Payload::key: return "key";
    case Payload::full: return "full";
    case Payload::diff: return "diff";
  }
  return "";
}

std::optional<Payload> parse_payload(std::string_view name) {
  for (const auto payload : kPayloads) {
    if (name == name_of(payload)) return payload;
  }
  return std::nullopt;
}

Result<std::vector<Route>> read_routes(std::string_view text) {
  std::vector<Route> routes;
  JsonReader json(text);
  TRY(json.begin_array());
  while (TRY(json.element())) {
    if (auto route = TRY(read_route(json))) routes.push_back(*std::move(route));
  }
  TRY(json.end());
  return routes;
}

Result<std::string> with_route(std::string_view text, const Route& route) {
  std::string made;
  JsonText out(made);
  out.begin_array();
  JsonReader in(text);
  TRY(in.begin_array());
  while (TRY(in.element())) {
    const auto each = TRY(in.raw());
    JsonReader json(each);
    const auto known = TRY(read_route(json));
    if (known && known->table == route.table && known->on == route.on) {
      return Error{ErrorCode::already_exists,
                   "Route for " + route.table.dotted() + " ON " + std::string(title_of(route.on)) + " already exists"};
    }
    out.raw(each);
  }
  TRY(in.end());
  out.raw(route_json(route));
  out.end_array();
  return made;
}

Routes::Routes(const catalog::CatalogSnapshot& catalog) {
  for (const auto& [id, topic] : catalog.topics()) {
    auto routes = read_routes(topic.routes.text);
    if (!routes.ok()) {
      log::error("topics", "the sources of a topic cannot be read: nothing is published to it",
                 {{"topic", id.value()}, {"error", routes.error().message}});
      continue;
    }
    const auto partitions = static_cast<uint32_t>(std::max(topic.partitions, 1));
    for (auto& route : *routes) {
      auto& sources = sources_[route.table];
      sources.push_back({id, partitions, std::move(route)});
    }
  }
}

std::span<const Source> Routes::of(const TableId& table) const {
  const auto found = sources_.find(table);
  if (found == sources_.end()) return {};
  return found->second;
}

}  // namespace kalam::topics
