// Plan: the query of a subscription bound to one version of its table: which rows it wants, and what of them it shows.
//
//   SubscriptionQuery + Table -> Plan;   values of a row -> wanted?  -> JSON of a client
//
// Snapshot and changes go through the same bound expressions, so they cannot disagree about a row. Nothing volatile and
// nothing that reads other rows gets in.

#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "duck/instance.h"
#include "duck/row_expressions.h"
#include "sql/subscription.h"
#include "tables/table.h"
#include "types/json_text.h"
#include "types/row_change.h"

namespace kalam::live {

// A row with all columns of its table's definition, in their order, `_seq` and `_deleted` among them.
using FullRow = std::vector<Value>;

// Immutable: shared by subscriptions and threads.
class Plan {
 public:
  // `not_supported`: a condition that cannot be held against a changed row; `invalid_input` and others: names and types
  // that do not fit. Columns of the select list that do not exist are left out of the result, and unknown_column()
  // names the first.
  static Result<std::shared_ptr<const Plan>> bind(duck::Instance& engine, const sql::SubscriptionQuery& query,
                                                  const tables::TablePtr& table);

  const tables::Table& table() const { return *table_; }
  const tables::TablePtr& shared_table() const { return table_; }
  const std::optional<std::string>& unknown_column() const { return unknown_column_; }
  bool shows_all() const { return all_; }  // SELECT *
  // Do rows look the same to this plan as to `other`, which was made for another version of the table? False when a
  // column that is used was dropped or has another type.
  bool reads_as(const Plan& other) const;

  FullRow full_row(const Row& row, RowSeq seq, bool deleted) const;
  FullRow with_seq(FullRow row, RowSeq seq) const;
  FullRow as_deleted(FullRow row, RowSeq seq) const;
  Result<bool> wants(const FullRow& row, const Viewer& viewer) const;

  // The `schema` of an ack.
  std::string schema_json() const;
  // `{…}`: everything, or the projected columns and `_seq`. Errors: a value that has no JSON (NaN).
  Status write_row(JsonText& json, const FullRow& row, const Viewer& viewer) const;
  // The two sides of an update: the new row without NULLs; of the old one what is different, NULLs too. Both with
  // `_seq` and the primary key.
  Status write_updated(JsonText& json, const FullRow& row, const Viewer& viewer) const;
  Status write_replaced(JsonText& json, const FullRow& before, const FullRow& after, const Viewer& viewer) const;
  // The primary key by name; of a STREAM table without one its `_seq`.
  Status write_key(JsonText& json, const FullRow& row) const;
  // Of a row of which only its end is known: primary key, `_seq`, and `_deleted` if the table keeps deleted rows.
  Status write_removed_key(JsonText& json, const FullRow& row) const;

 private:
  struct Shown {
    std::string name;
    std::optional<size_t> column;    // of the full row
    std::optional<size_t> computed;  // of the expressions
    DataType type;
  };
  Status write_cells(JsonText& json, const FullRow& row, const FullRow* before, bool nulls, const Viewer& viewer) const;
  Status write_seq(JsonText& json, const FullRow& row) const;
  Status write_key_cells(JsonText& json, const FullRow& row) const;
  Result<std::vector<Value>> compute(const FullRow& row, const Viewer& viewer) const;

  tables::TablePtr table_;
  bool all_ = false;  // SELECT *
  std::vector<Shown> shown_;
  std::shared_ptr<const duck::RowExpressions> filter_;    // null: every row
  std::shared_ptr<const duck::RowExpressions> computed_;  // null: none
  std::optional<std::string> unknown_column_;
  std::vector<size_t> key_columns_;
  size_t seq_column_ = 0;
  std::optional<size_t> deleted_column_;
};
using PlanPtr = std::shared_ptr<const Plan>;

}  // namespace kalam::live
