#include "live/live_row.h"

#include "types/json_text.h"

namespace kalam::live {

namespace {

std::string options_json(const SubscribeRequest::Options& options) {
  std::string text;
  JsonText json(text);
  json.begin_object();
  if (options.batch_size) json.key("batch_size").number(*options.batch_size);
  if (options.last_rows) json.key("last_rows").number(*options.last_rows);
  if (options.from) json.key("from").number(*options.from);
  json.end_object();
  return text;
}

}  // namespace

catalog::LiveRow live_row_of(const Subscription& subscription, const NodeId& node) {
  catalog::LiveRow row;
  row.live_id = subscription.live_id;
  row.connection_id = subscription.client->connection;
  row.subscription_id = SubscriptionId(subscription.id);
  row.namespace_id = subscription.scope.table.ns;
  row.table_name = subscription.scope.table.table;
  row.user_id = subscription.viewer().user;
  row.query = subscription.sql;
  if (subscription.options) row.options = catalog::Json{options_json(*subscription.options)};
  row.created_at = subscription.created_at;
  row.last_update = catalog::timestamp_us(subscription.last_update_us);
  row.changes = subscription.changes;
  row.node_id = node;
  row.last_ping_at = catalog::timestamp_us(subscription.client->heard_us);
  return row;
}

}  // namespace kalam::live
