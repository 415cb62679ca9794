// What a database has from its first moment: the definitions of the system tables, the namespaces `default` and `dba`,
// the storage `local`, the tables of `dba`, the user `root`. Made when missing; what is there is left alone.

#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/change.h"
#include "types/schema.h"

namespace kalam::catalog {

struct FirstStartOptions {
  std::string data_path;  // the storage `local` lies in {data_path}/storage
  std::string shared_tables_template = "{namespace}/{tableName}";
  std::string user_tables_template = "{namespace}/{tableName}/{userId}";
  std::string public_origin = "http://localhost:8080";  // for the log: where the set-up page is
  // The bcrypt hash for a new `root`; called only when there is no `root`. Empty: it has no password yet.
  std::function<Result<std::string>()> root_password_hash = {};
};

// The ten persisted tables of schema `system`, as this build wants them.
std::vector<TableDefinition> system_table_definitions();
TableDefinition dba_notifications_definition();
TableDefinition dba_stats_definition();

// Brings the stored definitions of the system tables up to date, in one batch. With `dry` nothing is written.
enum class Reconciling { dry, stored };
Status reconcile_system_tables(store::Store& store, const TableDefinitions& definitions, const Clock& clock,
                               Reconciling mode);

class FirstStart {
 public:
  // Adds what is missing to the change.
  static Status complete(CatalogChange& change, const FirstStartOptions& options);
};

}  // namespace kalam::catalog
