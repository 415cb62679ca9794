// Sources: the tables that a statement names, found and authorised, as rows of this session.
//
// Always true: whose rows a source shows follows from the session alone.

#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "duck/instance.h"
#include "query/services.h"
#include "query/transaction.h"
#include "tables/table_reader.h"
#include "types/row_source.h"

namespace kalam::query {

// What a plan was made for. Another one: make the plan again.
struct SourceIdentity {
  std::string schema;
  std::string table;
  uint64_t generation = 0;  // 0: a system view
  uint32_t version = 0;
  bool operator==(const SourceIdentity&) const = default;
};

struct Source {
  SourceIdentity identity;
  TableDefinitionPtr definition;                // null: a system view
  const RowSource* rows = nullptr;              // lives as long as this and the catalog
  std::unique_ptr<tables::TableReader> reader;  // of a table
};

// Who reads, and as of when.
struct ReadContext {
  const Services& services;
  const Session& session;
  const catalog::CatalogSnapshot& catalog;
  Transaction* transaction = nullptr;  // reads see its snapshot and its writes
  store::SnapshotPtr snapshot = {};    // of the statement; null: each scan sees the moment it starts
};

// A table's names, resolved: in lower case, in the session's namespace when none was written. `not_found` for another
// catalog.
struct FullName {
  std::string schema;
  std::string table;
  std::string dotted() const { return schema + "." + table; }
};
Result<FullName> full_name(const duck::QueryTable& written, const Session& session);
Error table_not_found(const FullName& name);

// The views of one moment, for those who parse.
duck::ViewLookup views_of(std::shared_ptr<const catalog::CatalogSnapshot> catalog, const Session& session);
// Are these still what their names mean?
bool unchanged(const std::vector<duck::UsedView>& views, const catalog::CatalogSnapshot& catalog,
               const Session& session);

// For reading.
Result<Source> open_source(const duck::QueryTable& written, const ReadContext& context);

// The partition of a table that the session works on: its user's, or the one all share.
std::optional<UserId> partition_of(const TableDefinition& table, const Session& session);
std::unique_ptr<tables::TableReader> open_reader(tables::TablePtr table, const ReadContext& context);

}  // namespace kalam::query
