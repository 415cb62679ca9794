#include <algorithm>

#include "auth/access.h"
#include "query/statements/audited_write.h"
#include "query/statements/naming.h"
#include "query/statements/rows_reply.h"
#include "query/statements/statements.h"
#include "query/statements/storage_health.h"
#include "query/statements/storage_template.h"
#include "types/json_reader.h"

namespace kalam::query {

namespace {

std::string told(std::string_view storage, std::string_view what) {
  return "Storage '" + std::string(storage) + "' " + std::string(what);
}

catalog::StorageType type_of(sql::StorageType type) {
  switch (type) {
    case sql::StorageType::filesystem: break;
    case sql::StorageType::s3: return catalog::StorageType::s3;
    case sql::StorageType::gcs: return catalog::StorageType::gcs;
    case sql::StorageType::azure: return catalog::StorageType::azure;
  }
  return catalog::StorageType::filesystem;
}

Status check_object(std::string_view json, std::string_view clause, std::string_view invalid) {
  if (auto valid = check_json(json); !valid.ok()) {
    return refused("Invalid " + std::string(invalid) + " JSON: " + valid.error().message);
  }
  JsonReader reader(json);
  if (TRY(reader.peek()) != JsonReader::Kind::object) return refused(std::string(clause) + " must be a JSON object");
  return {};
}

// A configuration says for which kind of storage it is.
Status check_config_type(std::string_view json) {
  JsonReader reader(json);
  TRY(reader.begin_object());
  while (const auto key = TRY(reader.key())) {
    if (*key == "type" && TRY(reader.peek()) == JsonReader::Kind::string) {
      if (TRY(reader.string()) == "local") return {};
      return refused("Configuration error: the CONFIG of a filesystem storage has the type 'local'");
    }
    TRY(reader.raw());
  }
  return refused("Configuration error: failed to parse storage config_json: missing field `type`");
}

Status check_settings(const catalog::Storage& storage) {
  if (storage.credentials) TRY(check_object(storage.credentials->text, "Credentials", "credentials"));
  if (!storage.config_json) return {};
  TRY(check_object(storage.config_json->text, "CONFIG", "CONFIG"));
  return check_config_type(storage.config_json->text);
}

Status check_templates(const catalog::Storage& storage) {
  TRY(check_shared_template(storage.shared_tables_template));
  return check_user_template(storage.user_tables_template);
}

std::string_view yes_or_no(bool value) { return value ? "true" : "false"; }

Status check_usable(const catalog::Storage& storage, const Services& services) {
  const auto health = check_health(storage, WithSizes::no, services.clock, services.random);
  const auto latency = std::to_string(health.latency_ms);
  if (!health.reached) {
    return refused("Storage connectivity check failed (latency " + latency + " ms): " + health.error.value_or(""));
  }
  if (health.status() == "healthy") return {};
  std::string details = "status " + std::string(health.status());
  for (const auto& [name, value] : {std::pair{"readable", health.readable},
                                    {"writable", health.writable},
                                    {"listable", health.listable},
                                    {"deletable", health.deletable}}) {
    details += std::string(", ") + name + "=" + std::string(yes_or_no(value));
  }
  return refused("Storage health check failed (" + details + ", latency " + latency +
                 " ms): " + health.error.value_or(""));
}

std::optional<catalog::Json> json_of(const std::optional<std::string>& text) {
  return text ? std::optional(catalog::Json{*text}) : std::nullopt;
}

}  // namespace

Result<QueryReply> run(const sql::CreateStorage& create, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::create_storage));
  const auto id = TRY(parse_storage_id(create.id));
  // Asked again by apply; here it spares making a directory.
  if (services.catalog.snapshot()->storage(id)) return refused(told(id.value(), "already exists"));

  const auto now = catalog::timestamp(services.clock.now_ms());
  catalog::Storage storage{.storage_id = id,
                           .storage_name = create.name.empty() ? id.value() : create.name,
                           .description = create.description,
                           .storage_type = type_of(create.type),
                           .base_directory = create.base_directory,
                           .credentials = json_of(create.credentials),
                           .config_json = json_of(create.config),
                           .shared_tables_template = create.shared_tables_template,
                           .user_tables_template = create.user_tables_template,
                           .created_at = now,
                           .updated_at = now};
  const auto type = std::string(catalog::name_of(storage.storage_type));
  TRY(check_templates(storage));
  if (storage.storage_type != catalog::StorageType::filesystem) {
    if (storage.credentials) TRY(check_object(storage.credentials->text, "Credentials", "credentials"));
    if (storage.config_json) TRY(check_object(storage.config_json->text, "CONFIG", "CONFIG"));
    return not_available("CREATE STORAGE of type " + type);
  }
  TRY(make_directory(storage.base_directory));
  TRY(check_settings(storage));
  TRY(check_usable(storage, services));
  TRY(write({commands::CreateStorage{std::move(storage)}}, {{"CREATE_STORAGE", id.value(), "Type: " + type}}, services,
            session));
  return QueryReply::done(told(id.value(), "created successfully"));
}

