// Namespace: what tables are grouped in.

#pragma once
#include "catalog/models/model.h"

namespace kalam::catalog {

struct Namespace {
  NamespaceId namespace_id;
  std::string name;  // equals the id
  Timestamp created_at;
  std::optional<Json> options;  // an object
  int32_t table_count = 0;      // stored as 0: the view counts

  bool operator==(const Namespace&) const = default;
};

template <>
const Model<Namespace>& model<Namespace>();

}  // namespace kalam::catalog
