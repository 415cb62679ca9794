// Cells of a result as client JSON (spec types §7), straight from the engine's vectors.

#pragma once
#include <duckdb.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace kalam::duck {

// Appends the rows of `chunk` as arrays. `first`: no comma in front of the first of them. Values of a column that is
// `masked` are shown as "***". After an error `out` is as it was.
Status append_json_rows(duckdb::DataChunk& chunk, const std::vector<bool>& masked, bool first, std::string& out);

}  // namespace kalam::duck
