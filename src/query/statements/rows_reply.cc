#include "query/statements/rows_reply.h"

#include <algorithm>

#include "types/json_value.h"

namespace kalam::query {

namespace {

// Spec auth §10.1.
bool is_secret(std::string_view column) { return column == "credentials" || column == "password_hash"; }

bool has_text(const Value& value, std::string_view text) {
  return !value.is_null() && value.kind() == ScalarKind::utf8 && value.as_text() == text;
}

}  // namespace

RowsReply::RowsReply(std::vector<duck::ResultColumn> columns) {
  reply_.shape = QueryReply::Shape::rows;
  reply_.columns = std::move(columns);
}

Status RowsReply::add(std::span<const Value> cells) {
  Status status;
  add([&](JsonText& json) {
    for (const auto& cell : cells) {
      if (auto written = write_json(json, cell); !written.ok() && status.ok()) status = std::move(written);
    }
  });
  return status;
}

void RowsReply::add(const std::function<void(JsonText&)>& write) {
  if (reply_.row_count > 0) reply_.rows_json += ',';
  JsonText json(reply_.rows_json);
  json.begin_array();
  write(json);
  json.end_array();
  ++reply_.row_count;
}

Result<QueryReply> read_view(const catalog::SystemView& view, const ViewRead& read, const Viewer& viewer, Role role) {
  const auto& columns = view.columns();
  const auto place_of = [&](std::string_view name) {
    return static_cast<size_t>(std::ranges::find(columns, name, &SourceColumn::name) - columns.begin());
  };
  std::vector<size_t> shown;
  for (const auto name : read.columns) shown.push_back(place_of(name));
  if (shown.empty()) {
    for (size_t i = 0; i < columns.size(); ++i) shown.push_back(i);
  }
  std::vector<duck::ResultColumn> result;
  for (const auto i : shown) {
    result.push_back({columns[i].name, columns[i].type, columns[i].primary_key, !columns[i].nullable});
  }

  ScanRequest request{.columns = {}, .viewer = viewer};
  for (size_t i = 0; i < columns.size(); ++i) request.columns.push_back(i);
  for (const auto& [name, text] : read.equal) {
    request.equal.push_back({place_of(name), Value::text(std::string(text))});
  }
  RowsReply reply(std::move(result));
  const auto cursor = TRY(view.open(request));
  std::vector<Value> row;
  std::vector<Value> cells;
  while (TRY(cursor->next(row))) {
    const bool equal =
        std::ranges::all_of(request.equal, [&](const auto& e) { return has_text(row[e.column], e.value.as_text()); });
    if (!equal || (read.wanted && !read.wanted(row))) continue;
    cells.clear();
    for (const auto i : shown) {
      const bool masked = !is_admin(role) && !row[i].is_null() && is_secret(columns[i].name);
      cells.push_back(masked ? Value::text("***") : std::move(row[i]));
    }
    TRY(reply.add(cells));
  }
  return reply.take();
}

}  // namespace kalam::query
