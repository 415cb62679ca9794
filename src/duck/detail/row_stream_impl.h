// What a RowStream holds: one of the two ways in which rows come.

#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "duck/row_stream.h"
#include "types/ascii.h"
#include "types/role.h"

namespace kalam::duck {

struct RowStream::Impl {
  virtual ~Impl() = default;
  virtual Result<size_t> append_json_rows(std::string& out) = 0;
  virtual Result<bool> next(std::vector<Value>& row) = 0;

  std::vector<ResultColumn> columns;
  size_t rows_left = SIZE_MAX;  // that may be given yet
  bool cut = false;             // there was a row when none was left
};

// Shown in the place of a value that this viewer may not see.
inline constexpr std::string_view kMasked = "***";

// Names whose values only administrators may see.
inline bool is_masked(std::string_view column, Role viewer) {
  if (is_admin(viewer)) return false;
  return equal_ignoring_case(column, "credentials") || equal_ignoring_case(column, "password_hash");
}

}  // namespace kalam::duck
