#include "query/statements/new_job.h"

#include "types/generated_ids.h"
#include "types/json_text.h"

namespace kalam::query {

namespace {

constexpr uint64_t kThisNode = 1;  // a server that stands alone

// "CL-9f1c02ab77de"
JobId make_job_id(std::string_view prefix, Random& random) {
  auto digits = print_uuid(make_uuid_v4(random));
  std::erase(digits, '-');
  return JobId(std::string(prefix) + "-" + digits.substr(0, 12));
}

catalog::Job queued(catalog::JobType type, std::string_view prefix, std::string parameters, std::string key,
                    const Services& services) {
  catalog::Job job;
  job.job_id = make_job_id(prefix, services.random);
  job.job_type = type;
  job.status = catalog::JobStatus::queued;
  job.parameters = catalog::Json{std::move(parameters)};
  job.idempotency_key = std::move(key);
  job.created_at = job.updated_at = catalog::timestamp(services.clock.now_ms());
  job.node_id = NodeId(kThisNode);
  return job;
}

void append_storage(JsonText& json, const TableDefinition& table, const catalog::CatalogSnapshot& catalog) {
  const auto* id = storage_id_of(table.options);
  const auto* storage = id ? catalog.storage(*id) : nullptr;
  if (!storage) {
    json.null();
    return;
  }
  const bool per_user = table.type == TableType::user;
  json.begin_object();
  json.key("storage_id").string(storage->storage_id.value());
  json.key("base_directory").string(storage->base_directory);
  json.key("relative_path_template").string(per_user ? storage->user_tables_template : storage->shared_tables_template);
  json.end_object();
}

}  // namespace

catalog::Job table_cleanup(const TableDefinition& table, const catalog::CatalogSnapshot& catalog,
                           const Services& services) {
  std::string parameters;
  JsonText json(parameters);
  json.begin_object();
  json.key("table_id").string(table.id.dotted());
  json.key("namespace_id").string(table.id.ns.value());
  json.key("table_name").string(table.id.table.value());
  json.key("table_type").string(variant_name(table.type));
  json.key("generation").number(table.generation);
  json.key("operation").string("drop_table");
  json.key("storage");
  append_storage(json, table, catalog);
  json.end_object();
  return queued(catalog::JobType::cleanup, "CL", std::move(parameters),
                "drop-" + table.id.ns.value() + "-" + table.id.table.value(), services);
}

catalog::Job topic_cleanup(const TopicId& topic, std::string_view reason, const Services& services) {
  std::string parameters;
  JsonText(parameters)
      .begin_object()
      .key("topic_id")
      .string(topic.value())
      .key("topic_name")
      .string(topic.value())
      .end_object();
  return queued(catalog::JobType::topic_cleanup, "TC", std::move(parameters), std::string(reason) + ":" + topic.value(),
                services);
}

}  // namespace kalam::query
