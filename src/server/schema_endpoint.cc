#include "server/schema_endpoint.h"

#include <charconv>
#include <ctime>
#include <optional>

#include "server/bearer_error.h"
#include "server/http_text.h"
#include "server/idempotency.h"
#include "server/schema_statement.h"
#include "server/sql_error.h"
#include "types/json_reader.h"
#include "types/json_text.h"

namespace kalam::server {

namespace {

constexpr uint64_t kColumnsAtMost = 10'000;

std::optional<std::string> parameter(const HttpRequest& request, std::string_view name) {
  return parameter_of(request.query, name);
}

bool is_true(const std::optional<std::string>& value) { return value == "true" || value == "1"; }

std::optional<uint64_t> number(const std::optional<std::string>& text) {
  uint64_t value = 0;
  if (!text || text->empty()) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

std::string rfc3339(int64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms >= 0 ? ms / 1000 : (ms - 999) / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + length, sizeof text - length, ".%03dZ", static_cast<int>(ms - int64_t{seconds} * 1000));
  return text;
}

void write_table(JsonText& json, const TableDefinition& table) {
  json.begin_object();
  json.key("table_id").string(table.id.dotted());
  json.key("namespace_id").string(table.id.ns.value());
  json.key("table_name").string(table.id.table.value());
  json.key("table_type").string(variant_name(table.type));
  json.key("schema_version").number(table.schema_version);
  json.key("next_column_id").number(table.next_column_id);
  json.key("columns").raw(json_of_columns(table.columns));
  json.key("table_options").raw(json_of(table.options));
  json.key("table_comment");
  if (table.comment) json.string(*table.comment);
  else json.null();
  json.key("created_at").string(rfc3339(table.created_at_ms));
  json.key("updated_at").string(rfc3339(table.updated_at_ms));
  json.end_object();
}

std::string history_json(const TableId& id, const std::vector<TableDefinition>& versions) {
  std::string body;
  JsonText json(body);
  json.begin_object();
  json.key("table_id").string(id.dotted());
  json.key("versions").begin_array();
  for (const auto& version : versions) {
    json.begin_object();
    json.key("version").number(version.schema_version);
    json.key("created_at").string(rfc3339(version.updated_at_ms));
    json.key("changes").string(version.changes);
    json.key("columns").raw(json_of_columns(version.columns));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return body;
}

// Rows as the SQL route has them, as objects.
Status write_objects(JsonText& out, const query::QueryReply& reply) {
  const auto rows = "[" + reply.rows_json + "]";
  JsonReader in(rows);
  out.begin_array();
  TRY(in.begin_array());
  while (TRY(in.element())) {
    TRY(in.begin_array());
    out.begin_object();
    for (size_t i = 0; TRY(in.element()); ++i) out.key(reply.columns[i].name).raw(TRY(in.raw()));
    out.end_object();
  }
  out.end_array();
  return in.end();
}

// "Table app.t dropped successfully. Cleanup job: CL-9f1c02ab77de"
std::optional<std::string> job_in(std::string_view message) {
  constexpr std::string_view kBefore = "Cleanup job: ";
  const auto at = message.find(kBefore);
  if (at == std::string_view::npos) return std::nullopt;
  return std::string(message.substr(at + kBefore.size()));
}

}  // namespace

template <typename Answer>
HttpResponse SchemaEndpoint::as_caller(const HttpRequest& request, Answer answer) {
  const auto started = services_.clock.monotonic();
  const auto who = authenticator_.by_header(request.header("Authorization"));
  if (const auto* const bad = std::get_if<auth::Refused>(&who)) return bearer_error(*bad, 0);
  return answer(Caller{std::get<auth::Identity>(who).viewer, started});
}

query::Replies SchemaEndpoint::run(const HttpRequest& request, const Caller& caller, std::string_view sql,
                                   std::vector<Value> parameters) {
  query::Request asked{.sql = sql, .parameters = std::move(parameters)};
  asked.session.actor = asked.session.viewer = caller.viewer;
  asked.session.request_id = request.request_id.empty() ? print_uuid(ids_.uuid_v7()) : request.request_id;
  asked.session.client_address = request.client;
  SqlRequest standing_for;
  standing_for.sql = std::string(sql);
  auto key = write_key_of(request, standing_for);
  if (!key.ok()) return {.failure = query::Failure{.error = key.error(), .phase = query::Failure::Phase::parsing}};
  asked.write_key = *std::move(key);
  return runner_.run(std::move(asked));
}

HttpResponse SchemaEndpoint::refused(const Caller& caller, unsigned status, std::string code,
                                     std::string message) const {
  const auto took = services_.clock.monotonic() - caller.started;
  return error_response({status, std::move(code), std::move(message), {}}, static_cast<double>(took.count()) / 1000);
}

HttpResponse SchemaEndpoint::invalid(const Caller& caller, const Error& error) const {
  return refused(caller, 400, "INVALID_INPUT", error.message);
}

HttpResponse SchemaEndpoint::failed(const Caller& caller, const query::Failure& failure) const {
  auto shown = shown_to(caller.viewer.role, failure);
  switch (failure.error.code) {
    case ErrorCode::already_exists: shown.status = 409, shown.code = "ALREADY_EXISTS"; break;
    case ErrorCode::not_found: shown.status = 404, shown.code = "TABLE_NOT_FOUND"; break;
    case ErrorCode::conflict: shown.status = 409, shown.code = "VERSION_CONFLICT"; break;
    default: break;
  }
  const auto took = services_.clock.monotonic() - caller.started;
  return error_response(shown, static_cast<double>(took.count()) / 1000);
}

Result<TableId> SchemaEndpoint::table_of(const HttpRequest& request) const {
  const auto& written = request.arguments.front();
  if (written.find('.') != std::string::npos) return parse_table_id(written);
  return parse_table_id(parameter(request, "namespace").value_or("default") + "." + written);
}

HttpResponse SchemaEndpoint::table_answer(const Caller& caller, unsigned status, const TableId& id) const {
  const auto table = services_.catalog.table(id);
  if (!table.ok() || !*table) {
    return refused(caller, 404, "TABLE_NOT_FOUND", "Not found: Table '" + id.dotted() + "' not found");
  }
  std::string body;
  JsonText json(body);
  write_table(json, **table);
  return json_response(status, std::move(body));
}

HttpResponse SchemaEndpoint::schema(const HttpRequest& request) {
  return as_caller(request, [&](const Caller& caller) {
    const auto id = table_of(request);
    if (!id.ok()) return invalid(caller, id.error());
    const bool history = is_true(parameter(request, "history"));
    const auto described = run(request, caller, "DESCRIBE TABLE " + quoted_table(*id) + (history ? " HISTORY" : ""));
    if (described.failure) return failed(caller, *described.failure);
    const auto version = parameter(request, "version");
    if (!history && !version) return table_answer(caller, 200, *id);
    if (history) {
      const auto versions = services_.catalog.history(*id);
      if (!versions.ok()) return failed(caller, {.error = versions.error()});
      return json_response(200, history_json(*id, *versions));
    }
    const auto wanted = number(version);
    if (!wanted || *wanted == 0 || *wanted > UINT32_MAX) {
      return refused(caller, 400, "INVALID_INPUT", "Invalid version '" + *version + "'");
    }
    const auto table = services_.catalog.version(*id, static_cast<uint32_t>(*wanted));
    if (!table.ok() || !*table) {
      return refused(caller, 404, "TABLE_NOT_FOUND",
                     "Not found: Version " + *version + " of table '" + id->dotted() + "' not found");
    }
    std::string body;
    JsonText json(body);
    write_table(json, **table);
    return json_response(200, std::move(body));
  });
}

HttpResponse SchemaEndpoint::alter(const HttpRequest& request) {
  return as_caller(request, [&](const Caller& caller) {
    const auto id = table_of(request);
    if (!id.ok()) return invalid(caller, id.error());
    const auto body = read_alter_table(*id, request.content_type, request.body);
    if (!body.ok()) return invalid(caller, body.error());
    const std::lock_guard lock(altering_);
    const auto table = services_.catalog.table(*id);
    if (body->expected_version && table.ok() && *table && (*table)->schema_version != *body->expected_version) {
      return refused(caller, 409, "VERSION_CONFLICT", "Conflict: table " + id->dotted() + " was altered concurrently");
    }
    const auto altered = run(request, caller, body->sql);
    if (altered.failure) return failed(caller, *altered.failure);
    return table_answer(caller, 200, *id);
  });
}

HttpResponse SchemaEndpoint::create(const HttpRequest& request) {
  return as_caller(request, [&](const Caller& caller) {
    const auto body = read_create_table(request.content_type, request.body);
    if (!body.ok()) return invalid(caller, body.error());
    const auto before = services_.catalog.snapshot()->share(body->table);
    const auto created = run(request, caller, body->sql);
    if (created.failure) return failed(caller, *created.failure);
    return table_answer(caller, before ? 200 : 201, body->table);
  });
}

HttpResponse SchemaEndpoint::drop(const HttpRequest& request) {
  return as_caller(request, [&](const Caller& caller) {
    const auto id = table_of(request);
    if (!id.ok()) return invalid(caller, id.error());
    const bool if_exists = is_true(parameter(request, "if_exists"));
    const auto dropped =
        run(request, caller, std::string("DROP TABLE ") + (if_exists ? "IF EXISTS " : "") + quoted_table(*id));
    if (dropped.failure) return failed(caller, *dropped.failure);
    const auto& message = dropped.replies.front().message;
    std::string body;
    JsonText json(body);
    json.begin_object();
    json.key("message").string(message);
    json.key("cleanup_job_id");
    if (const auto job = job_in(message)) json.string(*job);
    else json.null();
    json.end_object();
    return json_response(200, std::move(body));
  });
}

HttpResponse SchemaEndpoint::columns(const HttpRequest& request) {
  return as_caller(request, [&](const Caller& caller) {
    std::string where;
    std::vector<Value> parameters;
    for (const auto* name : {"table_schema", "table_name"}) {
      auto value = parameter(request, name);
      if (!value) continue;
      parameters.push_back(Value::text(*std::move(value)));
      where += (where.empty() ? " WHERE " : " AND ") + std::string(name) + " = $" + std::to_string(parameters.size());
    }
    const auto limit_text = parameter(request, "limit"), offset_text = parameter(request, "offset");
    const auto limit = number(limit_text), offset = number(offset_text);
    if ((limit_text && !limit) || (offset_text && !offset)) {
      return refused(caller, 400, "INVALID_INPUT", "limit and offset must be numbers");
    }
    const std::string from = " FROM information_schema.columns" + where;
    const auto rows = run(request, caller,
                          "SELECT *" + from + " ORDER BY table_schema, table_name, ordinal_position LIMIT " +
                              std::to_string(std::min(limit.value_or(kColumnsAtMost), kColumnsAtMost)) + " OFFSET " +
                              std::to_string(std::min<uint64_t>(offset.value_or(0), INT32_MAX)),
                          parameters);
    if (rows.failure) return failed(caller, *rows.failure);
    const auto total = run(request, caller, "SELECT CAST(count(*) AS INT)" + from, parameters);
    if (total.failure) return failed(caller, *total.failure);
    std::string body;
    JsonText json(body);
    json.begin_object();
    json.key("columns");
    if (const auto written = write_objects(json, rows.replies.front()); !written.ok()) {
      return refused(caller, 500, "INTERNAL_ERROR", written.error().message);
    }
    const auto& count = total.replies.front().rows_json;  // [17]
    json.key("total").raw(std::string_view(count).substr(1, count.size() - 2));
    json.end_object();
    return json_response(200, std::move(body));
  });
}

}  // namespace kalam::server
