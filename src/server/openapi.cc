#include "server/openapi.h"

#include <algorithm>
#include <array>
#include <map>

#include "types/ascii.h"
#include "types/json_text.h"

namespace kalam::server {

namespace {

enum class Rights { none, localhost, bearer, metrics };

struct Description {
  std::string_view method;
  std::string_view path;
  std::string_view summary;
  Rights rights;
  std::string_view request;   // a schema of kSchemas; empty: no body
  std::string_view response;  // a schema; empty: none, or not JSON
  std::string_view statuses;  // beside 200
};

constexpr std::array kDescriptions = {
    Description{"GET", "/health", "Does the process answer?", Rights::localhost, "", "Health", "403"},
    Description{"GET", "/v1/api/healthcheck", "Does the process answer?", Rights::localhost, "", "Health", "403"},
    Description{"GET", "/v1/api/cluster/health", "State of the cluster, as this node sees it", Rights::localhost, "",
                "ClusterHealth", "403"},
    Description{"POST", "/v1/api/sql", "Run SQL statements", Rights::bearer, "SqlRequest", "SqlResponse",
                "400 401 403 409 413 415 422 429 503"},
    Description{"POST", "/v1/api/auth/login", "Log in", Rights::none, "Login", "Tokens", "400 401 423 429 503"},
    Description{"POST", "/v1/api/auth/refresh", "New tokens for a refresh token", Rights::none, "", "Tokens",
                "401 429"},
    Description{"POST", "/v1/api/auth/logout", "Forget the cookies", Rights::none, "", "Object", ""},
    Description{"GET", "/v1/api/auth/me", "Who am I?", Rights::bearer, "", "Object", "401"},
    Description{"POST", "/v1/api/auth/setup", "Set the first passwords", Rights::localhost, "Setup", "Object",
                "400 403 409 429"},
    Description{"GET", "/v1/api/auth/status", "Is a setup needed?", Rights::localhost, "", "Object", "403"},
    Description{"GET", "/v1/api/tables/{table}/schema", "Describe a table", Rights::bearer, "", "Table",
                "400 401 403 404"},
    Description{"PUT", "/v1/api/tables/{table}/schema", "Alter a table", Rights::bearer, "Object", "Table",
                "400 401 403 404 409"},
    Description{"POST", "/v1/api/tables", "Create a table", Rights::bearer, "Object", "Table",
                "201 400 401 403 404 409"},
    Description{"DELETE", "/v1/api/tables/{table}", "Drop a table", Rights::bearer, "", "Object", "400 401 403 404"},
    Description{"GET", "/v1/api/information_schema/columns", "Columns of all tables", Rights::bearer, "", "Object",
                "400 401 403"},
    Description{"POST", "/v1/api/topics/consume", "Read messages of a topic", Rights::bearer, "Object", "Object",
                "400 401 403 404"},
    Description{"POST", "/v1/api/topics/ack", "Acknowledge messages of a topic", Rights::bearer, "Object", "Object",
                "400 401 403 404"},
    Description{"GET", "/v1/files/{namespace}/{table}/{subfolder}/{file_id}", "Download a file", Rights::bearer, "", "",
                "206 400 401 403 404 416"},
    Description{"GET", "/v1/exports/{user_id}/{export_id}", "Download an export", Rights::bearer, "", "",
                "400 401 403 404"},
    Description{"GET", "/v1/ws", "Subscriptions, by WebSocket", Rights::none, "", "", "101 400 403"},
    Description{"GET", "/metrics", "Counters for Prometheus", Rights::metrics, "", "", "403 404"},
    Description{"GET", "/v1/openapi.json", "This document", Rights::none, "", "Object", ""},
};

// Named by the descriptions; JSON as it stands in the document.
constexpr std::string_view kSchemas = R"json({
"Object":{"type":"object"},
"Table":{"type":"object","properties":{"table_id":{"type":"string"},"namespace_id":{"type":"string"},"table_name":{"type":"string"},"table_type":{"type":"string"},"schema_version":{"type":"integer"},"next_column_id":{"type":"integer"},"columns":{"type":"array","items":{"type":"object"}},"table_options":{"type":"object"},"table_comment":{"type":"string","nullable":true},"created_at":{"type":"string"},"updated_at":{"type":"string"}},"required":["table_id","schema_version","columns"]},
"Error":{"type":"object","properties":{"code":{"type":"string"},"message":{"type":"string"},"details":{"type":"string"}},"required":["code","message"]},
"Health":{"type":"object","properties":{"api_version":{"type":"string"},"build_date":{"type":"string"},"status":{"type":"string"},"version":{"type":"string"}},"required":["api_version","status","version"]},
"ClusterHealth":{"type":"object","properties":{"status":{"type":"string","enum":["healthy","degraded","unhealthy"]},"version":{"type":"string"},"build_date":{"type":"string"},"is_cluster_mode":{"type":"boolean"},"cluster_id":{"type":"string"},"node_id":{"type":"integer"},"is_leader":{"type":"boolean"},"nodes":{"type":"array","items":{"type":"object"}}},"required":["status","nodes"]},
"SqlRequest":{"type":"object","properties":{"sql":{"type":"string","example":"SELECT 1"},"params":{"type":"array","nullable":true,"items":{}},"namespace_id":{"type":"string","nullable":true}},"required":["sql"]},
"Column":{"type":"object","properties":{"name":{"type":"string"},"data_type":{},"index":{"type":"integer"},"flags":{"type":"array","items":{"type":"string","enum":["pk","nn","uq"]}}},"required":["name","data_type","index"]},
"SqlResult":{"type":"object","properties":{"schema":{"type":"array","items":{"$ref":"#/components/schemas/Column"}},"rows":{"type":"array","items":{"type":"array","items":{}}},"row_count":{"type":"integer"},"message":{"type":"string"},"as_user":{"type":"string"},"truncated":{"type":"boolean"}},"required":["row_count","as_user"]},
"SqlResponse":{"type":"object","properties":{"status":{"type":"string","enum":["success","error"]},"results":{"type":"array","items":{"$ref":"#/components/schemas/SqlResult"}},"took":{"type":"number"},"error":{"nullable":true,"allOf":[{"$ref":"#/components/schemas/Error"}]}},"required":["status","results","took"]},
"Login":{"type":"object","properties":{"user":{"type":"string"},"password":{"type":"string","format":"password"}},"required":["user","password"]},
"Setup":{"type":"object","properties":{"user":{"type":"string"},"password":{"type":"string","format":"password"},"root_password":{"type":"string","format":"password"}},"required":["user","password","root_password"]},
"Tokens":{"type":"object","properties":{"access_token":{"type":"string"},"refresh_token":{"type":"string"}}}
})json";

