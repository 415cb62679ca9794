// For the tests of this module: a catalog on a store, with a clock that stands still.

#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/testing/must.h"
#include "base/testing/temp_directory.h"
#include "catalog/catalog.h"

namespace kalam::catalog {

// The whole of a source, for one viewer; rows as text by column name are easier to compare than positions.
inline std::vector<std::vector<Value>> rows_of(const RowSource& source, ScanRequest request) {
  if (request.columns.empty()) {
    for (size_t i = 0; i < source.columns().size(); ++i) request.columns.push_back(i);
  }
  auto cursor = must(source.open(request));
  std::vector<std::vector<Value>> rows;
  std::vector<Value> row;
  while (must(cursor->next(row))) rows.push_back(row);
  return rows;
}

inline ScanRequest request_for(std::vector<size_t> columns, std::vector<ScanRequest::Equal> equal = {}) {
  ScanRequest request;
  request.columns = std::move(columns);
  request.equal = std::move(equal);
  request.viewer = {UserId("root"), Role::system};
  return request;
}

inline size_t column_of(const RowSource& source, std::string_view name) {
  for (size_t i = 0; i < source.columns().size(); ++i) {
    if (source.columns()[i].name == name) return i;
  }
  ADD_FAILURE() << "no column " << name;
  std::abort();
}

inline std::string text_of(const Value& value) {
  if (value.is_null()) return "NULL";
  switch (value.kind()) {
    case ScalarKind::utf8: return std::string(value.as_text());
    case ScalarKind::boolean: return value.as_bool() ? "true" : "false";
    case ScalarKind::uint64: return std::to_string(value.as_uint64());
    default: return std::to_string(value.as_int64());
  }
}

class CatalogTest : public testing::Test {
 protected:
  CatalogTest() : store_(store::open_memory_store()) { options_.first_start.data_path = "/data/kalam"; }

  Result<std::unique_ptr<Catalog>> try_open() { return Catalog::open(*store_, clock_, random_, options_); }
  void open() { catalog_ = must(try_open()); }
  void reopen() {
    catalog_.reset();
    open();
  }

  Status update(const std::function<Status(CatalogChange&)>& make) { return catalog_->update(make); }
  void create_namespace(std::string_view name) {
    must(update([&](CatalogChange& change) { return change.create_namespace(name); }));
  }

  static ColumnDefinition column(std::string_view name, DataType type, bool nullable = true) {
    ColumnDefinition definition;
    definition.name = name;
    definition.type = type;
    definition.nullable = nullable;
    return definition;
  }
  static ColumnDefinition key(std::string_view name = "id", DataType type = DataType(TypeTag::bigint)) {
    auto definition = column(name, type, false);
    definition.primary_key = true;
    return definition;
  }
  static TableOptions options_of(TableType type) {
    switch (type) {
      case TableType::shared: return SharedTableOptions{};
      case TableType::stream: return StreamTableOptions{};
      case TableType::system: return SystemTableOptions{};
      case TableType::user: break;
    }
    return UserTableOptions{};
  }
  static NewTable new_table(std::string_view dotted, std::vector<ColumnDefinition> columns,
                            TableType type = TableType::user) {
    NewTable table;
    table.id = must(parse_table_id(dotted));
    table.type = type;
    table.columns = std::move(columns);
    table.options = options_of(type);
    return table;
  }
  Status create_table(NewTable table) {
    return update([&](CatalogChange& change) { return change.create_table(table); });
  }
  // (id BIGINT PRIMARY KEY, name TEXT), in a namespace that is made when missing.
  void create_sample(std::string_view dotted, TableType type = TableType::user) {
    const auto id = must(parse_table_id(dotted));
    if (!catalog_->snapshot()->ns(id.ns)) create_namespace(id.ns.value());
    must(create_table(new_table(dotted, {key(), column("name", DataType(TypeTag::text))}, type)));
  }

  static TableContents contents(bool rows = false, bool nulls = false) {
    return {.has_rows = [rows]() -> Result<bool> { return rows; },
            .has_nulls = [nulls](const ColumnDefinition&) -> Result<bool> { return nulls; }};
  }
  Result<std::string> alter(std::string_view dotted, const AlterAction& action, TableContents says = contents()) {
    std::string message;
    auto status = update([&](CatalogChange& change) -> Status {
      message = TRY(change.alter_table(must(parse_table_id(dotted)), action, says)).message();
      return {};
    });
    if (!status.ok()) return std::move(status).error();
    return message;
  }
  Status drop_table(std::string_view dotted) {
    return update([&](CatalogChange& change) -> Status {
      TRY(change.drop_table(must(parse_table_id(dotted))));
      return {};
    });
  }

  const SystemView& view(std::string_view schema, std::string_view name) const {
    const auto* found = catalog_->source(schema, name);
    if (!found) {
      ADD_FAILURE() << "no view " << schema << "." << name;
      std::abort();
    }
    return *found;
  }

  // SELECT columns FROM schema.name WHERE …, as text, filtered as the engine would.
  using Where = std::vector<std::pair<std::string, std::string>>;
  std::vector<std::vector<std::string>> select(std::string_view schema, std::string_view name,
                                               std::vector<std::string> columns, const Where& where = {},
                                               Role role = Role::system) const {
    const auto& source = view(schema, name);
    ScanRequest request;
    request.viewer = {UserId("viewer"), role};
    for (const auto& each : columns) request.columns.push_back(column_of(source, each));
    for (const auto& [each, text] : where) {
      request.columns.push_back(column_of(source, each));
      request.equal.push_back({column_of(source, each), Value::text(text)});
    }
    std::vector<std::vector<std::string>> found;
    for (const auto& row : rows_of(source, request)) {
      std::vector<std::string> texts;
      for (size_t i = 0; i < columns.size(); ++i) texts.push_back(text_of(row[i]));
      bool matches = true;
      for (size_t i = 0; i < where.size(); ++i) matches &= text_of(row[columns.size() + i]) == where[i].second;
      if (matches) found.push_back(std::move(texts));
    }
    return found;
  }

  ManualClock clock_;
  SeededRandom random_{7};
  std::unique_ptr<store::Store> store_;
  CatalogOptions options_;
  std::unique_ptr<Catalog> catalog_;
};

using Texts = std::vector<std::vector<std::string>>;

}  // namespace kalam::catalog
