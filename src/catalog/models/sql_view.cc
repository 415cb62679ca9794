#include "catalog/models/sql_view.h"

namespace kalam::catalog {

template <>
const Model<SqlView>& model<SqlView>() {
  static const Model<SqlView> views{
      .schema = codec::SystemModel::sql_view,
      .table = "views",
      .comment = "Views made by CREATE VIEW",
      .fields = {
          field<&SqlView::namespace_id>(1, "namespace_id").key().comment("Namespace"),
          field<&SqlView::view_name>(2, "view_name").key().comment("Name"),
          field<&SqlView::query>(3, "query").comment("The SELECT that it stands for"),
          field<&SqlView::columns>(4, "columns").comment("Names of its columns, an array"),
          field<&SqlView::created_by>(5, "created_by").comment("Who made it"),
          field<&SqlView::created_at>(6, "created_at").comment("When it was made"),
          field<&SqlView::updated_at>(7, "updated_at").comment("When it was last replaced"),
      }};
  return views;
}

Json json_of_names(const std::vector<std::string>& names) {
  std::string text;
  JsonText json(text);
  json.begin_array();
  for (const auto& name : names) json.string(name);
  json.end_array();
  return Json{std::move(text)};
}

Result<std::vector<std::string>> names_of(const Json& stored) {
  std::vector<std::string> names;
  JsonReader json(stored.text);
  TRY(json.begin_array());
  while (TRY(json.element())) names.push_back(TRY(json.string()));
  TRY(json.end());
  return names;
}

}  // namespace kalam::catalog
