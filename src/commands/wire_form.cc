#include "commands/wire_form.h"

#include <utility>

#include "catalog/models/model.h"
#include "codec/command_codec.h"

namespace kalam::commands {
namespace {

namespace wire = codec::command;
using codec::RawTableId;
using codec::Stored;
using codec::SystemModel;

// --- what both directions share --------------------------------------------------------------------------------------

RawTableId raw(const TableId& id) { return {id.ns.value(), id.table.value()}; }
TableId table_id(RawTableId raw) { return {NamespaceId(std::move(raw.ns)), TableName(std::move(raw.table))}; }

template <SystemModel M, typename Model>
Result<Stored<M>> stored(const Model& model) {
  return Stored<M>{TRY(catalog::encode(model))};
}
template <typename Model, SystemModel M>
Result<Model> loaded(const Stored<M>& stored) {
  return catalog::decode<Model>(stored.bytes);
}

Error malformed(const char* what) { return {ErrorCode::corrupt_payload, std::string("a write by key ") + what}; }

// --- rows ------------------------------------------------------------------------------------------------------------

wire::TableVersion to_wire(const TableVersion& table) { return {table.id, table.generation, table.schema_version}; }
TableVersion from_wire(wire::TableVersion table) {
  return {std::move(table.table_id), table.generation, table.schema_version};
}

wire::Part to_wire(const RowsWrite& part) {
  wire::WriteRows rows{to_wire(part.table), part.user, {}};
  rows.rows.reserve(part.rows.size());
  for (const auto& row : part.rows) rows.rows.push_back({row.kind, row.key, row.row.values, row.seq, row.expected});
  return rows;
}
wire::Part to_wire(const KeyedWrite& part) {
  return wire::WriteByKey{to_wire(part.table),
                          part.user,
                          part.kind,
                          part.key,
                          part.expressions ? part.expressions->texts() : part.texts,
                          part.has_condition,
                          {part.assigned.begin(), part.assigned.end()},
                          part.parameters,
                          part.viewer.user.value(),
                          part.viewer.role};
}

using Part = std::variant<RowsWrite, KeyedWrite>;
Result<Part> from_wire(wire::WriteRows part) {
  RowsWrite rows{from_wire(std::move(part.table)), std::move(part.user_id), {}};
  rows.rows.reserve(part.rows.size());
  for (auto& row : part.rows) {
    rows.rows.push_back({row.kind, std::move(row.key), Row{std::move(row.values)}, row.seq, row.expected_seq});
  }
  return Part(std::move(rows));
}
Result<Part> from_wire(wire::WriteByKey part) {
  if (part.kind == ChangeKind::insert) return malformed("inserts");
  if (part.kind == ChangeKind::remove && !part.assigned.empty()) return malformed("assigns to what it deletes");
  if (part.expressions.size() != part.assigned.size() + (part.has_condition ? 1 : 0)) {
    return malformed("has other expressions than it assigns");
  }
  return Part(KeyedWrite{.table = from_wire(std::move(part.table)),
                         .user = std::move(part.user_id),
                         .kind = part.kind,
                         .key = std::move(part.key),
                         .expressions = nullptr,
                         .texts = std::move(part.expressions),
                         .has_condition = part.has_condition,
                         .assigned = {part.assigned.begin(), part.assigned.end()},
                         .parameters = std::move(part.parameters),
                         .viewer = {UserId(std::move(part.viewer)), part.viewer_role}});
}

// --- what exists -----------------------------------------------------------------------------------------------------

struct ActionToWire {
  using Action = wire::AlterAction;
  Action operator()(const catalog::AddColumn& a) const {
    return wire::AddColumn{a.name, a.type, a.nullable, a.default_value};
  }
  Action operator()(const catalog::DropColumn& a) const { return wire::DropColumn{a.name}; }
  Action operator()(const catalog::RenameColumn& a) const { return wire::RenameColumn{a.from, a.to}; }
  Action operator()(const catalog::ModifyColumn& a) const { return wire::ModifyColumn{a.name, a.type, a.nullable}; }
  Action operator()(const catalog::SetNullable& a) const { return wire::SetNullable{a.name, a.nullable}; }
  Action operator()(const catalog::SetDefault& a) const { return wire::SetDefault{a.name, a.default_value}; }
  Action operator()(const catalog::SetAccessLevel& a) const { return wire::SetAccessLevel{a.level}; }
};

struct ActionFromWire {
  using Action = catalog::AlterAction;
  Action operator()(wire::AddColumn& a) const {
    return catalog::AddColumn{std::move(a.name), a.type, a.nullable, std::move(a.default_value)};
  }
  Action operator()(wire::DropColumn& a) const { return catalog::DropColumn{std::move(a.name)}; }
  Action operator()(wire::RenameColumn& a) const { return catalog::RenameColumn{std::move(a.from), std::move(a.to)}; }
  Action operator()(wire::ModifyColumn& a) const {
    return catalog::ModifyColumn{std::move(a.name), a.type, a.nullable};
  }
  Action operator()(wire::SetNullable& a) const { return catalog::SetNullable{std::move(a.name), a.nullable}; }
  Action operator()(wire::SetDefault& a) const {
    return catalog::SetDefault{std::move(a.name), std::move(a.default_value)};
  }
  Action operator()(wire::SetAccessLevel& a) const { return catalog::SetAccessLevel{a.level}; }
};

struct ChangeToWire {
  using To = Result<wire::Change>;

