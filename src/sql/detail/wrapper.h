// EXECUTE AS USER 'x' (statement).

#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam::sql {

struct Wrapped {
  std::string user;
  std::string_view statement;  // inside of the text; not empty
};

// Nothing: the statement is not wrapped. Errors: invalid_identifier.
Result<std::optional<Wrapped>> unwrapped(std::string_view text);

}  // namespace kalam::sql
