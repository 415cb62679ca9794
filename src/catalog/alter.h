// ALTER TABLE as a pure function: the definition before, one action, and what the rows say, give the definition after.
//
// Always true: column ids and ordinals of the columns that stay do not change, and none is ever given out twice. A
// refused action changes nothing, and neither does one without effect: it yields no new version.

#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "types/schema.h"

namespace kalam::catalog {

// Column names as the user wrote them; they are folded to lower case here.
struct AddColumn {
  std::string name;
  DataType type;
  bool nullable = true;
  ColumnDefault default_value;
};
struct DropColumn {
  std::string name;
};
struct RenameColumn {
  std::string from;
  std::string to;
};
struct ModifyColumn {
  std::string name;
  DataType type;
  std::optional<bool> nullable;  // nothing: as it was
};
struct SetNullable {
  std::string name;
  bool nullable;
};
struct SetDefault {
  std::string name;
  ColumnDefault default_value;  // none: DROP DEFAULT
};
struct SetAccessLevel {
  AccessLevel level;
};
using AlterAction =
    std::variant<AddColumn, DropColumn, RenameColumn, ModifyColumn, SetNullable, SetDefault, SetAccessLevel>;

// "ADD COLUMN age INT": the text in answers, history and audit entries.
std::string text_of(const AlterAction& action);

// What the rows of the table say. Asked only when an action depends on it; each may be expensive.
struct TableContents {
  std::function<Result<bool>()> has_rows;
  std::function<Result<bool>(const ColumnDefinition&)> has_nulls;
};

struct Alteration {
  TableDefinition after;  // of the same version as before when nothing changed
  bool changed = false;
  std::string action;  // text_of()

  std::string message() const;  // "Table app.t altered successfully: ADD COLUMN age INT (version 2)"
};

Result<Alteration> alter(const TableDefinition& before, const AlterAction& action, const TableContents& contents,
                         int64_t now_ms);

// Can every stored value of the one type be read as the other? SMALLINT -> INT -> BIGINT, FLOAT -> DOUBLE, DECIMAL with
// more digits before the point.
bool widens(const DataType& from, const DataType& to);

// A definition gets its columns at creation: `_seq` and `_deleted` go behind the user's, then ids and ordinals run
// from 1.
std::vector<ColumnDefinition> numbered_columns(std::vector<ColumnDefinition> user_columns);

}  // namespace kalam::catalog
