// DataApply: one DataWrite on its way: first everything is checked and worked out, then all of it is put.
//
//   parts, in order -> one effect for each row that they touch -> versions in the batch, a ChangeSet
//
// Always true: until put() has succeeded nobody else sees anything of it.

#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "catalog/snapshot.h"
#include "commands/command.h"
#include "commands/detail/bound_expressions.h"
#include "commands/detail/counters.h"
#include "commands/detail/rows_in_group.h"
#include "store/store.h"
#include "tables/tables.h"

namespace kalam::commands::detail {

class DataApply {
 public:
  // `owner` keeps `write` alive: the rows of a ChangeSet lie in the command that brought them. `number` is another one
  // for each command of a group.
  DataApply(const catalog::CatalogSnapshot& catalog, const tables::Tables& tables, RowsInGroup& rows,
            BoundExpressions& expressions, uint64_t number, const DataWrite& write, std::shared_ptr<const void> owner)
      : catalog_(catalog),
        tables_(tables),
        rows_(rows),
        expressions_(expressions),
        number_(number),
        write_(write),
        owner_(std::move(owner)) {}

  // How many rows each part writes.
  Result<std::vector<uint64_t>> work_out();

  // Is there anything to put?
  bool changes() const;
  Result<ChangeSetPtr> put(store::Batch& batch, Counters& counters, const codec::command::Made& made);

 private:
  // What the command does to one row, all its parts together.
  struct Effect {
    size_t part = 0;  // index into parts_
    std::string_view key = {};
    RowSlot* slot = nullptr;                // null: a new STREAM row
    std::shared_ptr<const Row> after = {};  // null: the row goes
    RowSeq seq{0};                          // 0: put() gives one
    bool inserted = false;                  // by this command
  };
  struct Part {
    tables::TablePtr table;
    const std::optional<UserId>* user;
    std::vector<size_t> required;  // NOT NULL columns: their places in Row::values
    size_t width;                  // of a row: the user's columns
  };

  Result<uint64_t> work_out(const RowsWrite& part);
  Result<uint64_t> work_out(const KeyedWrite& part);
  Status open(const TableVersion& version, const std::optional<UserId>& user);
  Result<uint64_t> stream_row(const RowWrite& write);
  Result<uint64_t> keyed_row(const RowWrite& write, size_t more);
  Status check_row(const Row& row, size_t number) const;
  Result<bool> evaluate(const KeyedWrite& part, const duck::RowExpressions& expressions, const Newest& now,
                        std::vector<Value>& assigned) const;

  Effect& effect_on(const RowsInGroup::Found& found);
  const Effect* effect_of(const RowSlot& slot) const;
  std::shared_ptr<const Row> row_now(const RowSlot& slot) const;  // null: none
  std::shared_ptr<const Row> share(const Row& row) const { return {owner_, &row}; }

  Error table_changed(const TableId& table) const;
  Error row_changed(const Value& key) const;
  Error key_violation(const Value& key, bool in_this_command) const;

  const catalog::CatalogSnapshot& catalog_;
  const tables::Tables& tables_;
  RowsInGroup& rows_;
  BoundExpressions& expressions_;
  const uint64_t number_;
  const DataWrite& write_;
  const std::shared_ptr<const void> owner_;

  std::vector<Part> parts_;
  std::vector<Effect> effects_;
};

}  // namespace kalam::commands::detail
