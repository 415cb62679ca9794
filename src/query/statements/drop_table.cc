#include "auth/access.h"
#include "query/statements/audited_write.h"
#include "query/statements/naming.h"
#include "query/statements/new_job.h"
#include "query/statements/statements.h"

namespace kalam::query {

Result<QueryReply> run(const sql::DropTable& drop, const Services& services, Session& session) {
  const auto id = TRY(table_id(drop.table, session));
  TRY(auth::check_drop_table(session.viewer, id));
  const auto catalog = services.catalog.snapshot();
  const auto* table = catalog->table(id);
  if (!table) {
    if (drop.if_exists) return QueryReply::done("Table " + id.dotted() + " does not exist (skipped)");
    return no_such_table(id);
  }
  TRY(check_kind(*table, drop.kind));

  auto job = table_cleanup(*table, *catalog, services);
  const auto job_id = job.job_id.value();
  TRY(write(
      {commands::DropTable{id}, commands::PutJob{std::move(job)}},
      {{"DROP_TABLE", id.dotted(), "Type: " + std::string(variant_name(table->type)) + ", Cleanup Job: " + job_id}},
      services, session));
  return QueryReply::done("Table " + id.dotted() + " dropped successfully. Cleanup job: " + job_id);
}

}  // namespace kalam::query
