#include "live/plan.h"

#include <algorithm>

#include "types/cast.h"
#include "types/column_json.h"
#include "types/json_value.h"

namespace kalam::live {

namespace {

constexpr std::string_view kSeq = "_seq";
constexpr std::string_view kDeleted = "_deleted";

// Columns without a row: to ask the engine what type an expression has.
class NoRows final : public RowSource {
 public:
  explicit NoRows(std::vector<SourceColumn> columns) : columns_(std::move(columns)) {}
  const std::vector<SourceColumn>& columns() const override { return columns_; }
  Result<std::unique_ptr<RowCursor>> open(const ScanRequest&) const override {
    class End final : public RowCursor {
      Result<bool> next(std::vector<Value>&) override { return false; }
    };
    return std::unique_ptr<RowCursor>(std::make_unique<End>());
  }

 private:
  const std::vector<SourceColumn> columns_;
};

Result<DataType> type_of(duck::Instance& engine, const std::string& expression, const sql::SubscriptionQuery& query,
                         const std::vector<SourceColumn>& columns) {
  sql::SubscriptionQuery question;
  question.table = query.table;
  question.columns = {{"x", expression}};
  auto parsed = TRY(engine.parse(sql::print(question)));
  const NoRows source(columns);
  duck::RunInputs inputs;
  inputs.sources.assign(parsed.tables().size(), &source);
  if (inputs.sources.size() != 1) return Error{ErrorCode::not_supported, "another table"};
  const auto rows = TRY(engine.run(std::move(parsed), std::move(inputs)));
  return rows.columns().front().type;
}

}  // namespace

Result<PlanPtr> Plan::bind(duck::Instance& engine, const sql::SubscriptionQuery& query, const tables::TablePtr& table) {
  auto plan = std::make_shared<Plan>();
  plan->table_ = table;
  plan->all_ = query.columns.empty();
  const auto& columns = table->columns();
  std::vector<std::string> texts;
  std::vector<DataType> types;
  const auto place_of = [&](std::string_view name) -> std::optional<size_t> {
    const auto found = std::ranges::find(columns, name, &SourceColumn::name);
    if (found == columns.end()) return std::nullopt;
    return static_cast<size_t>(found - columns.begin());
  };
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].primary_key) plan->key_columns_.push_back(i);
    if (plan->all_) plan->shown_.push_back({columns[i].name, i, {}, columns[i].type});
  }
  const auto seq = place_of(kSeq);
  if (!seq) return Error{ErrorCode::internal, "table " + table->definition().id.dotted() + " has no column _seq"};
  plan->seq_column_ = *seq;
  plan->deleted_column_ = place_of(kDeleted);
  for (const auto& column : query.columns) {
    if (!column.expression.empty()) {
      const auto type = TRY(type_of(engine, column.expression, query, columns));
      plan->shown_.push_back({column.name, {}, texts.size(), type});
      texts.push_back(column.expression);
      types.push_back(type);
    } else if (const auto place = place_of(column.name)) {
      plan->shown_.push_back({column.name, place, {}, columns[*place].type});
    } else if (!plan->unknown_column_) {
      plan->unknown_column_ = column.name;
    }
  }
  if (!texts.empty()) plan->computed_ = TRY(duck::RowExpressions::bind(engine, columns, texts, types));
  if (query.where) {
    const std::vector<std::string> condition = {*query.where};
    const std::vector<DataType> boolean = {DataType(TypeTag::boolean)};
    plan->filter_ = TRY(duck::RowExpressions::bind(engine, columns, condition, boolean));
  }
  return PlanPtr(std::move(plan));
}

bool Plan::reads_as(const Plan& other) const {
  if (unknown_column_ != other.unknown_column_) return false;
  const auto same_type = [&](const std::string& name) {
    const auto* mine = table_->definition().column(name);
    const auto* its = other.table_->definition().column(name);
    return mine && its && mine->id == its->id && mine->type == its->type;
  };
  const auto reads_same = [&](const std::shared_ptr<const duck::RowExpressions>& expressions) {
    if (!expressions) return true;
    const auto& reads = expressions->reads();
    for (size_t i = 0; i < reads.size(); ++i) {
      if (reads[i] && !same_type(table_->columns()[i].name)) return false;
    }
    return true;
  };
  if (!reads_same(filter_) || !reads_same(computed_)) return false;
  return all_ ||
         std::ranges::all_of(shown_, [&](const Shown& shown) { return !shown.column || same_type(shown.name); });
}

