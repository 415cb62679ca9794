// What CatalogChange does to all that is neither namespace nor table.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "catalog/change.h"
#include "catalog/names.h"
#include "catalog/token_epoch.h"
#include "types/json_reader.h"
#include "types/json_text.h"

namespace kalam::catalog {
namespace {

Error not_found(std::string_view kind, std::string_view name, std::string_view what = "not found") {
  return Error{ErrorCode::not_found, std::string(kind) + " '" + std::string(name) + "' " + std::string(what)};
}

Error already_exists(std::string_view kind, std::string_view name) {
  return Error{ErrorCode::already_exists, std::string(kind) + " '" + std::string(name) + "' already exists"};
}

Error changed_meanwhile(std::string_view kind, std::string_view name) {
  return Error{ErrorCode::conflict, std::string(kind) + " '" + std::string(name) + "' changed meanwhile; try again"};
}

using Members = std::vector<std::pair<std::string, std::string>>;  // names, and values as JSON

// Puts the members of a JSON object over those that are there.
Status merge_members(Members& members, std::string_view object) {
  JsonReader json(object);
  TRY(json.begin_object());
  while (auto key = TRY(json.key())) {
    std::string value(TRY(json.raw()));
    const auto there = std::ranges::find(members, *key, &Members::value_type::first);
    if (there != members.end()) {
      there->second = std::move(value);
    } else {
      members.emplace_back(std::move(*key), std::move(value));
    }
  }
  return json.end();
}

Result<std::string> merged_object(std::string_view before, std::string_view over) {
  Members members;
  TRY(merge_members(members, before));
  TRY(merge_members(members, over));
  std::string text;
  JsonText json(text);
  json.begin_object();
  for (const auto& [key, value] : members) json.key(key).raw(value);
  json.end_object();
  return compact_json(text);
}

}  // namespace

Status CatalogChange::alter_namespace(const NamespaceId& ns, std::string_view options) {
  const auto* found = after_->ns(ns);
  if (!found) return not_found("Namespace", ns.value());
  auto altered = *found;
  const std::string_view before = found->options ? std::string_view(found->options->text) : "{}";
  altered.options = Json{TRY(merged_object(before, options))};
  TRY(catalog::put(tables_->namespaces, batch_, altered));
  after_->put(std::move(altered));
  return {};
}

Status CatalogChange::create_view(const TableId& id, std::string query, const std::vector<std::string>& columns,
                                  UserId created_by, bool or_replace) {
  if (is_system_namespace(id.ns.value())) {
    return refused("Cannot create system table '" + id.dotted() + "'. System tables are managed internally.");
  }
  TRY(check_table_name(id.table.value()));
  const auto* before = after_->view(id);
  if (after_->table(id) || (before && !or_replace)) return already_exists("Table", id.dotted());
  const auto now = timestamp(now_ms_);
  SqlView view{.namespace_id = id.ns,
               .view_name = id.table,
               .query = std::move(query),
               .columns = json_of_names(columns),
               .created_by = std::move(created_by),
               .created_at = before ? before->created_at : now,
               .updated_at = now};
  TRY(catalog::put(tables_->views, batch_, view));
  after_->put(std::move(view));
  return {};
}

Status CatalogChange::drop_view(const TableId& view) {
  if (!after_->view(view)) {
    return Error{ErrorCode::not_found,
                 "View '" + view.table.value() + "' not found in namespace '" + view.ns.value() + "'"};
  }
  TRY(tables_->views.add_remove(batch_, view));
  after_->remove_view(view);
  return {};
}

Status CatalogChange::create_storage(Storage storage) {
  // Not `already_exists`: clients are told it as an invalid operation.
  if (after_->storage(storage.storage_id)) {
    return refused("Storage '" + storage.storage_id.value() + "' already exists");
  }
  return put(std::move(storage));
}

Status CatalogChange::alter_storage(Storage storage, const Storage& before) {
  const auto* now = after_->storage(storage.storage_id);
  if (!now) return refused("Storage '" + storage.storage_id.value() + "' not found");
  if (*now != before) return changed_meanwhile("storage", storage.storage_id.value());
  return put(std::move(storage));
}

Status CatalogChange::drop_storage(const StorageId& storage) {
  const auto name = "storage '" + storage.value() + "'";
  if (storage.value() == "local") return refused("Cannot drop " + name);
  if (!after_->storage(storage)) return refused("Storage '" + storage.value() + "' not found");
  const auto tables = after_->tables();
  const auto using_it = std::ranges::count_if(tables, [&](const TableDefinitionPtr& table) {
    const auto* used = storage_id_of(table->options);
    return used && *used == storage;
  });
  if (using_it > 0) {
    return refused("Cannot drop " + name + ": " + std::to_string(using_it) + " table(s) still using it");
  }
  TRY(tables_->storages.add_remove(batch_, storage));
  after_->remove(storage);
  return {};
}

Status CatalogChange::create_topic(Topic topic) {
  const auto& name = topic.topic_id.value();
  const auto dot = name.find('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == name.size()) {
    return refused("Topic name must be namespace-qualified: <namespace>.<topic>");
  }
  const auto ns = TRY(parse_namespace_id(std::string_view(name).substr(0, dot)));
  if (!after_->ns(ns)) return not_found("Namespace", name.substr(0, dot), "does not exist");
  if (after_->topic(topic.topic_id)) return already_exists("Topic", name);
  return put(std::move(topic));
}

Status CatalogChange::alter_topic(Topic topic, const Topic& before) {
  const auto* now = after_->topic(topic.topic_id);
  if (!now) return not_found("Topic", topic.topic_id.value(), "does not exist");
  if (*now != before) return changed_meanwhile("topic", topic.topic_id.value());
  return put(std::move(topic));
}

Status CatalogChange::drop_topic(const TopicId& topic) {
  if (!after_->topic(topic)) return not_found("Topic", topic.value(), "does not exist");
  TRY(tables_->topics.add_remove(batch_, topic));
  after_->remove(topic);
  return {};
}

Status CatalogChange::create_user(const User& user) {
  if (TRY(tables_->users.rows().exists(user.user_id))) return already_exists("User", user.user_id.value());
  return put(user);
}

Status CatalogChange::alter_user(const User& user, Timestamp expected) {
  const auto stored = TRY(tables_->users.get(user.user_id));
  if (!stored || stored->deleted_at) return not_found("User", user.user_id.value());
  if (stored->updated_at != expected) {
    return changed_meanwhile("user", user.user_id.value());
  }
  users_changed_ = true;
  return tables_->users.add_update(batch_, user.user_id, user, &*stored);
}

Status CatalogChange::drop_user(const UserId& user, Timestamp at) {
  const auto stored = TRY(tables_->users.get(user));
  if (!stored || stored->deleted_at) return not_found("User", user.value());
  auto dropped = *stored;
  dropped.deleted_at = dropped.updated_at = at;
  void_tokens(dropped, at);
  users_changed_ = true;
  return tables_->users.add_update(batch_, user, dropped, &*stored);
}

Status CatalogChange::put(const Job& job) {
  if (TRY(tables_->jobs.rows().exists(job.job_id))) return update_job(*tables_, batch_, job);
  TRY(job.check());
  return tables_->jobs.add_insert(batch_, job.job_id, job);
}

Status CatalogChange::add(const AuditLogEntry& entry) { return catalog::put(tables_->audit_log, batch_, entry); }

}  // namespace kalam::catalog
