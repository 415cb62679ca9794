// Columns of a result as clients are told of them: {"name":…,"data_type":…,"index":0,"flags":["pk","nn","uq"]}.

#pragma once
#include <cstddef>
#include <string_view>

#include "types/data_type.h"
#include "types/json_text.h"

namespace kalam {

// The flags are left out when there are none.
void write_column(JsonText& json, size_t index, std::string_view name, const DataType& type, bool primary_key,
                  bool not_null);

}  // namespace kalam