std::string_view meaning_of(std::string_view status) {
  static const std::map<std::string_view, std::string_view> meanings = {
      {"101", "The connection is a WebSocket now"},
      {"200", "Done"},
      {"206", "A part of it"},
      {"400", "The request makes no sense, or its statement failed"},
      {"401", "Nobody we know"},
      {"403", "Not allowed"},
      {"404", "Not there"},
      {"405", "Another method is wanted"},
      {"409", "It conflicts with what is there"},
      {"413", "The body is too large"},
      {"415", "The body comes in a coding that is not known"},
      {"416", "No such part"},
      {"422", "The Idempotency-Key came with another request"},
      {"423", "Locked after too many failures"},
      {"429", "Too many requests"},
      {"503", "Busy, or not able to write; try again"},
  };
  const auto found = meanings.find(status);
  return found == meanings.end() ? std::string_view("Other") : found->second;
}

const Description* description_of(const Route& route) {
  const auto found = std::find_if(kDescriptions.begin(), kDescriptions.end(), [&](const Description& description) {
    return description.method == route.method && description.path == route.path;
  });
  return found == kDescriptions.end() ? nullptr : &*found;
}

void append_schema(JsonText& json, std::string_view schema) {
  json.key("content").begin_object().key("application/json").begin_object().key("schema").begin_object();
  json.key("$ref").string("#/components/schemas/" + std::string(schema));
  json.end_object().end_object().end_object();
}

