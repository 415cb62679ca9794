// SubscriptionQuery: the one form of query that can be subscribed to.
//
//   SELECT <* | column | expression AS name [, …]> FROM [namespace.]table [WHERE expression]

#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/object_name.h"

namespace kalam::sql {

struct SubscriptionColumn {
  std::string name;        // of the output
  std::string expression;  // as written; of a plain column: its folded name
  bool plain = true;       // a column of the table under its own name
};

struct SubscriptionQuery {
  ObjectName table;
  std::vector<SubscriptionColumn> columns;  // empty: all (*)
  std::optional<std::string> where;         // an expression, as written
  std::string text;                         // the query as the engine may read it
};

// `invalid_input` with the texts of the rules ("Subscription query does not support ORDER BY. …").
Result<SubscriptionQuery> parse_subscription(std::string_view text);

}  // namespace kalam::sql
