// The identifiers of KalamDB, each a type of its own, each checked when it is made from outside text.

#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/strong_id.h"

namespace kalam {

struct NamespaceIdTag;
struct TableNameTag;
struct UserIdTag;
struct StorageIdTag;
struct JobIdTag;
struct TopicIdTag;
struct ConsumerGroupIdTag;
struct LiveQueryIdTag;
struct ConnectionIdTag;
struct SubscriptionIdTag;
struct TransactionIdTag;
struct AuditIdTag;
struct NodeIdTag;
struct RowSeqTag;
struct CommitSeqTag;
struct ColumnIdTag;

using NamespaceId = StrongId<NamespaceIdTag, std::string>;  // lower case
using TableName = StrongId<TableNameTag, std::string>;      // lower case
using UserId = StrongId<UserIdTag, std::string>;            // case kept
using StorageId = StrongId<StorageIdTag, std::string>;
using JobId = StrongId<JobIdTag, std::string>;
using TopicId = StrongId<TopicIdTag, std::string>;
using ConsumerGroupId = StrongId<ConsumerGroupIdTag, std::string>;
using LiveQueryId = StrongId<LiveQueryIdTag, std::string>;  // never split: looked up whole
using ConnectionId = StrongId<ConnectionIdTag, std::string>;
using SubscriptionId = StrongId<SubscriptionIdTag, std::string>;
using TransactionId = StrongId<TransactionIdTag, std::string>;  // canonical UUID v7
using AuditId = StrongId<AuditIdTag, std::string>;
using NodeId = StrongId<NodeIdTag, uint64_t>;
using RowSeq = StrongId<RowSeqTag, int64_t>;         // `_seq`: a snowflake
using CommitSeq = StrongId<CommitSeqTag, uint64_t>;  // `_commit_seq`: 0 = not assigned
using ColumnId = StrongId<ColumnIdTag, uint64_t>;    // stable for the life of a table

// A table's identity.
struct TableId {
  NamespaceId ns;
  TableName table;

  std::string dotted() const { return ns.value() + "." + table.value(); }  // jobs, routes, manifests, REST
  std::string colon() const { return ns.value() + ":" + table.value(); }   // system.schemas, cache keys, messages
  auto operator<=>(const TableId&) const = default;
  bool operator==(const TableId&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const TableId& id) { return out << id.dotted(); }
};

// From text of clients and of disk: the rules and error texts of spec types §10 and catalog §9. Lower-cases where the
// type says so.
Result<NamespaceId> parse_namespace_id(std::string_view text);
Result<TableName> parse_table_name(std::string_view text);
Result<TableId> parse_table_id(std::string_view dotted);  // split at the first dot
Result<UserId> parse_user_id(std::string_view text);
Result<StorageId> parse_storage_id(std::string_view text);
Result<TransactionId> parse_transaction_id(std::string_view text);

}  // namespace kalam

template <>
struct std::hash<kalam::TableId> {
  size_t operator()(const kalam::TableId& id) const {
    return std::hash<std::string>()(id.ns.value()) * 31 + std::hash<std::string>()(id.table.value());
  }
};