  To operator()(const CreateNamespace& c) const { return made(wire::MakeNamespace{c.name, c.created_by.value()}); }
  To operator()(const AlterNamespace& c) const { return made(wire::AlterNamespace{c.id.value(), c.options_json}); }
  To operator()(const DropNamespace& c) const { return made(wire::RemoveNamespace{c.id.value(), c.cascade}); }
  To operator()(const CreateTable& c) const {
    const auto& table = c.table;
    wire::MakeTable make{raw(table.id), table.type, {}, table.options, table.comment, table.created_by.value()};
    for (const auto& column : table.columns) {
      make.columns.push_back({column.name, column.comment, column.type, column.default_value, column.nullable,
                              column.primary_key, column.partition_key});
    }
    return made(std::move(make));
  }
  To operator()(const AlterTable& c) const {
    return made(wire::ChangeTable{raw(c.id), std::visit(ActionToWire{}, c.action)});
  }
  To operator()(const DropTable& c) const { return made(wire::RemoveTable{raw(c.id)}); }
  To operator()(const CreateView& c) const {
    return made(wire::MakeView{raw(c.id), c.query, c.columns, c.created_by.value(), c.or_replace});
  }
  To operator()(const DropView& c) const { return made(wire::RemoveView{raw(c.id)}); }
  To operator()(const CreateStorage& c) const {
    return made(wire::MakeStorage{TRY(stored<SystemModel::storage>(c.storage))});
  }
  To operator()(const AlterStorage& c) const {
    return made(
        wire::AlterStorage{TRY(stored<SystemModel::storage>(c.storage)), TRY(stored<SystemModel::storage>(c.before))});
  }
  To operator()(const DropStorage& c) const { return made(wire::RemoveStorage{c.id.value()}); }
  To operator()(const CreateUser& c) const { return made(wire::MakeUser{TRY(stored<SystemModel::user>(c.user))}); }
  To operator()(const AlterUser& c) const {
    return made(wire::AlterUser{TRY(stored<SystemModel::user>(c.user)), c.expected_updated_at_us});
  }
  To operator()(const DropUser& c) const { return made(wire::RemoveUser{c.id.value()}); }
  To operator()(const CountLogin& c) const {
    return made(wire::CountLogin{c.id.value(), c.outcome == CountLogin::Outcome::succeeded, c.lock_voids_tokens});
  }
  To operator()(const CreateTopic& c) const { return made(wire::MakeTopic{TRY(stored<SystemModel::topic>(c.topic))}); }
  To operator()(const AlterTopic& c) const {
    return made(wire::AlterTopic{TRY(stored<SystemModel::topic>(c.topic)), TRY(stored<SystemModel::topic>(c.before))});
  }
  To operator()(const DropTopic& c) const { return made(wire::RemoveTopic{c.id.value()}); }
  To operator()(const PutJob& c) const { return made(wire::PutJob{TRY(stored<SystemModel::job>(c.job))}); }
  To operator()(const AckOffset& c) const {
    return made(wire::AckOffset{c.topic.value(), c.group.value(), c.partition, c.offset});
  }
  To operator()(const TrimTopic& c) const { return made(wire::TrimTopic{c.topic.value(), c.partition, c.before}); }

