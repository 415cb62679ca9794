// ALTER TABLE: one action on one table.

#include "sql/detail/column_parser.h"
#include "sql/detail/parsers.h"
#include "types/ascii.h"

namespace kalam::sql {

namespace {

using Action = decltype(AlterTable::action);

Error unsupported() { return invalid("Unsupported ALTER TABLE operation"); }

constexpr std::string_view kActions[] = {"ADD", "DROP", "RENAME", "MODIFY", "ALTER", "SET", "CREATE"};

Result<std::string> column_name(Words& words) { return ascii_lower(TRY(words.expect_name("identifier"))); }

// ADD or DROP of what is no column.
bool names_constraint(Words& words) {
  return words.are({"PRIMARY", "KEY"}) || words.are({"FOREIGN", "KEY"}) || words.is("CONSTRAINT") ||
         (words.is("UNIQUE") && words.peek(1).sign('(')) || (words.is("CHECK") && words.peek(1).sign('('));
}

Result<Action> add_action(Words& words) {
  if (!words.accept("COLUMN") && names_constraint(words)) return unsupported();
  if (words.are({"IF", "NOT", "EXISTS"})) return invalid("ADD COLUMN IF NOT EXISTS is not supported");
  auto name = TRY(column_name(words));
  auto column = TRY(parse_column(words, std::move(name)));
  if (column.primary_key) return invalid("ADD COLUMN cannot add a PRIMARY KEY");
  if (words.is("FIRST") || words.is("AFTER")) {
    return invalid("Column position modifiers (FIRST/AFTER) are not supported");
  }
  return Action(AddColumn{std::move(column)});
}

Result<Action> drop_action(Words& words) {
  const bool vector = words.accept({"VECTOR", "INDEX"});
  if (vector || (words.is("INDEX") && words.peek(1).kind != TokenKind::end)) {
    if (!vector) words.take();
    return Action(DropVectorIndex{TRY(column_name(words))});
  }
  if (!words.accept("COLUMN") && names_constraint(words)) return unsupported();
  DropColumn drop;
  drop.if_exists = words.accept({"IF", "EXISTS"});
  if (words.peek().sign('(')) return invalid("ALTER TABLE only supports dropping one column at a time");
  drop.column = TRY(column_name(words));
  if (words.is("CASCADE") || words.is("RESTRICT")) return invalid("DROP COLUMN CASCADE/RESTRICT is not supported");
  if (words.peek().sign(',')) {
    for (const auto action : kActions) {
      if (words.is(action, 1)) return Action(std::move(drop));
    }
    return invalid("ALTER TABLE only supports dropping one column at a time");
  }
  return Action(std::move(drop));
}

Result<Action> rename_action(Words& words) {
  if (words.is("TO")) return unsupported();
  if (words.is("COLUMN") && !words.is("TO", 1)) words.take();
  RenameColumn rename{TRY(column_name(words)), {}};
  TRY(words.expect("TO"));
  rename.new_name = TRY(column_name(words));
  return Action(std::move(rename));
}

Result<Action> modify_action(Words& words) {
  words.accept("COLUMN");
  ModifyColumn modify{TRY(column_name(words)), {}, {}};
  modify.type = TRY(parse_type(words)).type;
  if (words.accept({"NOT", "NULL"})) modify.nullable = false;
  else if (words.accept("NULL")) modify.nullable = true;
  if (words.is("FIRST") || words.is("AFTER")) {
    return invalid("Column position modifiers (FIRST/AFTER) are not supported");
  }
  return Action(modify);
}

Result<Action> alter_action(Words& words) {
  words.accept("COLUMN");
  auto column = TRY(column_name(words));
  if (words.accept({"SET", "NOT", "NULL"})) return Action(SetNullable{std::move(column), false});
  if (words.accept({"DROP", "NOT", "NULL"})) return Action(SetNullable{std::move(column), true});
  if (words.accept({"DROP", "DEFAULT"})) return Action(SetDefault{std::move(column), {}});
  if (words.accept({"SET", "DEFAULT"})) return Action(SetDefault{std::move(column), TRY(parse_default(words))});
  return invalid("Unsupported ALTER COLUMN operation");
}

Result<Action> properties_action(Words& words) {
  TRY(words.expect_sign('('));
  std::optional<AccessLevel> level;
  std::optional<std::string> unknown;
  while (!words.accept_sign(')')) {
    const auto key = ascii_upper(TRY(words.expect_name("a property name")));
    TRY(words.expect_sign('='));
    const auto value = words.accept_bare();
    if (!value) return words.unexpected("a property value");
    if (key == "ACCESS_LEVEL") {
      level = parse_access_level(*value);
      if (!level) {
        return invalid("Invalid ACCESS_LEVEL '" + ascii_upper(*value) +
                       "'. Supported values: PUBLIC, PRIVATE, RESTRICTED, DBA");
      }
    } else if (!unknown) {
      unknown = key;
    }
    if (!words.accept_sign(',') && !words.peek().sign(')')) return words.unexpected("',' or ')'");
  }
  if (!level) return invalid("ACCESS_LEVEL property is required for SET ACCESS LEVEL");
  if (unknown) return invalid("Unknown table option '" + *unknown + "'");
  return Action(SetAccessLevel{*level});
}

Result<Action> set_action(Words& words) {
  if (words.accept("TBLPROPERTIES")) return properties_action(words);
  if (!words.accept({"ACCESS", "LEVEL"})) return unsupported();
  const auto level = words.peek().kind == TokenKind::word ? parse_access_level(words.peek().text) : std::nullopt;
  if (!level) return words.unexpected("PUBLIC, PRIVATE, RESTRICTED or DBA");
  words.take();
  return Action(SetAccessLevel{*level});
}

Result<Action> create_index_action(Words& words) {
  words.accept("VECTOR");
  TRY(words.expect("INDEX"));
  CreateVectorIndex index{TRY(column_name(words)), VectorMetric::cosine};
  if (!words.accept("USING")) return Action(std::move(index));
  if (words.accept("L2")) index.metric = VectorMetric::l2;
  else if (words.accept("DOT")) index.metric = VectorMetric::dot;
  else if (!words.accept("COSINE")) return words.unexpected("COSINE, L2 or DOT");
  return Action(std::move(index));
}

Result<Action> any_action(Words& words) {
  if (words.accept("ADD")) return add_action(words);
  if (words.accept("DROP")) return drop_action(words);
  if (words.accept("RENAME")) return rename_action(words);
  if (words.accept("MODIFY")) return modify_action(words);
  if (words.accept("ALTER")) return alter_action(words);
  if (words.accept("SET")) return set_action(words);
  if (words.accept("CREATE")) return create_index_action(words);
  return words.unexpected(
      "ADD, ALTER, CREATE INDEX, DROP, MODIFY, RENAME, SET ACCESS LEVEL, or SET TBLPROPERTIES after "
      "ALTER TABLE");
}

}  // namespace

Result<Body> parse_alter_table(Words& words, std::optional<TableType> kind) {
  AlterTable statement{.table = {}, .kind = kind, .action = {}};
  const auto first = words.peek().kind;
  if (first != TokenKind::word && first != TokenKind::quoted) return words.unexpected("identifier");
  statement.table = TRY(expect_object_name(words, "Invalid table reference. Use 'table' or 'namespace.table'"));
  statement.action = TRY(any_action(words));
  if (words.peek().sign(',')) return invalid("Only one ALTER TABLE operation is supported per statement");
  TRY(words.expect_end());
  return statement;
}

}  // namespace kalam::sql