Result<QueryReply> run(const sql::AlterStorage& alter, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::alter_storage));
  const auto id = TRY(parse_storage_id(alter.id));
  const auto catalog = services.catalog.snapshot();
  const auto* before = catalog->storage(id);
  if (!before) return refused(told(id.value(), "not found"));
  auto storage = *before;
  if (alter.name) storage.storage_name = *alter.name;
  if (alter.description) storage.description = alter.description;
  if (alter.shared_tables_template) storage.shared_tables_template = *alter.shared_tables_template;
  if (alter.user_tables_template) storage.user_tables_template = *alter.user_tables_template;
  if (alter.config) storage.config_json = json_of(alter.config);
  TRY(check_templates(storage));
  TRY(make_directory(storage.base_directory));
  TRY(check_settings(storage));
  TRY(check_usable(storage, services));
  storage.updated_at = catalog::timestamp(services.clock.now_ms());
  TRY(write({commands::AlterStorage{std::move(storage), *before}}, {{"ALTER_STORAGE", id.value()}}, services, session));
  return QueryReply::done(told(id.value(), "altered successfully"));
}

Result<QueryReply> run(const sql::DropStorage& drop, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::drop_storage));
  const auto id = TRY(parse_storage_id(drop.id));
  if (drop.if_exists && !services.catalog.snapshot()->storage(id)) {
    return QueryReply::done(told(id.value(), "does not exist (skipped)"));
  }
  TRY(write({commands::DropStorage{id}}, {{"DROP_STORAGE", id.value()}}, services, session));
  return QueryReply::done(told(id.value(), "dropped successfully"));
}

Result<QueryReply> run(const sql::CheckStorage& check, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::check_storage));
  const auto id = TRY(parse_storage_id(check.id));
  const auto catalog = services.catalog.snapshot();
  const auto* storage = catalog->storage(id);
  if (!storage) return not_found(told(id.value(), "not found"));
  const auto health =
      check_health(*storage, check.extended ? WithSizes::yes : WithSizes::no, services.clock, services.random);

  const DataType text(TypeTag::text), boolean(TypeTag::boolean), bigint(TypeTag::bigint);
  RowsReply reply({{"storage_id", text},
                   {"status", text},
                   {"readable", boolean},
                   {"writable", boolean},
                   {"listable", boolean},
                   {"deletable", boolean},
                   {"latency_ms", bigint},
                   {"total_bytes", bigint},
                   {"used_bytes", bigint},
                   {"error", text},
                   {"tested_at", DataType(TypeTag::timestamp)}});
  const auto size = [](const std::optional<int64_t>& bytes) {
    return bytes ? Value::int64(*bytes) : Value::null(ScalarKind::int64);
  };
  TRY(reply.add(std::array{Value::text(id.value()), Value::text(std::string(health.status())),
                           Value::boolean(health.readable), Value::boolean(health.writable),
                           Value::boolean(health.listable), Value::boolean(health.deletable),
                           Value::int64(health.latency_ms), size(health.total_bytes), size(health.used_bytes),
                           health.error ? Value::text(*health.error) : Value::null(ScalarKind::utf8),
                           Value::timestamp_ms(services.clock.now_ms())}));
  return reply.take();
}

}  // namespace kalam::query