 private:
  template <typename Change>
  static To made(Change change) {
    return wire::Change(std::move(change));
  }
};

struct ChangeFromWire {
  using To = Result<Change>;

  To operator()(wire::MakeNamespace& c) const {
    return made(CreateNamespace{std::move(c.name), UserId(std::move(c.created_by))});
  }
  To operator()(wire::AlterNamespace& c) const {
    return made(AlterNamespace{NamespaceId(std::move(c.namespace_id)), std::move(c.options)});
  }
  To operator()(wire::RemoveNamespace& c) const {
    return made(DropNamespace{NamespaceId(std::move(c.namespace_id)), c.cascade});
  }
  To operator()(wire::MakeTable& c) const {
    catalog::NewTable table{.id = table_id(std::move(c.table_id)),
                            .type = c.type,
                            .columns = {},
                            .options = std::move(c.options),
                            .comment = std::move(c.comment),
                            .created_by = UserId(std::move(c.created_by))};
    for (auto& column : c.columns) {
      ColumnDefinition definition;
      definition.name = std::move(column.name);
      definition.comment = std::move(column.comment);
      definition.type = column.type;
      definition.default_value = std::move(column.default_value);
      definition.nullable = column.nullable;
      definition.primary_key = column.primary_key;
      definition.partition_key = column.partition_key;
      table.columns.push_back(std::move(definition));
    }
    return made(CreateTable{std::move(table)});
  }
  To operator()(wire::ChangeTable& c) const {
    return made(AlterTable{table_id(std::move(c.table_id)), std::visit(ActionFromWire{}, c.action)});
  }
  To operator()(wire::RemoveTable& c) const { return made(DropTable{table_id(std::move(c.table_id))}); }
  To operator()(wire::MakeView& c) const {
    return made(CreateView{table_id(std::move(c.view_id)), std::move(c.query), std::move(c.columns),
                           UserId(std::move(c.created_by)), c.or_replace});
  }
  To operator()(wire::RemoveView& c) const { return made(DropView{table_id(std::move(c.view_id))}); }
  To operator()(wire::MakeStorage& c) const { return made(CreateStorage{TRY(loaded<catalog::Storage>(c.storage))}); }
  To operator()(wire::AlterStorage& c) const {
    return made(AlterStorage{TRY(loaded<catalog::Storage>(c.storage)), TRY(loaded<catalog::Storage>(c.before))});
  }
  To operator()(wire::RemoveStorage& c) const { return made(DropStorage{StorageId(std::move(c.storage_id))}); }
  To operator()(wire::MakeUser& c) const { return made(CreateUser{TRY(loaded<catalog::User>(c.user))}); }
  To operator()(wire::AlterUser& c) const {
    return made(AlterUser{TRY(loaded<catalog::User>(c.user)), c.expected_updated_at_us});
  }
  To operator()(wire::RemoveUser& c) const { return made(DropUser{UserId(std::move(c.user_id))}); }
  To operator()(wire::CountLogin& c) const {
    return made(CountLogin{UserId(std::move(c.user_id)),
                           c.succeeded ? CountLogin::Outcome::succeeded : CountLogin::Outcome::failed,
                           c.lock_voids_tokens});
  }
  To operator()(wire::MakeTopic& c) const { return made(CreateTopic{TRY(loaded<catalog::Topic>(c.topic))}); }
  To operator()(wire::AlterTopic& c) const {
    return made(AlterTopic{TRY(loaded<catalog::Topic>(c.topic)), TRY(loaded<catalog::Topic>(c.before))});
  }
  To operator()(wire::RemoveTopic& c) const { return made(DropTopic{TopicId(std::move(c.topic_id))}); }
  To operator()(wire::PutJob& c) const { return made(PutJob{TRY(loaded<catalog::Job>(c.job))}); }
  To operator()(wire::AckOffset& c) const {
    return made(
        AckOffset{TopicId(std::move(c.topic_id)), ConsumerGroupId(std::move(c.group_id)), c.partition, c.offset});
  }
  To operator()(wire::TrimTopic& c) const {
    return made(TrimTopic{TopicId(std::move(c.topic_id)), c.partition, c.before});
  }

