#include "generator.h"

namespace kalam::differential {

namespace {

std::string_view sql_name(Type type) {
  switch (type) {
    case Type::boolean: return "BOOLEAN";
    case Type::smallint: return "SMALLINT";
    case Type::integer: return "INT";
    case Type::bigint: return "BIGINT";
    case Type::float_: return "FLOAT";
    case Type::double_: return "DOUBLE";
    case Type::decimal: return "DECIMAL(10, 2)";
    case Type::text: return "TEXT";
    case Type::timestamp: return "TIMESTAMP";
    case Type::datetime: return "DATETIME";
    case Type::date: return "DATE";
    case Type::time: return "TIME";
    case Type::json: return "JSON";
    case Type::bytes: return "BYTES";
    case Type::uuid: return "UUID";
    case Type::embedding: return "EMBEDDING(2)";
  }
  return "TEXT";
}

bool is_number(Type type) { return type >= Type::smallint && type <= Type::decimal; }

Table table_of(std::string name, std::string kind, Column key, std::string options = {}) {
  Table table{std::move(name), std::move(kind), {}, std::move(options)};
  if (!key.name.empty()) table.columns.push_back(std::move(key));
  for (Column each : std::vector<Column>{{"b", Type::boolean},
                                         {"s", Type::smallint},
                                         {"i", Type::integer},
                                         {"l", Type::bigint},
                                         {"f", Type::float_},
                                         {"d", Type::double_},
                                         {"n", Type::decimal},
                                         {"t", Type::text},
                                         {"ts", Type::timestamp},
                                         {"dt", Type::datetime},
                                         {"da", Type::date},
                                         {"ti", Type::time},
                                         {"j", Type::json},
                                         {"by", Type::bytes},
                                         {"u", Type::uuid},
                                         {"e", Type::embedding}}) {
    table.columns.push_back(std::move(each));
  }
  return table;
}

// Few columns, with what definitions may say of them.
Table small_table(std::string name, std::string kind, Column key) {
  return {std::move(name),
          std::move(kind),
          {std::move(key),
           {"i", Type::integer, false, true},
           {"t", Type::text, false, true, "DEFAULT 'none'"},
           {"l", Type::bigint, false, false, "DEFAULT -7"},
           {"n", Type::decimal, false, false, "DEFAULT 1.25"},
           {"ts", Type::timestamp, false, false, "DEFAULT NOW()"}}};
}

Column key_of(Type type) { return {"id", type, true, true, "PRIMARY KEY"}; }

}  // namespace

std::string Table::definition() const {
  std::string text = "CREATE " + kind + " TABLE app." + name + " (";
  for (const auto& column : columns) {
    text += (&column == &columns.front() ? "" : ", ") + column.name + " " + std::string(sql_name(column.type));
    if (column.not_null && !column.key) text += " NOT NULL";
    if (!column.constraint.empty()) text += " " + column.constraint;
  }
  return text + ")" + (options.empty() ? "" : " WITH (" + options + ")");
}

const Column* Table::key() const { return columns.front().key ? &columns.front() : nullptr; }

const std::vector<Table>& tables() {
  static const std::vector<Table> kTables = {
      table_of("wide", "USER", key_of(Type::bigint)),
      table_of("named", "SHARED", key_of(Type::text), "ACCESS_LEVEL = 'public'"),
      table_of("events", "STREAM", key_of(Type::bigint), "TTL_SECONDS = 2"),
      table_of("log", "STREAM", {}, "TTL_SECONDS = 2"),
      small_table("by_small", "USER", key_of(Type::smallint)),
      small_table("by_int", "USER", key_of(Type::integer)),
      small_table("by_bool", "USER", key_of(Type::boolean)),
      small_table("by_double", "USER", key_of(Type::double_)),
      small_table("by_decimal", "USER", key_of(Type::decimal)),
      small_table("by_date", "USER", key_of(Type::date)),
      small_table("by_time", "USER", key_of(Type::time)),
      small_table("by_timestamp", "USER", key_of(Type::timestamp)),
      small_table("by_datetime", "USER", key_of(Type::datetime)),
      small_table("by_uuid", "USER", key_of(Type::uuid)),
  };
  return kTables;
}

std::string Generator::word() {
  static const std::string_view kOdd[] = {"a%", "_", "\xc3\xa4", "A", "it''s", "09", "7", "true", "a b "};
  if (chance(12)) return std::string(one_of(kOdd));
  std::string made;
  for (size_t i = below(4); i > 0; --i) made += static_cast<char>('a' + below(2));
  return made;
}

std::string Generator::literal(Type type) {
  const auto small = [&] { return std::to_string(static_cast<int64_t>(below(14)) - 4); };
  const auto quarter = [&] { return std::to_string(static_cast<double>(below(17)) / 4 - 2); };
  const auto quoted = [](std::string text) { return "'" + std::move(text) + "'"; };
  if (chance(2)) return "NULL";
  switch (type) {
    case Type::boolean: return chance(50) ? "TRUE" : "FALSE";
    case Type::smallint: return chance(97) ? small() : chance(50) ? "32767" : "32768";
    case Type::integer: return chance(97) ? small() : chance(50) ? "2147483647" : "-2147483649";
    case Type::bigint: {
      static const std::string_view kEdges[] = {"9223372036854775807", "-9223372036854775808", "9223372036854775808"};
      if (chance(3)) return std::string(one_of(kEdges));
      return std::to_string(static_cast<int64_t>(below(60)) - 10);
    }
    case Type::float_:
    case Type::double_: {
      static const std::string_view kEdges[] = {"1e10", "-0.0", "1e308", "0.1", "CAST('NaN' AS DOUBLE)"};
      if (chance(6)) return std::string(one_of(kEdges));
      return chance(70) ? quarter() : small();
    }
    case Type::decimal: {
      static const std::string_view kEdges[] = {"99999999.99", "0.005", "123456789.1", "'1.5'"};
      return chance(5) ? std::string(one_of(kEdges)) : chance(70) ? quarter() : small();
    }
    case Type::text: return quoted(word());
    case Type::timestamp:
    case Type::datetime: {
      static const std::string_view kMoments[] = {
          "2024-02-29 12:00:00",       "1970-01-01 00:00:01",        "1969-12-31T23:59:59.5", "2024-03-01",
          "2024-02-29T12:00:00+02:00", "9999-12-31 23:59:59.999999", "2024-02-29 12:00:00Z"};
      return quoted(std::string(one_of(kMoments)));
    }
    case Type::date: {
      static const std::string_view kDays[] = {"2024-02-29", "1970-01-01", "1969-12-31", "9999-12-31", "2024-03-01"};
      return quoted(std::string(one_of(kDays)));
    }
    case Type::time: {
      static const std::string_view kTimes[] = {"00:00:00", "12:30:00", "23:59:59.999999", "12:30:00.5"};
      return quoted(std::string(one_of(kTimes)));
    }
    case Type::json: {
      static const std::string_view kTexts[] = {R"({"a":1})",   R"({"a":{"b":"x"},"c":[1,2]})",
                                                "[1, 2, 3]",    R"({"a": 1, "b": ""})",
                                                "null",         R"("text")",
                                                R"({"a":1.5})", "7"};
      return quoted(std::string(one_of(kTexts)));
    }
    case Type::bytes: {
      static const std::string_view kBytes[] = {"X'00ff'", "X''", "X'61'", "'a'"};
      return std::string(one_of(kBytes));
    }
    case Type::uuid: {
      static const std::string_view kIds[] = {
          "00000000-0000-0000-0000-000000000000",   "64000000-0000-0000-0000-00000000000a",
          "64000000-0000-0000-0000-00000000000A",   "ffffffff-ffff-ffff-ffff-ffffffffffff",
          "{64000000-0000-0000-0000-00000000000a}", "6400000000000000000000000000000b"};
      return quoted(std::string(one_of(kIds)));
    }
    case Type::embedding: {
      static const std::string_view kVectors[] = {"[1,0]", "[0.5, -2]", "[0,0]"};
      return quoted(std::string(one_of(kVectors)));
    }
  }
  return "NULL";
}

std::string Generator::constant(Type type) {
  if (!parameters_allowed_ || chance(70) || made_.parameters.size() > 40) return literal(type);
  const auto number = static_cast<int64_t>(below(type == Type::bigint ? 60 : 14)) - 4;
  Value value;
  if (type == Type::boolean) value = Value::boolean(chance(50));
  else if (type == Type::float_ || type == Type::double_ || type == Type::decimal) {
    value = chance(80) ? Value::float64(static_cast<double>(number) / 4) : Value::int64(number);
  } else if (is_number(type)) {
    value = chance(95) ? Value::int64(number) : Value::float64(static_cast<double>(number));
  } else {
    auto text = literal(type);
    if (text.front() != '\'') return text;
    std::string unquoted;
    for (size_t i = 1; i + 1 < text.size(); ++i) {
      unquoted += text[i];
      if (text[i] == '\'') ++i;
    }
    value = Value::text(std::move(unquoted));
  }
  if (chance(4)) value = Value::null(ScalarKind::utf8);
  made_.parameters.push_back(std::move(value));
  return "$" + std::to_string(made_.parameters.size());
}

const Column& Generator::column() { return one_of(table_->columns); }

const Column* Generator::column_of(std::initializer_list<Type> types) {
  std::vector<const Column*> found;
  for (const auto& column : table_->columns) {
    for (const auto type : types) {
      if (column.type == type) found.push_back(&column);
    }
  }
  return found.empty() ? nullptr : one_of(found);
}

const Column& Generator::comparable() {
  while (true) {
    const auto& chosen = column();
    if (chosen.type != Type::embedding) return chosen;
  }
}

// Something to compare with a column, nearly always of its type.
std::string Generator::given(const Column& column) {
  if (!changing_ && chance(3)) {
    made_.doubtful = true;
    return constant(static_cast<Type>(below(static_cast<size_t>(Type::embedding))));
  }
  return constant(column.type);
}

constexpr std::string_view kOperators[] = {" = ", " <> ", " < ", " <= ", " > ", " >= "};

std::string Generator::key_condition() {
  const auto* key = table_->key();
  if (!key) return comparison();
  const auto& name = key->name;
  switch (below(6)) {
    case 0:
    case 1: return name + " = " + given(*key);
    case 2: {
      auto list = given(*key);
      for (size_t i = below(6); i > 0; --i) list += ", " + given(*key);
      return name + (chance(85) ? " IN (" : " NOT IN (") + list + ")";
    }
    case 3: return name + " BETWEEN " + given(*key) + " AND " + given(*key);
    case 4: return "(" + name + " = " + given(*key) + " OR " + name + " = " + given(*key) + ")";
    default: return name + std::string(one_of(kOperators)) + given(*key);
  }
}

// An expression of a column's type.
std::string Generator::of_type(const Column& column) {
  const auto& name = column.name;
  switch (column.type) {
    case Type::smallint:
    case Type::integer:
    case Type::bigint:
      switch (below(9)) {
        case 0: return name + " + " + literal(column.type);
        case 1: return name + " * 2";
        case 2: return "abs(" + name + ")";
        case 3: return "coalesce(" + name + ", 0)";
        case 4: return "-" + name;
        case 5: return name + " % 3";
        case 6:
          if (changing_ || chance(80)) return name + " / 3";
          made_.doubtful = true;
          return name + " / 0";
        case 7: return "CASE WHEN " + name + " > 2 THEN " + name + " ELSE NULL END";
        default: return "nullif(" + name + ", 1)";
      }
    case Type::float_:
    case Type::double_:
      switch (below(5)) {
        case 0: return name + " * 2";
        case 1: return name + " / 4";
        case 2: return "round(" + name + ")";
        case 3: return "floor(" + name + ") + 0.5";
        default: return "coalesce(" + name + ", 0.25)";
      }
    case Type::decimal:
      switch (below(4)) {
        case 0: return name + " + 1";
        case 1: return name + " * 2";
        case 2: return "-" + name;
        default: return "coalesce(" + name + ", 0)";
      }
    case Type::text:
      switch (below(9)) {
        case 0: return "upper(" + name + ")";
        case 1: return name + " || 'x'";
        case 2: return "concat(" + name + ", 'b')";
        case 3: return "substr(" + name + ", 2)";
        case 4: return "coalesce(" + name + ", 'none')";
        case 5: return "replace(" + name + ", 'a', 'bb')";
        case 6: return "lower(trim(" + name + "))";
        case 7: return "reverse(" + name + ")";
        default: return "left(" + name + ", 1)";
      }
    case Type::boolean: return chance(50) ? "NOT " + name : "coalesce(" + name + ", FALSE)";
    case Type::timestamp:
    case Type::datetime: return chance(50) ? "date_trunc('day', " + name + ")" : name + " + INTERVAL '1 day'";
    case Type::date: return chance(50) ? name + " + INTERVAL '1 day'" : "coalesce(" + name + ", DATE '2024-01-01')";
    case Type::json: return chance(50) ? "coalesce(" + name + ", '{}')" : name;
    default: return "coalesce(" + name + ", " + literal(column.type) + ")";
  }
}

std::string Generator::comparison() {
  const auto& chosen = comparable();
  const auto& name = chosen.name;
  switch (below(13)) {
    case 0: return name + (chance(50) ? " IS NULL" : " IS NOT NULL");
    case 1: return name + (chance(80) ? " BETWEEN " : " NOT BETWEEN ") + given(chosen) + " AND " + given(chosen);
    case 2: {
      auto list = given(chosen);
      for (size_t i = below(6); i > 0; --i) list += ", " + given(chosen);
      return name + (chance(80) ? " IN (" : " NOT IN (") + list + ")";
    }
    case 3: {
      const auto* text = column_of({Type::text});
      static const std::string_view kPatterns[] = {"'a%'", "'%b'", "'_'", "'a\\%'", "'%a%b%'", "''"};
      static const std::string_view kLikes[] = {" LIKE ", " NOT LIKE ", " ILIKE "};
      return text->name + std::string(one_of(kLikes)) + std::string(one_of(kPatterns));
    }
    case 4: {
      const auto* left = column_of({Type::integer, Type::smallint, Type::bigint});
      const auto* right = column_of({Type::integer, Type::double_, Type::decimal});
      return left->name + std::string(one_of(kOperators)) + right->name;
    }
    case 5: return of_type(chosen) + std::string(one_of(kOperators)) + given(chosen);
    case 6: return name + (chance(50) ? " IS DISTINCT FROM " : " IS NOT DISTINCT FROM ") + given(chosen);
    case 7:
      if (const auto* json = column_of({Type::json})) {
        static const std::string_view kAsked[] = {" ->> 'a' = '1'", " -> 'a' ->> 'b' = 'x'", " ? 'c'"};
        return json->name + std::string(one_of(kAsked));
      }
      return "length(t) > 1";
    case 8: return chance(50) ? "_deleted = FALSE" : "t ~ '^a'";
    case 9: return given(chosen) + std::string(one_of(kOperators)) + name;
    default: return name + std::string(one_of(kOperators)) + given(chosen);
  }
}

std::string Generator::condition(size_t depth) {
  if (depth > 0 && chance(45)) {
    auto left = condition(depth - 1);
    if (chance(20)) return "NOT (" + left + ")";
    return "(" + left + (chance(65) ? " AND " : " OR ") + condition(depth - 1) + ")";
  }
  return chance(35) ? key_condition() : comparison();
}

std::string Generator::where() { return " WHERE " + condition(2); }

std::string Generator::direction() {
  static const std::string_view kWays[] = {"", " ASC", " DESC", " DESC NULLS LAST", " ASC NULLS FIRST"};
  return std::string(one_of(kWays));
}

std::string Generator::limit() {
  if (!chance(40)) return "";
  made_.cut = true;
  std::string text = " LIMIT ";
  if (parameters_allowed_ && chance(20)) {
    made_.parameters.push_back(Value::int64(static_cast<int64_t>(below(20))));
    text += "$" + std::to_string(made_.parameters.size());
  } else {
    text += std::to_string(below(20));
  }
  return chance(40) ? text + " OFFSET " + std::to_string(below(10)) : text;
}

std::string Generator::item() {
  const auto& chosen = column();
  switch (below(10)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4: return chosen.name;
    case 5: {
      static const std::string_view kTypes[] = {"TEXT", "BIGINT", "DOUBLE", "INT", "DATE", "TIMESTAMP", "BOOLEAN"};
      return "CAST(" + chosen.name + " AS " + std::string(one_of(kTypes)) + ")";
    }
    case 6: {
      static const std::string_view kItems[] = {
          "CURRENT_USER()", "7", "'x'", "NULL", "_deleted", "1.5", "length(t)", "t IS NULL", "extract(year FROM ts)"};
      return std::string(one_of(kItems));
    }
    case 7:
      if (const auto* json = column_of({Type::json})) {
        static const std::string_view kParts[] = {" -> 'a'", " ->> 'a'", " ->> 0", " -> 'c' -> 1", " ? 'a'"};
        return json->name + std::string(one_of(kParts));
      }
      return "CASE WHEN i > 2 THEN t ELSE 'less' END";
    case 8:
      if (const auto* vector = column_of({Type::embedding})) {
        return "cosine_distance(" + vector->name + ", '[1,0]')";
      }
      return "i + l";
    default: return of_type(chosen);
  }
}

std::string Generator::aggregate() {
  const auto& chosen = comparable();
  const auto& name = chosen.name;
  switch (below(11)) {
    case 0: return "count(*)";
    case 1: return "count(" + name + ")";
    case 2: return "count(DISTINCT " + name + ")";
    case 3: return "min(" + name + ")";
    case 4: return "max(" + name + ")";
    case 5: return "sum(" + std::string(column_of({Type::smallint, Type::integer, Type::decimal})->name) + ")";
    case 6: return "avg(" + std::string(column_of({Type::smallint, Type::integer, Type::decimal})->name) + ")";
    case 7: return "sum(i) + count(*)";
    case 8: return "count(*) FILTER (WHERE i > 1)";
    case 9: {
      const auto* boolean = column_of({Type::boolean});
      return (chance(50) ? "bool_and(" : "bool_or(") + (boolean ? boolean->name : "i > 0") + ")";
    }
    default: return "sum(i * 2)";
  }
}

void Generator::plain() {
  made_.sql = "SELECT ";
  if (chance(15)) {
    made_.sql += chance(50) ? "* EXCLUDE (_seq)" : "*";
    if (!made_.sql.ends_with(')'))
      made_.sql = "SELECT " + table_->columns.front().name + ", " + "t, i, l, n, ts, _deleted";
  } else {
    for (size_t i = below(4) + 1; i > 0; --i) made_.sql += item() + " AS c" + std::to_string(i) + (i > 1 ? ", " : "");
  }
  made_.sql += " FROM app." + table_->name;
  if (chance(75)) made_.sql += where();
  const auto* key = table_->key();
  // STREAM tables may hold a key more than once.
  const std::string last = !key ? "_seq" : table_->kind == "STREAM" ? key->name + ", _seq" : key->name;
  switch (below(5)) {
    case 0: made_.sql += " ORDER BY " + last + direction(); break;
    case 1: made_.sql += " ORDER BY " + comparable().name + direction() + ", " + last + direction(); break;
    case 2: made_.sql += " ORDER BY " + of_type(comparable()) + direction() + ", " + last; break;
    default: break;
  }
  made_.sql += limit();
}

void Generator::grouped() {
  made_.groups = true;
  std::vector<std::string> keys;
  for (size_t i = below(3); i > 0; --i) {
    const auto& chosen = comparable();
    keys.push_back(chance(80) ? chosen.name : of_type(chosen));
  }
  std::string list;
  const auto add = [&](const std::string& each) { list += (list.empty() ? "" : ", ") + each; };
  for (size_t i = 0; i < keys.size(); ++i) add(keys[i] + " AS g" + std::to_string(i));
  for (size_t i = below(3) + 1; i > 0; --i) add(aggregate() + " AS a" + std::to_string(i));
  made_.sql = "SELECT " + list + " FROM app." + table_->name;
  if (chance(50)) made_.sql += where();
  if (keys.empty()) return;
  std::string by;
  for (const auto& key : keys) by += (by.empty() ? "" : ", ") + key;
  made_.sql += " GROUP BY " + by;
  if (chance(30)) made_.sql += " HAVING count(*) > " + std::to_string(below(4));
  made_.ordered = chance(50);
  if (!made_.ordered) return;
  made_.sql += " ORDER BY ";
  for (size_t i = 0; i < keys.size(); ++i) made_.sql += (i > 0 ? ", g" : "g") + std::to_string(i) + direction();
  made_.sql += limit();
}

void Generator::distinct() {
  made_.groups = true;
  made_.sql = "SELECT DISTINCT ";
  for (size_t i = below(2) + 1; i > 0; --i)
    made_.sql += comparable().name + " AS c" + std::to_string(i) + (i > 1 ? ", " : "");
  made_.sql += " FROM app." + table_->name;
  if (chance(50)) made_.sql += where();
  made_.ordered = false;
}

// Shapes that the engine runs both ways: their tables are scanned as the others' are.
void Generator::nested() {
  made_.groups = true;
  const auto from = " FROM app." + table_->name;
  const auto& first = table_->columns.front().name;
  made_.ordered = false;
  switch (below(5)) {
    case 0: made_.sql = "SELECT t" + from + " WHERE " + first + " IN (SELECT " + first + from + where() + ")"; break;
    case 1: made_.sql = "SELECT a.t, b.i" + from + " a JOIN app." + table_->name + " b ON a.i = b.i"; break;
    case 2: made_.sql = "SELECT i" + from + where() + " UNION SELECT i" + from + where(); break;
    case 3: made_.sql = "WITH w AS (SELECT i, t" + from + where() + ") SELECT t, count(*) FROM w GROUP BY t"; break;
    default: made_.sql = "SELECT t, (SELECT max(i)" + from + where() + ") AS m" + from; break;
  }
}

void Generator::query() {
  const auto kind = below(100);
  if (kind < 62) plain();
  else if (kind < 90) grouped();
  else if (kind < 96) distinct();
  else nested();
}

std::string Generator::assigned(const Column& column) {
  if (chance(55)) return given(column);
  if (chance(8)) return "(SELECT max(" + column.name + ") FROM app." + table_->name + ")";
  return of_type(column);
}

void Generator::insert() {
  std::vector<const Column*> columns;
  const bool named = chance(60);
  for (const auto& column : table_->columns) {
    if (!named || (column.key && chance(99)) || (!column.key && chance(column.not_null ? 90 : 50))) {
      columns.push_back(&column);
    }
  }
  if (columns.empty()) columns.push_back(&table_->columns.back());
  made_.sql += "INSERT INTO app." + table_->name;
  if (named) {
    made_.sql += " (";
    for (const auto* column : columns) made_.sql += (column == columns.front() ? "" : ", ") + column->name;
    made_.sql += ")";
  }
  const auto cell = [&](const Column& column) -> std::string {
    if (chance(5)) return "DEFAULT";
    if (chance(4)) return "NULL";
    if (column.key && column.type == Type::bigint && chance(70)) return std::to_string(below(400));
    if (column.key && column.type == Type::smallint && chance(70)) return std::to_string(below(100));
    if (column.key && column.type == Type::text && chance(50)) return "'k" + std::to_string(below(60)) + "'";
    if (chance(4) && is_number(column.type)) return "1 + " + literal(column.type);
    if (chance(3) && column.type == Type::text) return "upper(" + literal(Type::text) + ")";
    return given(column);
  };
  made_.sql += " VALUES ";
  for (size_t rows = chance(70) ? 1 : below(4) + 1; rows > 0; --rows) {
    made_.sql += "(";
    for (const auto* column : columns) made_.sql += (column == columns.front() ? "" : ", ") + cell(*column);
    made_.sql += rows > 1 ? "), " : ")";
  }
}

void Generator::update() {
  made_.sql += "UPDATE app." + table_->name + " SET ";
  for (size_t i = below(3) + 1; i > 0; --i) {
    const auto& chosen = chance(98) ? table_->columns[table_->columns.size() - 1 - below(table_->columns.size() - 1)]
                                    : table_->columns.front();
    made_.sql += chosen.name + " = " + assigned(chosen) + (i > 1 ? ", " : "");
  }
  changing_ = true;
  made_.sql += " WHERE " + (chance(70) ? key_condition() : condition(1));
  if (chance(25)) made_.sql += " AND " + comparison();
  changing_ = false;
}

void Generator::remove() {
  made_.sql += "DELETE FROM app." + table_->name + " WHERE ";
  changing_ = true;
  made_.sql += chance(80) ? key_condition() : condition(1);
  if (chance(60)) made_.sql += " AND " + comparison();
  changing_ = false;
}

void Generator::write() {
  table_ = &any_table();
  const auto kind = below(100);
  if (kind < 50) insert();
  else if (kind < 85) update();
  else remove();
}

Statement Generator::next() {
  made_ = {};
  table_ = &any_table();
  parameters_allowed_ = true;
  const auto kind = below(100);
  if (kind < 70) {
    query();
  } else if (kind < 96) {
    made_.kind = Statement::Kind::write;
    write();
  } else {
    made_.kind = Statement::Kind::block;
    parameters_allowed_ = false;
    made_.sql = "BEGIN; ";
    for (size_t i = below(4) + 1; i > 0; --i) {
      write();
      made_.sql += "; ";
    }
    made_.sql += chance(90) ? "COMMIT" : "ROLLBACK";
  }
  return std::move(made_);
}

std::string Generator::predicate_over(const Table& table) {
  made_ = {};
  table_ = &table;
  parameters_allowed_ = false;
  return condition(2);
}

}  // namespace kalam::differential
