// SqlView: a query with a name, made by CREATE VIEW. Whoever selects from it does so with his own rights.

#pragma once
#include "catalog/models/model.h"

namespace kalam::catalog {

struct SqlView {
  NamespaceId namespace_id;
  TableName view_name;
  std::string query;
  Json columns{"[]"};  // an array of names; empty: those of the query
  UserId created_by;
  Timestamp created_at;
  Timestamp updated_at;

  TableId id() const { return {namespace_id, view_name}; }
  bool operator==(const SqlView&) const = default;
};

template <>
const Model<SqlView>& model<SqlView>();

// Names as the model keeps them, and back.
Json json_of_names(const std::vector<std::string>& names);
Result<std::vector<std::string>> names_of(const Json& json);

}  // namespace kalam::catalog
