#include "query/statements/audited_write.h"
#include "query/statements/naming.h"
#include "query/statements/rows_reply.h"
#include "query/statements/statements.h"
#include "sql/subscription.h"
#include "types/generated_ids.h"

namespace kalam::query {

namespace {

// "wss://db.example.com/v1/ws"; without the origin when nobody said it.
std::string socket_url(std::string_view origin) {
  constexpr std::string_view kHttp = "http";
  std::string url(origin);
  if (url.starts_with(kHttp)) url.replace(0, kHttp.size(), "ws");
  if (url.ends_with('/')) url.pop_back();
  return url + "/v1/ws";
}

std::string subscription_id(const TableId& table, Random& random) {
  auto digits = print_uuid(make_uuid_v4(random));
  std::erase(digits, '-');
  return "sub-" + table.ns.value() + "-" + table.table.value() + "-" + digits;
}

}  // namespace

// Registers nothing: subscriptions are made over WebSocket, and this tells with which words.
Result<QueryReply> run(const sql::SubscribeTo& subscribe, const Services& services, Session& session) {
  const AuditedRead read(services, session);
  auto query = subscribe.query;
  const auto id = TRY(table_id(query.table, session));
  query.table = {id.ns.value(), id.table.value()};

  const DataType text(TypeTag::text);
  RowsReply reply({{"status", text}, {"ws_url", text}, {"subscription", DataType(TypeTag::json)}, {"message", text}});
  reply.add([&](JsonText& cells) {
    cells.string("active");
    cells.string(socket_url(services.options.public_origin));
    // The one JSON cell that is an object and not its text.
    cells.begin_object();
    cells.key("id").string(subscription_id(id, services.random));
    cells.key("sql").string(sql::print(query));
    cells.end_object();
    cells.string("WebSocket subscription created. Connect to ws_url to receive updates.");
  });
  return read.done(reply.take(), "SUBSCRIBE", id.dotted());
}

}  // namespace kalam::query
