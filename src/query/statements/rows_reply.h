// RowsReply: rows made by hand, as the reply to a statement.

#pragma once
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/system_view.h"
#include "query/query_reply.h"
#include "types/json_text.h"
#include "types/value.h"

namespace kalam::query {

class RowsReply {
 public:
  explicit RowsReply(std::vector<duck::ResultColumn> columns);

  Status add(std::span<const Value> cells);  // one for each column
  // A row whose cells somebody else writes, one after the other.
  void add(const std::function<void(JsonText& cells)>& write);
  QueryReply take() { return std::move(reply_); }

 private:
  QueryReply reply_;
};

// Some rows of a view of the catalog, as that view shows them.
struct ViewRead {
  std::vector<std::string_view> columns = {};  // which; empty: all
  // Conditions that all hold, text columns only.
  std::vector<std::pair<std::string_view, std::string_view>> equal = {};
  // Further ones, on the whole row.
  std::function<bool(std::span<const Value> row)> wanted = nullptr;
};
// `viewer`: whose rights the view itself asks for; `role`: for whom secrets are masked.
Result<QueryReply> read_view(const catalog::SystemView& view, const ViewRead& read, const Viewer& viewer, Role role);

}  // namespace kalam::query
