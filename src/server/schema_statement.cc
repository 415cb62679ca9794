#include "server/schema_statement.h"

#include <functional>
#include <limits>
#include <map>
#include <vector>

#include "server/http_text.h"
#include "server/json_body.h"
#include "sql/parse.h"
#include "types/data_type.h"
#include "types/json_reader.h"
#include "types/schema.h"

namespace kalam::server {

namespace {

Error wrong(std::string text) { return Error{ErrorCode::invalid_input, std::move(text)}; }
Error missing(std::string_view field) { return wrong("missing field `" + std::string(field) + "`"); }

bool is_null(std::string_view json) { return json == "null"; }
bool is_text(std::string_view json) { return json.starts_with('"'); }

Result<std::string> text_of(std::string_view json, std::string_view field) {
  JsonReader reader(json);
  auto text = reader.string();
  if (!text.ok()) return wrong("`" + std::string(field) + "` must be a string");
  return text;
}
Result<bool> flag_of(std::string_view json, std::string_view field) {
  if (json == "true" || json == "false") return json == "true";
  return wrong("`" + std::string(field) + "` must be true or false");
}

// The members of an object, each value as written.
class Members {
 public:
  static Result<Members> read(std::string_view json) {
    Members members;
    JsonReader reader(json);
    UniqueKeys keys;
    TRY(reader.begin_object());
    while (const auto key = TRY(keys.next(reader))) members.values_[*key] = TRY(reader.raw());
    TRY(reader.end());
    return members;
  }
  static Result<Members> of_body(std::string_view content_type, std::string_view body) {
    if (!is_json(content_type)) return wrong("Content type error");
    return read(body);
  }

  // Null counts as missing.
  std::optional<std::string_view> find(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end() || is_null(found->second)) return std::nullopt;
    return found->second;
  }
  Result<std::string> text(const std::string& name) const {
    const auto found = find(name);
    if (!found) return missing(name);
    return text_of(*found, name);
  }
  Result<bool> flag(const std::string& name, bool otherwise) const {
    const auto found = find(name);
    return found ? flag_of(*found, name) : Result<bool>(otherwise);
  }
  Status only(std::initializer_list<std::string_view> known) const {
    for (const auto& [name, value] : values_) {
      if (std::find(known.begin(), known.end(), name) == known.end()) return wrong("unknown field `" + name + "`");
    }
    return {};
  }
  const std::map<std::string, std::string_view>& all() const { return values_; }

