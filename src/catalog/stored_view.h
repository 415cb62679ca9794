// StoredView<M>: the rows of a persisted system table, read field by field from the stored bytes: a scan makes no
// model, and decodes only the columns it was asked for.
//
// Access path: equality on the first key columns, or on the column of an index; whichever gives the longer prefix. The
// filter is inexact: who asked filters again.

#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "catalog/system_tables.h"
#include "catalog/system_view.h"

namespace kalam::catalog {

// Appends the value to a key, as a key column of this type is written; false when no key can hold it.
bool append_to_key(codec::KeyWriter& key, const ColumnSpec& spec, const Value& value);

template <typename M>
class StoredView final : public SystemView {
 public:
  StoredView(const SystemTable<M>& table, ModelCodec<M> codec)
      : SystemView("system", model<M>().table, model<M>().comment, Kind::table, specs_of_columns()),
        table_(&table),
        codec_(std::move(codec)) {}

  Result<std::unique_ptr<RowCursor>> open(const ScanRequest& request) const override {
    auto prefix = key_prefix(request);
    const auto choice = table_->choose_index(equalities(request));
    if (!choice || choice->prefix.size() <= prefix.size()) {
      auto rows = TRY(table_->rows().scan_raw({.prefix = std::move(prefix)}));
      return std::make_unique<Cursor>(*this, request, std::move(rows), nullptr);
    }
    log::info("catalog", "index serves system table",
              {{"table", name()}, {"index", table_->index(choice->index).partition}});
    // Entries and rows of one moment, so that a concurrent write leaves no hole.
    auto snapshot = table_->rows().store().snapshot();
    auto entries = TRY(table_->index_entries(choice->index, {.prefix = choice->prefix, .snapshot = snapshot}));
    return std::make_unique<Cursor>(*this, request, std::move(entries), std::move(snapshot));
  }

 private:
  // Over the rows themselves; or, with a snapshot, over the entries of an index whose values are keys of rows.
  class Cursor final : public RowCursor {
   public:
    Cursor(const StoredView& view, const ScanRequest& request, std::unique_ptr<store::Scan> scan,
           store::SnapshotPtr index_snapshot)
        : view_(view),
          columns_(request.columns),
          left_(request.limit),
          scan_(std::move(scan)),
          index_snapshot_(std::move(index_snapshot)) {}

    Result<bool> next(std::vector<Value>& row) override {
      while (left_ > 0 && scan_->valid()) {
        bool found = true;
        if (!index_snapshot_) {
          TRY(read(row, scan_->key(), scan_->value()));
        } else {
          const auto& rows = view_.table_->rows();
          const auto bytes = TRY(rows.store().get(rows.partition(), scan_->value(), index_snapshot_));
          if (bytes) TRY(read(row, scan_->value(), *bytes));
          else found = false;
        }
        scan_->next();
        if (!found) continue;
        --left_;
        return true;
      }
      if (left_ > 0) TRY(scan_->status());
      return false;
    }

   private:
    Status read(std::vector<Value>& row, std::string_view key, std::string_view bytes) {
      auto status = view_.codec_.decode_into(row, bytes, columns_);
      if (status.ok()) return {};
      left_ = 0;
      return store::at_entry(std::move(status).error(), StoredAs<M>::kPartition, key);
    }

    const StoredView& view_;
    const std::vector<size_t> columns_;
    size_t left_;
    std::unique_ptr<store::Scan> scan_;
    store::SnapshotPtr index_snapshot_;  // null: the scan goes over the rows
  };

  static std::vector<ColumnSpec> specs_of_columns() {
    std::vector<ColumnSpec> specs;
    for (const auto& field : columns_of<M>()) {
      specs.push_back(field.spec);
      specs.back().kind = field.shown_kind();
    }
    return specs;
  }

  std::vector<Equality> equalities(const ScanRequest& request) const {
    std::vector<Equality> found;
    for (const auto& equal : request.equal) found.push_back({specs()[equal.column].name, &equal.value});
    return found;
  }

  std::string key_prefix(const ScanRequest& request) const {
    codec::KeyWriter key;
    for (const auto name : StoredAs<M>::kKeyColumns) {
      const auto column = std::ranges::find(specs(), name, &ColumnSpec::name);
      const auto* value = demanded(request, static_cast<size_t>(column - specs().begin()));
      if (!value || !append_to_key(key, *column, *value)) break;
    }
    return key.take();
  }

  const SystemTable<M>* table_;
  const ModelCodec<M> codec_;
};

// Columns of a view whose rows are models that somebody holds in memory.
template <typename M>
std::vector<Column<M>> columns_from_model() {
  std::vector<Column<M>> columns;
  for (const auto& field : columns_of<M>()) columns.push_back({field.spec, field.value});
  return columns;
}

}  // namespace kalam::catalog
