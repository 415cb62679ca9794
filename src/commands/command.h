// Command: everything that changes the database, as what it means. One Command is one atomic change; apply.h says what
// each does. On the way to other machines it takes the form of codec/write_command.h (wire_form.h).
//
// What depends on state (does the table still exist as it was, is the key free, is the row still the one the statement
// saw) is checked by apply, in the order of the log, so nobody holds a lock while waiting.

#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "catalog/alter.h"
#include "catalog/change.h"
#include "codec/command.h"
#include "duck/row_expressions.h"
#include "types/ids.h"
#include "types/row.h"
#include "types/row_change.h"
#include "types/schema.h"
#include "types/value.h"

namespace kalam::commands {

// --- rows ------------------------------------------------------------------------------------------------------------

// A table as somebody saw it. Dropped, made again or altered since is a conflict.
struct TableVersion {
  TableId id;
  uint64_t generation = 0;
  uint32_t schema_version = 0;

  TableVersion() = default;
  TableVersion(TableId id, uint64_t generation, uint32_t schema_version)
      : id(std::move(id)), generation(generation), schema_version(schema_version) {}
  // The version that a definition is.
  TableVersion(const TableDefinition& definition)
      : TableVersion(definition.id, definition.generation, definition.schema_version) {}
  TableVersion(const TableDefinitionPtr& definition) : TableVersion(*definition) {}
};

struct RowWrite {
  ChangeKind kind = ChangeKind::insert;
  Value key;                            // of the primary key's type; NULL for STREAM rows
  Row row = {};                         // insert, update: the whole new row, by ordinal
  RowSeq seq{0};                        // 0: apply gives one. A STREAM row to remove is named by it
  std::optional<RowSeq> expected = {};  // update, remove: of the version the statement saw; a newer one is a conflict
};

// Rows that were worked out before.
struct RowsWrite {
  TableVersion table;  // as the statement saw it
  std::optional<UserId> user = {};
  std::vector<RowWrite> rows = {};
};

// UPDATE or DELETE of the one row that a key names, worked out by apply on its newest version: no version it saw, no
// retry, however many change the row at once.
struct KeyedWrite {
  TableVersion table;
  std::optional<UserId> user = {};
  ChangeKind kind = ChangeKind::update;  // update or remove
  Value key;
  // Over the columns of TableReader: the condition first when there is one, then the assigned values.
  // Null: they came as `texts`, which apply binds; no texts either: a DELETE without a condition.
  std::shared_ptr<const duck::RowExpressions> expressions;
  std::vector<std::string> texts = {};
  bool has_condition = false;
  std::vector<size_t> assigned = {};  // places in Row::values, parallel to the assigned values
  std::vector<Value> parameters = {};
  Viewer viewer = {};  // CURRENT_USER() in expressions
};

// One statement, or one transaction: all of it or nothing. Parts are applied in order; a later one sees the rows of the
// earlier ones.
struct DataWrite {
  std::vector<std::variant<RowsWrite, KeyedWrite>> parts;
  std::optional<TransactionId> transaction = {};  // an explicit one: conflicts name it
};

// --- what exists -----------------------------------------------------------------------------------------------------

struct CreateNamespace {
  std::string name;
  UserId created_by = {};
};
struct AlterNamespace {
  NamespaceId id;
  std::string options_json;  // an object: its members replace those of the same name
};
struct DropNamespace {
  NamespaceId id;
  bool cascade = false;
};
struct CreateTable {
  catalog::NewTable table;
};
struct AlterTable {
  TableId id;
  catalog::AlterAction action;
};
struct DropTable {
  TableId id;
};
struct CreateView {
  TableId id;
  std::string query;
  std::vector<std::string> columns;  // empty: those of the query
  UserId created_by;
  bool or_replace = false;
};
struct DropView {
  TableId id;
};
struct CreateStorage {
  catalog::Storage storage;
};
struct AlterStorage {
  catalog::Storage storage;
  catalog::Storage before;  // what it was changed from; another one is a conflict
};
struct DropStorage {
  StorageId id;
};
struct CreateUser {
  catalog::User user;
};
struct AlterUser {
  catalog::User user;                  // the whole of it
  int64_t expected_updated_at_us = 0;  // of the user that was changed; another one is a conflict
};
struct DropUser {
  UserId id;
};
// What an attempt to log in by password leaves in the user's record: auth/lockout.h.
struct CountLogin {
  enum class Outcome : uint8_t { failed, succeeded };
  UserId id;
  Outcome outcome = Outcome::failed;
  bool lock_voids_tokens = false;
};
struct CreateTopic {
  catalog::Topic topic;
};
struct AlterTopic {
  catalog::Topic topic;
  catalog::Topic before;  // what it was changed from; another one is a conflict
};
struct DropTopic {
  TopicId id;
};
struct PutJob {
  catalog::Job job;
};
// Of a consumer group: all up to `offset` is done. A lower one than before changes nothing.
struct AckOffset {
  TopicId topic;
  ConsumerGroupId group;
  uint32_t partition = 0;
  uint64_t offset = 0;
};
// Messages that nobody is to see any more: those before an offset of one partition, or all there are, and with these
// what consumer groups acknowledged.
struct TrimTopic {
  TopicId topic;
  uint32_t partition = 0;
  std::optional<uint64_t> before = {};  // none: all of every partition
};

using Change = std::variant<CreateNamespace, AlterNamespace, DropNamespace, CreateTable, AlterTable, DropTable,
                            CreateView, DropView, CreateStorage, AlterStorage, DropStorage, CreateUser, AlterUser,
                            DropUser, CountLogin, CreateTopic, AlterTopic, DropTopic, PutJob, AckOffset, TrimTopic>;

struct CatalogWrite {
  std::vector<Change> changes;                     // all or none
  std::vector<catalog::AuditLogEntry> audit = {};  // stored with them; alone, when there are no changes
  int64_t at_ms = 0;
};

using Command = std::variant<DataWrite, CatalogWrite>;

// The first answer to a request with an `Idempotency-Key`, remembered with what it did.
struct Remembered {
  codec::command::WriteId id;
};

// --- answers ---------------------------------------------------------------------------------------------------------

struct Applied {
  CommitSeq commit{0};                                 // 0: nothing changed
  std::vector<uint64_t> rows;                          // of a DataWrite: written rows of each part
  std::optional<catalog::Alteration> alteration = {};  // of an AlterTable
  std::vector<TableDefinition> dropped = {};           // tables that went
  bool repeated = false;                               // the first answer of this write id, again
};

}  // namespace kalam::commands
