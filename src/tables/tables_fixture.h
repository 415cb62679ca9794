// For the tests of this module: a catalog and tables on either store, with a clock that stands still.

#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "store/store_fixture.h"
#include "tables/table_reader.h"
#include "tables/tables.h"

namespace kalam::tables {

using store::Engine;
using Values = std::vector<Value>;
using Rows = std::vector<Values>;

inline ColumnDefinition column(std::string_view name, DataType type, bool nullable = true) {
  ColumnDefinition definition;
  definition.name = name;
  definition.type = type;
  definition.nullable = nullable;
  return definition;
}
inline ColumnDefinition key(DataType type = DataType(TypeTag::bigint), std::string_view name = "id") {
  auto definition = column(name, type, false);
  definition.primary_key = true;
  return definition;
}

class TablesTest : public store::BothStores {
 protected:
  TablesTest() { open_tables(); }

  void open_tables() {
    catalog::CatalogOptions options;
    options.first_start.data_path = "/data/kalam";
    catalog_ = must(catalog::Catalog::open(*store_, clock_, random_, std::move(options)));
    tables_ = std::make_unique<Tables>(*store_, *catalog_, clock_);
  }
  void restart() {  // only a store on disk keeps its rows
    tables_.reset();
    catalog_.reset();
    reopen();
    open_tables();
  }

  // Definition and room, in the order in which a committer makes them.
  TableDefinitionPtr create(std::string_view dotted, std::vector<ColumnDefinition> columns,
                            TableType type = TableType::user, uint64_t ttl_seconds = 60) {
    catalog::NewTable table;
    table.id = must(parse_table_id(dotted));
    table.type = type;
    table.columns = std::move(columns);
    if (type == TableType::user) table.options = UserTableOptions{};
    if (type == TableType::shared) table.options = SharedTableOptions{};
    if (type == TableType::stream) table.options = StreamTableOptions{.ttl_seconds = ttl_seconds};
    if (!catalog_->snapshot()->ns(table.id.ns)) {
      EXPECT_OK(catalog_->update([&](auto& change) { return change.create_namespace(table.id.ns.value()); }));
    }
    EXPECT_OK(catalog_->update([&](catalog::CatalogChange& change) -> Status {
      TRY(change.create_table(table));
      return tables_->create(*change.after().table(table.id));
    }));
    return definition(dotted);
  }
  TableDefinitionPtr definition(std::string_view dotted) const {
    return catalog_->snapshot()->share(must(parse_table_id(dotted)));
  }
  TablePtr table(std::string_view dotted) const { return must(tables_->open(definition(dotted))); }

  void alter(std::string_view dotted, const catalog::AlterAction& action) {
    const catalog::TableContents says{.has_rows = []() -> Result<bool> { return true; },
                                      .has_nulls = [](const ColumnDefinition&) -> Result<bool> { return false; }};
    EXPECT_OK(catalog_->update([&](catalog::CatalogChange& change) -> Status {
      TRY(change.alter_table(must(parse_table_id(dotted)), action, says));
      return {};
    }));
  }
  void drop_definition(std::string_view dotted) {
    EXPECT_OK(catalog_->update([&](catalog::CatalogChange& change) -> Status {
      TRY(change.drop_table(must(parse_table_id(dotted))));
      return {};
    }));
  }

  // One row, stored at once; its `_seq` is the next one.
  RowSeq put(const Table& table, const std::optional<UserId>& user, Values values, bool deleted = false) {
    return put_at(table, user, RowSeq(++last_seq_), std::move(values), deleted);
  }
  RowSeq put_at(const Table& table, const std::optional<UserId>& user, RowSeq seq, Values values,
                bool deleted = false) {
    const auto key =
        table.keyed() ? must(table.row_key(user, values[*table.key_place()])) : table.stream_key(*user, seq);
    store::Batch batch;
    const RowHeader header{seq, CommitSeq(static_cast<uint64_t>(++last_commit_)), deleted};
    EXPECT_OK(table.put(batch, key, user, header, Row{std::move(values)}));
    EXPECT_OK(store_->write(batch, store::Durability::buffered));
    return seq;
  }

  static size_t place_of(const Table& table, std::string_view name) {
    for (size_t i = 0; i < table.columns().size(); ++i) {
      if (table.columns()[i].name == name) return i;
    }
    ADD_FAILURE() << "no column " << name;
    return 0;
  }
  static std::vector<size_t> places_of(const Table& table, const std::vector<std::string>& names) {
    std::vector<size_t> places;
    for (const auto& name : names) places.push_back(place_of(table, name));
    return places;
  }

  static Result<Rows> try_read(const TablePtr& table, ReadPoint point, const ScanRequest& request) {
    const TableReader reader(table, std::move(point));
    auto cursor = TRY(reader.open(request));
    Rows rows;
    Values row;
    while (TRY(cursor->next(row))) rows.push_back(row);
    return rows;
  }
  static Rows read(const TablePtr& table, ReadPoint point, const ScanRequest& request) {
    return must(try_read(table, std::move(point), request));
  }
  static ReadPoint as(std::optional<UserId> user) { return {.user = std::move(user), .snapshot = nullptr}; }

  ManualClock clock_;
  SeededRandom random_{7};
  std::unique_ptr<catalog::Catalog> catalog_;
  std::unique_ptr<Tables> tables_;
  int64_t last_seq_ = 1000;
  int64_t last_commit_ = 0;
};

// A user's rows with one column are easier to read as a list.
inline Values firsts(const Rows& rows) {
  Values values;
  for (const auto& row : rows) values.push_back(row.at(0));
  return values;
}
inline Values ints(std::initializer_list<int64_t> numbers) {
  Values values;
  for (const auto number : numbers) values.push_back(Value::int64(number));
  return values;
}

}  // namespace kalam::tables
