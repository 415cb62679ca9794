// SystemView: one name of schema `system` or `information_schema`, as rows. The catalog makes most of them; modules
// above bring the rows of theirs (ProvidedRows). `query` finds them by Catalog::source().
//
//   View<ColumnRow>("system", "columns", "…", {column<ColumnRow>(1, "namespace_id", [](const ColumnRow& r) {…}), …},
//   open)
//
// A view is a list of columns, each with the function that takes its value from a row, and a function that opens the
// rows. Only the columns that a scan asks for are computed.

#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/models/field.h"
#include "types/row_source.h"

namespace kalam::catalog {

class SystemView : public RowSource {
 public:
  enum class Kind { table, view };  // information_schema: BASE TABLE, VIEW

  SystemView(std::string_view schema, std::string_view name, std::string_view comment, Kind kind,
             std::vector<ColumnSpec> specs);

  const std::string& schema() const { return schema_; }
  const std::string& name() const { return name_; }
  const std::string& comment() const { return comment_; }
  Kind kind() const { return kind_; }
  const std::vector<ColumnSpec>& specs() const { return specs_; }  // with column ids; parallel to columns()
  const std::vector<SourceColumn>& columns() const override { return columns_; }

  // May this role read it? information_schema: everybody, who then sees what the role may see. system: dba and system.
  bool readable_by(Role role) const;

 private:
  const std::string schema_;
  const std::string name_;
  const std::string comment_;
  const Kind kind_;
  const std::vector<ColumnSpec> specs_;
  std::vector<SourceColumn> columns_;
};

// A column of rows of type Row.
template <typename Row>
struct Column {
  ColumnSpec spec;
  Value (*value)(const Row& row);
};

// `get` is a lambda without captures, or a pointer to a member's getter in that form; its return type says the
// column's.
template <typename Row, typename Get>
Column<Row> column(uint64_t id, std::string_view name, Get) {
  using T = std::remove_cvref_t<std::invoke_result_t<Get, const Row&>>;
  return {column_spec<T>(id, name), [](const Row& row) { return to_value(Get{}(row)); }};
}
// The same for a member, of a row that is a plain struct.
template <auto kMember>
Column<typename detail::Member<decltype(kMember)>::Owner> column(uint64_t id, std::string_view name) {
  using Row = typename detail::Member<decltype(kMember)>::Owner;
  return {column_spec<typename detail::Member<decltype(kMember)>::Type>(id, name),
          [](const Row& row) { return to_value(row.*kMember); }};
}
template <typename Row>
Column<Row> as_key(Column<Row> column) {
  column.spec.primary_key = true;
  return column;
}
// Gives the next row; false at the end.
template <typename Row>
using Rows = std::function<Result<bool>(Row& row)>;

template <typename Row>
Rows<Row> all_of(std::vector<Row> rows) {
  return [rows = std::move(rows), next = size_t{0}](Row& row) mutable -> Result<bool> {
    if (next == rows.size()) return false;
    row = std::move(rows[next++]);
    return true;
  };
}

template <typename Row>
class View final : public SystemView {
 public:
  using Open = std::function<Result<Rows<Row>>(const ScanRequest& request)>;

  View(std::string_view schema, std::string_view name, std::string_view comment, std::vector<Column<Row>> columns,
       Open open, Kind kind = Kind::view)
      : SystemView(schema, name, comment, kind, specs_of(columns)),
        shown_(std::move(columns)),
        open_rows_(std::move(open)) {}

  Result<std::unique_ptr<RowCursor>> open(const ScanRequest& request) const override {
    return std::make_unique<Cursor>(*this, request, TRY(open_rows_(request)));
  }

 private:
  class Cursor final : public RowCursor {
   public:
    Cursor(const View& view, const ScanRequest& request, Rows<Row> rows)
        : view_(view), columns_(request.columns), left_(request.limit), rows_(std::move(rows)) {}

    Result<bool> next(std::vector<Value>& row) override {
      if (left_ == 0 || !TRY(rows_(row_))) return false;
      --left_;
      row.clear();
      for (const auto column : columns_) row.push_back(view_.shown_[column].value(row_));
      return true;
    }

   private:
    const View& view_;
    const std::vector<size_t> columns_;
    size_t left_;
    Rows<Row> rows_;
    Row row_{};
  };

  static std::vector<ColumnSpec> specs_of(const std::vector<Column<Row>>& columns) {
    std::vector<ColumnSpec> specs;
    for (const auto& column : columns) specs.push_back(column.spec);
    return specs;
  }

  const std::vector<Column<Row>> shown_;
  const Open open_rows_;
};

// Rows that a module above brings, in the order of the view. Until it does there are none, which is the truth: nothing
// is subscribed, no session is open.
template <typename Row>
class ProvidedRows {
 public:
  using Provide = std::function<Result<Rows<Row>>(const ScanRequest& request)>;

  void set(Provide provide) {  // an empty function takes them away again
    auto shared = std::make_shared<const Provide>(std::move(provide));
    const std::lock_guard lock(mutex_);
    provide_ = std::move(shared);
  }

  Result<Rows<Row>> open(const ScanRequest& request) const {
    std::shared_ptr<const Provide> provide;
    {
      const std::lock_guard lock(mutex_);
      provide = provide_;
    }
    if (!provide || !*provide) return all_of(std::vector<Row>());
    return (*provide)(request);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Provide> provide_;  // guarded by mutex_; called outside it
};

// The value that a request demands of a column by equality; null: none.
const Value* demanded(const ScanRequest& request, size_t column);
// The same as text; empty optional: nothing demanded, or no text.
std::optional<std::string_view> demanded_text(const ScanRequest& request, size_t column);

}  // namespace kalam::catalog
