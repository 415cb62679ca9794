#include "catalog/models/namespace.h"

namespace kalam::catalog {

template <>
const Model<Namespace>& model<Namespace>() {
  static const Model<Namespace> namespaces{
      .schema = codec::SystemModel::namespace_,
      .table = "namespaces",
      .comment = "Database namespaces for multi-tenancy",
      .fields = {
          field<&Namespace::namespace_id>(1, "namespace_id").key().comment("Identity, in lower case"),
          field<&Namespace::name>(2, "name").comment("Equals the id"),
          field<&Namespace::created_at>(3, "created_at").comment("When the namespace was created"),
          field<&Namespace::options>(4, "options").comment("Options, an object"),
          field<&Namespace::table_count>(5, "table_count").comment("Number of tables in the namespace"),
      }};
  return namespaces;
}

}  // namespace kalam::catalog