FullRow Plan::full_row(const Row& row, RowSeq seq, bool deleted) const {
  const auto& columns = table_->columns();
  FullRow full;
  full.reserve(columns.size());
  size_t place = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i == seq_column_) {
      full.push_back(Value::int64(seq.value()));
    } else if (i == deleted_column_) {
      full.push_back(Value::boolean(deleted));
    } else if (is_system_column(columns[i].name)) {
      full.push_back(null_of(columns[i].type));
    } else if (place < row.values.size()) {
      full.push_back(row.values[place++]);
    } else {
      ++place;
      full.push_back(null_of(columns[i].type));
    }
  }
  return full;
}

FullRow Plan::with_seq(FullRow row, RowSeq seq) const {
  row[seq_column_] = Value::int64(seq.value());
  return row;
}

FullRow Plan::as_deleted(FullRow row, RowSeq seq) const {
  if (deleted_column_) row[*deleted_column_] = Value::boolean(true);
  return with_seq(std::move(row), seq);
}

Result<bool> Plan::wants(const FullRow& row, const Viewer& viewer) const {
  if (!filter_) return true;
  std::vector<Value> out;
  TRY(filter_->evaluate(row, {}, viewer, out));
  return !out.front().is_null() && out.front().as_bool();
}

std::string Plan::schema_json() const {
  std::string text;
  JsonText json(text);
  json.begin_array();
  for (size_t i = 0; i < shown_.size(); ++i) {
    const auto& shown = shown_[i];
    const auto* column = shown.column ? &table_->columns()[*shown.column] : nullptr;
    const bool primary_key = column && column->primary_key;
    write_column(json, i, shown.name, shown.type, primary_key, primary_key || (column && !column->nullable));
  }
  json.end_array();
  return text;
}

Result<std::vector<Value>> Plan::compute(const FullRow& row, const Viewer& viewer) const {
  std::vector<Value> out;
  if (computed_) TRY(computed_->evaluate(row, {}, viewer, out));
  return out;
}

// With `before`: of that row what is different in `row`. `nulls`: NULLs are shown.
Status Plan::write_cells(JsonText& json, const FullRow& row, const FullRow* before, bool nulls,
                         const Viewer& viewer) const {
  const auto computed = TRY(compute(row, viewer));
  const auto computed_before = before ? TRY(compute(*before, viewer)) : std::vector<Value>();
  const bool part = before || !nulls;  // what stands in every part already was written by the caller
  for (const auto& shown : shown_) {
    if (shown.column == seq_column_ || (part && shown.column && shown.column == deleted_column_)) continue;
    if (part && shown.column && table_->columns()[*shown.column].primary_key) continue;
    const auto& now = shown.column ? row[*shown.column] : computed[*shown.computed];
    const auto& value = !before ? now : shown.column ? (*before)[*shown.column] : computed_before[*shown.computed];
    if (before && value == now) continue;
    if (!nulls && value.is_null()) continue;
    json.key(shown.name);
    TRY(write_json(json, value));
  }
  return {};
}

Status Plan::write_seq(JsonText& json, const FullRow& row) const {
  json.key(kSeq);
  return write_json(json, row[seq_column_]);
}

Status Plan::write_key_cells(JsonText& json, const FullRow& row) const {
  for (const auto key : key_columns_) {
    json.key(table_->columns()[key].name);
    TRY(write_json(json, row[key]));
  }
  return {};
}

Status Plan::write_row(JsonText& json, const FullRow& row, const Viewer& viewer) const {
  json.begin_object();
  TRY(write_cells(json, row, nullptr, true, viewer));
  TRY(write_seq(json, row));
  json.end_object();
  return {};
}

Status Plan::write_updated(JsonText& json, const FullRow& row, const Viewer& viewer) const {
  json.begin_object();
  TRY(write_seq(json, row));
  TRY(write_key_cells(json, row));
  TRY(write_cells(json, row, nullptr, false, viewer));
  json.end_object();
  return {};
}

Status Plan::write_replaced(JsonText& json, const FullRow& before, const FullRow& after, const Viewer& viewer) const {
  json.begin_object();
  TRY(write_seq(json, before));
  TRY(write_key_cells(json, before));
  TRY(write_cells(json, after, &before, true, viewer));
  json.end_object();
  return {};
}

Status Plan::write_key(JsonText& json, const FullRow& row) const {
  json.begin_object();
  TRY(write_key_cells(json, row));
  if (key_columns_.empty()) TRY(write_seq(json, row));
  json.end_object();
  return {};
}

Status Plan::write_removed_key(JsonText& json, const FullRow& row) const {
  json.begin_object();
  TRY(write_key_cells(json, row));
  TRY(write_seq(json, row));
  if (table_->keyed()) json.key(kDeleted).boolean(true);
  json.end_object();
  return {};
}

}  // namespace kalam::live