 private:
  std::map<std::string, std::string_view> values_;
};

// "Int", {"Embedding":3}, or as SQL writes it: "DECIMAL(10,2)".
Result<std::string> type_of(const Members& column) {
  const auto json = column.find("data_type");
  if (!json) return missing("data_type");
  const auto type = DataType::from_json(*json);
  if (type.ok()) return type->sql_name();
  if (!is_text(*json)) return wrong("unknown data_type " + std::string(*json));
  const auto written = TRY(text_of(*json, "data_type"));
  // The statement reads it; here it only must not be able to say anything else.
  const bool plain = !written.empty() && std::all_of(written.begin(), written.end(), [](char c) {
    return is_ascii_alphanumeric(c) || c == '_' || c == ' ' || c == '(' || c == ')' || c == ',';
  });
  if (!plain) return wrong("unknown data_type '" + written + "'");
  return written;
}

// "None", {"Literal":…}, {"FunctionCall":…}, or a plain value. Nothing: there is none.
Result<std::optional<std::string>> default_of(const Members& column) {
  const auto json = column.find("default_value");
  if (!json) return std::optional<std::string>();
  auto value = ColumnDefault::from_json(*json);
  if (!value.ok()) value = ColumnDefault{ColumnDefault::Literal{std::string(*json)}};
  return value->sql();
}

Result<std::string> column_clause(const Members& column) {
  auto clause = quoted_name(TRY(column.text("column_name"))) + " " + TRY(type_of(column));
  if (TRY(column.flag("is_primary_key", false))) clause += " PRIMARY KEY";
  else if (!TRY(column.flag("is_nullable", true))) clause += " NOT NULL";
  if (const auto value = TRY(default_of(column))) clause += " DEFAULT " + *value;
  return clause;
}

Result<std::string> flush_policy(std::string_view json) {
  if (is_text(json)) return text_of(json, "flush_policy");
  const auto policy = TRY(Members::read(json));
  std::string text;
  for (const auto& [member, word] : {std::pair("row_limit", "rows"), std::pair("interval_seconds", "interval")}) {
    const auto value = policy.find(member);
    if (!value) continue;
    JsonReader number(*value);
    text += (text.empty() ? "" : ",") + std::string(word) + ":" + std::to_string(TRY(number.unsigned_integer()));
  }
  if (text.empty()) return wrong("`flush_policy` names neither row_limit nor interval_seconds");
  return text;
}

// What the definition says of the kind alone is not asked for twice.
Result<std::string> with_clause(const Members& body) {
  std::string clause = " WITH (TYPE=" + quoted_text(body.find("table_type") ? TRY(body.text("table_type")) : "USER");
  if (const auto json = body.find("table_options")) {
    const auto options = TRY(Members::read(*json));
    for (const auto& [name, value] : options.all()) {
      if (name == "table_type" || is_null(value)) continue;
      std::string option = ascii_upper(name);
      if (!std::all_of(name.begin(), name.end(), [](char c) { return is_ascii_alphanumeric(c) || c == '_'; })) {
        return wrong("unknown table option `" + name + "`");
      }
      std::string text;
      if (name == "flush_policy") text = quoted_text(TRY(flush_policy(value)));
      else if (is_text(value)) text = quoted_text(TRY(text_of(value, name)));
      else if (value.find_first_of("{[") == std::string_view::npos) text = std::string(value);
      else return wrong("`" + name + "` must be a plain value");
      clause += ", " + option + "=" + text;
    }
  }
  return clause + ")";
}

Result<CreateTableBody> from_sql(const Members& body) {
  TRY(body.only({"sql", "if_not_exists"}));
  CreateTableBody made{.sql = TRY(body.text("sql"))};
  auto parsed = sql::parse(made.sql);
  if (!parsed.ok()) return wrong(parsed.error().message);
  const auto* create = parsed->size() == 1 ? std::get_if<sql::CreateTable>(&parsed->front().body) : nullptr;
  if (!create || parsed->front().as_user) return wrong("`sql` must be one CREATE TABLE statement");
  made.table = {NamespaceId(create->table.ns.empty() ? "default" : create->table.ns), TableName(create->table.name)};
  made.if_not_exists = create->if_not_exists;
  return made;
}

Result<CreateTableBody> from_fields(const Members& body) {
  TRY(body.only({"namespace", "table_name", "table_type", "columns", "table_options", "if_not_exists"}));
  const auto ns = body.find("namespace") ? TRY(body.text("namespace")) : std::string("default");
  const auto name = TRY(body.text("table_name"));
  CreateTableBody made{.table = {TRY(parse_namespace_id(ns)), TRY(parse_table_name(name))},
                       .if_not_exists = TRY(body.flag("if_not_exists", false))};
  const auto columns = body.find("columns");
  if (!columns) return missing("columns");
  made.sql =
      std::string("CREATE TABLE ") + (made.if_not_exists ? "IF NOT EXISTS " : "") + quoted_table(made.table) + " (";
  JsonReader json(*columns);
  TRY(json.begin_array());
  for (bool first = true; TRY(json.element()); first = false) {
    const auto each = TRY(json.raw());
    const auto column = TRY(Members::read(each));
    TRY(column.only({"column_name", "data_type", "is_nullable", "is_primary_key", "default_value", "column_comment"}));
    made.sql += (first ? "" : ", ") + TRY(column_clause(column));
  }
  TRY(json.end());
  made.sql += ")" + TRY(with_clause(body));
  return made;
}

// What follows ALTER TABLE t.
Result<std::string> action_of(const std::string& operation, const Members& body) {
  const auto column = [&]() -> Result<std::string> { return quoted_name(TRY(body.text("column_name"))); };
  if (operation == "add_column") return "ADD COLUMN " + TRY(column_clause(body));
  if (operation == "drop_column") return "DROP COLUMN " + TRY(column());
  if (operation == "rename_column") {
    const auto* name = body.find("new_column_name") ? "new_column_name" : "new_name";
    return "RENAME COLUMN " + TRY(column()) + " TO " + quoted_name(TRY(body.text(name)));
  }
  if (operation == "modify_column") {
    auto action = "MODIFY COLUMN " + TRY(column()) + " " + TRY(type_of(body));
    if (body.find("is_nullable")) action += TRY(body.flag("is_nullable", true)) ? " NULL" : " NOT NULL";
    return action;
  }
  if (operation == "set_default") {
    const auto value = TRY(default_of(body));
    if (!value) return missing("default_value");
    return "ALTER COLUMN " + TRY(column()) + " SET DEFAULT " + *value;
  }
  if (operation == "drop_default") return "ALTER COLUMN " + TRY(column()) + " DROP DEFAULT";
  if (operation == "set_nullable") {
    if (!body.find("is_nullable")) return missing("is_nullable");
    return "ALTER COLUMN " + TRY(column()) + (TRY(body.flag("is_nullable", true)) ? " DROP" : " SET") + " NOT NULL";
  }
  if (operation == "set_access_level") {
    const auto written = TRY(body.text("access_level"));
    const auto level = parse_access_level(written);
    if (!level) return wrong("unknown access_level '" + written + "'");
    return "SET ACCESS LEVEL " + std::string(name_of(*level));
  }
  return wrong("unknown operation '" + operation + "'");
}

}  // namespace

std::string quoted_name(std::string_view name) { return quoted(name, '"'); }
std::string quoted_text(std::string_view text) { return quoted(text, '\''); }
std::string quoted_table(const TableId& table) {
  return quoted_name(table.ns.value()) + "." + quoted_name(table.table.value());
}

Result<CreateTableBody> read_create_table(std::string_view content_type, std::string_view body) {
  const auto members = TRY(Members::of_body(content_type, body));
  return members.find("sql") ? from_sql(members) : from_fields(members);
}

Result<AlterTableBody> read_alter_table(const TableId& table, std::string_view content_type, std::string_view body) {
  const auto members = TRY(Members::of_body(content_type, body));
  TRY(members.only({"operation", "column_name", "new_column_name", "new_name", "data_type", "is_nullable",
                    "is_primary_key", "default_value", "access_level", "expected_version"}));
  const auto operation = TRY(members.text("operation"));
  AlterTableBody alter{.sql = "ALTER TABLE " + quoted_table(table) + " " + TRY(action_of(operation, members))};
  if (const auto expected = members.find("expected_version")) {
    JsonReader json(*expected);
    const auto version = TRY(json.unsigned_integer());
    if (version > std::numeric_limits<uint32_t>::max()) return wrong("`expected_version` is too large");
    alter.expected_version = static_cast<uint32_t>(version);
  }
  return alter;
}

}  // namespace kalam::server
