// Where settings come from: a TOML file and the environment.

#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "node/settings.h"

namespace kalam::node {

// Overwrites what the text names. Keys that nobody knows are left out and returned, in the order of the text. Errors
// name line and column.
Result<std::vector<std::string>> apply_toml(std::string_view text, Settings& settings);

// The value of a variable; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

// KALAMDB_… for each key that has a name there.
Status apply_environment(const Environment& environment, Settings& settings);

}  // namespace kalam::node
