// CatalogApply: one CatalogWrite on its way: its changes in one CatalogChange, the audit entries with them, and the
// rooms of tables around it.
//
//   changes checked -> rooms of new tables made -> stored -> seen -> rooms of dropped tables gone -> forgotten
//
// A crash leaves either a room that nothing points to, or a dropped table that is still to be cleared away; finish()
// clears both.

#pragma once
#include "catalog/catalog.h"
#include "commands/command.h"
#include "store/store.h"
#include "tables/tables.h"
#include "topics/message_log.h"

namespace kalam::commands::detail {

class CatalogApply {
 public:
  // `messages`: of topics; null: there are none.
  CatalogApply(catalog::Catalog& catalog, tables::Tables& tables, topics::MessageLog* messages, int64_t now_ms)
      : catalog_(catalog), tables_(tables), messages_(messages), change_(catalog.begin(now_ms)) {}

  // Checks everything and fills the batch. The answer but for its `commit`.
  Result<Applied> work_out(const CatalogWrite& write);
  store::Batch& batch() { return change_.batch(); }

  // Before the batch is stored, and after it.
  Status make_rooms();
  void remove_rooms();  // when it could not be stored
  void activate(const Applied& applied);

  // At a start.
  static Status finish(catalog::Catalog& catalog, tables::Tables& tables, topics::MessageLog* messages);

 private:
  Status make(const CreateNamespace& create, Applied& applied);
  Status make(const AlterNamespace& alter, Applied& applied);
  Status make(const DropNamespace& drop, Applied& applied);
  Status make(const CreateTable& create, Applied& applied);
  Status make(const AlterTable& alter, Applied& applied);
  Status make(const DropTable& drop, Applied& applied);
  Status make(const CreateView& create, Applied& applied);
  Status make(const DropView& drop, Applied& applied);
  Status make(const CreateStorage& create, Applied& applied);
  Status make(const AlterStorage& alter, Applied& applied);
  Status make(const DropStorage& drop, Applied& applied);
  Status make(const CreateUser& create, Applied& applied);
  Status make(const AlterUser& alter, Applied& applied);
  Status make(const DropUser& drop, Applied& applied);
  Status make(const CountLogin& count, Applied& applied);
  Status make(const CreateTopic& create, Applied& applied);
  Status make(const AlterTopic& alter, Applied& applied);
  Status make(const DropTopic& drop, Applied& applied);
  Status make(const PutJob& put, Applied& applied);
  Status make(const AckOffset& ack, Applied& applied);
  Status make(const TrimTopic& trim, Applied& applied);

  Status forget_groups(const TopicId& topic);
  void clear_messages() const;

  catalog::TableContents contents_of(const TableDefinitionPtr& table) const;
  static Status clear_away(catalog::Catalog& catalog, tables::Tables& tables, const TableDefinition& dropped);

  catalog::Catalog& catalog_;
  tables::Tables& tables_;
  topics::MessageLog* const messages_;
  catalog::CatalogChange change_;
  int64_t at_ms_ = 0;
  std::vector<TableDefinitionPtr> created_;
  std::vector<TopicId> dropped_topics_;
  std::vector<std::pair<topics::PartitionId, topics::Extent>> trimmed_;
};

}  // namespace kalam::commands::detail
