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
  std::string name;        // of the output, folded
  std::string expression;  // as written; empty: the column of that name

  bool operator==(const SubscriptionColumn&) const = default;
};

struct SubscriptionQuery {
  ObjectName table;                         // who wants a qualified name checks it
  std::vector<SubscriptionColumn> columns;  // empty: all (*)
  std::optional<std::string> where;         // an expression, as written; CURRENT_USER has its parentheses

  bool operator==(const SubscriptionQuery&) const = default;
};

// Errors: `not_supported` with the texts of the rules ("Subscription query does not support ORDER BY. …"),
// `invalid_input` for what is no SQL ("sql parser error: …"), `invalid_identifier` for an impossible name. Whether the
// expressions make sense is found when they are bound.
Result<SubscriptionQuery> parse_subscription(std::string_view text);

// As a query for the engine: SELECT * FROM app.notes WHERE …
std::string print(const SubscriptionQuery& query);

}  // namespace kalam::sql
