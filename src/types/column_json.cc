#include "types/column_json.h"

namespace kalam {

void write_column(JsonText& json, size_t index, std::string_view name, const DataType& type, bool primary_key,
                  bool not_null) {
  json.begin_object();
  json.key("name").string(name);
  json.key("data_type").raw(type.json());
  json.key("index").number(index);
  if (primary_key || not_null) {
    json.key("flags").begin_array();
    if (primary_key) json.string("pk");
    if (not_null) json.string("nn");
    if (primary_key) json.string("uq");
    json.end_array();
  }
  json.end_object();
}

}  // namespace kalam