 private:
  template <typename Made>
  static To made(Made change) {
    return Change(std::move(change));
  }
};

// --- whole commands --------------------------------------------------------------------------------------------------

std::optional<wire::WriteId> write_id_of(const WriteProposal& proposal) {
  if (!proposal.remembered()) return std::nullopt;
  return proposal.remembered()->id;
}
std::optional<Remembered> remembered(std::optional<wire::WriteId> id) {
  if (!id) return std::nullopt;
  return Remembered{*std::move(id)};
}

Result<codec::RaftCommand> to_wire(const WriteProposal& proposal, const DataWrite& write) {
  wire::Write to{proposal.made(), {}, write.transaction, write_id_of(proposal), {}};
  to.parts.reserve(write.parts.size());
  for (const auto& part : write.parts) {
    to.parts.push_back(std::visit([](const auto& each) { return to_wire(each); }, part));
  }
  return codec::RaftCommand(std::move(to));
}

Result<codec::RaftCommand> to_wire(const WriteProposal& proposal, const CatalogWrite& write) {
  wire::Changes to{proposal.made(), {}, {}, write.at_ms, write_id_of(proposal)};
  for (const auto& change : write.changes) to.changes.push_back(TRY(std::visit(ChangeToWire{}, change)));
  for (const auto& entry : write.audit) to.audit.push_back(TRY(stored<SystemModel::audit_log_entry>(entry)));
  return codec::RaftCommand(wire::Meta{std::move(to)});
}

Result<WriteProposalPtr> from_wire(wire::Write write) {
  DataWrite to;
  to.transaction = std::move(write.transaction_id);
  to.parts.reserve(write.parts.size());
  for (auto& part : write.parts) {
    to.parts.push_back(TRY(std::visit([](auto& each) { return from_wire(std::move(each)); }, part)));
  }
  return std::make_shared<const WriteProposal>(std::move(to), write.made, remembered(std::move(write.write_id)));
}

Result<WriteProposalPtr> from_wire(wire::Changes changes) {
  CatalogWrite to;
  to.at_ms = changes.at_ms;
  for (auto& change : changes.changes) to.changes.push_back(TRY(std::visit(ChangeFromWire{}, change)));
  for (const auto& entry : changes.audit) to.audit.push_back(TRY(loaded<catalog::AuditLogEntry>(entry)));
  return std::make_shared<const WriteProposal>(std::move(to), changes.made, remembered(std::move(changes.write_id)));
}

}  // namespace

Result<std::string> write_wire_form(const WriteProposal& proposal) {
  return codec::encode_command(
      TRY(std::visit([&](const auto& write) { return to_wire(proposal, write); }, proposal.command())));
}

Result<WriteProposalPtr> read_wire_form(std::string_view bytes) {
  auto command = TRY(codec::decode_command<codec::RaftCommand>(bytes));
  if (auto* write = std::get_if<wire::Write>(&command)) return from_wire(std::move(*write));
  if (auto* meta = std::get_if<wire::Meta>(&command)) {
    if (auto* changes = std::get_if<wire::Changes>(&meta->command)) return from_wire(std::move(*changes));
    return Error{ErrorCode::not_supported, "command '" + std::string(codec::variant_name(meta->command)) +
                                               "' is not one that this version applies"};
  }
  return Error{ErrorCode::not_supported,
               "command '" + std::string(codec::variant_name(command)) + "' is not one that this version applies"};
}

}  // namespace kalam::commands