void append_response(JsonText& json, std::string_view status, std::string_view schema) {
  json.key(status).begin_object();
  json.key("description").string(meaning_of(status));
  if (!schema.empty()) append_schema(json, schema);
  json.end_object();
}

void append_parameters(JsonText& json, std::string_view path) {
  if (path.find('{') == std::string_view::npos) return;
  json.key("parameters").begin_array();
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
    json.begin_object();
    json.key("name").string(path.substr(open + 1, path.find('}', open) - open - 1));
    json.key("in").string("path");
    json.key("required").boolean(true);
    json.key("schema").begin_object().key("type").string("string").end_object();
    json.end_object();
  }
  json.end_array();
}

void append_operation(JsonText& json, const Route& route) {
  const auto* const described = description_of(route);
  json.key(ascii_lower(route.method)).begin_object();
  if (described) {
    json.key("summary").string(described->summary);
    if (described->rights == Rights::localhost) json.key("description").string("Answered for this machine only.");
  }
  append_parameters(json, route.path);
  if (described && (described->rights == Rights::bearer || described->rights == Rights::metrics)) {
    json.key("security").begin_array().begin_object().key("bearer").begin_array().end_array().end_object();
    // Also without a token, from this machine.
    if (described->rights == Rights::metrics) json.begin_object().end_object();
    json.end_array();
  }
  if (described && !described->request.empty()) {
    json.key("requestBody").begin_object().key("required").boolean(true);
    append_schema(json, described->request);
    json.end_object();
  }
  json.key("responses").begin_object();
  append_response(json, "200", described ? described->response : std::string_view());
  const bool is_sql = described && described->response == "SqlResponse";
  for (auto rest = described ? described->statuses : std::string_view(); !rest.empty();) {
    const auto space = rest.find(' ');
    append_response(json, rest.substr(0, space), is_sql ? described->response : std::string_view());
    rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
  }
  json.end_object().end_object();
}

}  // namespace

std::string openapi_document(const std::vector<Route>& routes, const std::string& version) {
  std::map<std::string, std::vector<const Route*>> paths;
  for (const auto& route : routes) paths[route.path].push_back(&route);
  std::string text;
  JsonText json(text);
  json.begin_object();
  json.key("openapi").string("3.0.3");
  json.key("info").begin_object();
  json.key("title").string("KalamDB");
  json.key("description").string("A SQL database whose clients also subscribe to queries.");
  json.key("version").string(version);
  json.end_object();
  json.key("paths").begin_object();
  for (const auto& [path, methods] : paths) {
    json.key(path).begin_object();
    for (const auto* const route : methods) append_operation(json, *route);
    json.end_object();
  }
  json.end_object();
  json.key("components").begin_object();
  json.key("schemas").raw(kSchemas);
  json.key("securitySchemes").begin_object().key("bearer").begin_object();
  json.key("type").string("http");
  json.key("scheme").string("bearer");
  json.key("bearerFormat").string("JWT");
  json.end_object().end_object().end_object().end_object();
  return text;
}

Route openapi_route(std::vector<Route>& routes, const std::string& version) {
  Route route{.method = "GET", .path = "/v1/openapi.json"};
  auto all = routes;
  all.push_back(route);
  route.answer = [document = openapi_document(all, version)](const HttpRequest&) {
    auto response = json_response(200, document);
    response.headers.emplace_back("Cache-Control", "max-age=300");
    return response;
  };
  return route;
}

}  // namespace kalam::server
