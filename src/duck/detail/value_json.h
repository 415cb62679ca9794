// Values as client JSON (spec types §7): what cell_json makes of the same cell in the engine, byte for byte.

#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "types/json_text.h"
#include "types/value.h"

namespace kalam::duck {

Status append_json(JsonText& json, const Value& value);
Error no_json_of_infinity();  // of dates and times

// Appends `row` as an array. Values of a column that is `masked` are shown as "***"; empty: none is.
Status append_json_row(std::span<const Value> row, const std::vector<bool>& masked, std::string& out);

}  // namespace kalam::duck
