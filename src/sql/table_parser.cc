// CREATE TABLE, DROP TABLE, and what shows tables.

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "sql/detail/column_parser.h"
#include "sql/detail/parsers.h"
#include "types/ascii.h"

namespace kalam::sql {

namespace {

constexpr std::string_view kTableReference = "Invalid table reference. Use 'table' or 'namespace.table'";

bool is_plain_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return is_ascii_alphanumeric(c) || c == '_'; });
}

template <typename Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number number = 0;
  const auto end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, number);
  if (text.empty() || code != std::errc() || stop != end) return std::nullopt;
  return number;
}

class CreateTableParser {
 public:
  CreateTableParser(Words& words, std::optional<TableType> kind) : words_(words) { statement_.kind = kind; }

  Result<CreateTable> read() {
    statement_.if_not_exists = words_.accept({"IF", "NOT", "EXISTS"});
    TRY(read_name());
    if (!words_.accept_sign('(')) return invalid("Table must have at least one column");
    while (!words_.accept_sign(')')) {
      TRY(read_element());
      if (!words_.accept_sign(',') && !words_.peek().sign(')'))
        return words_.unexpected("',' or ')' after column definition");
    }
    if (statement_.columns.empty()) return invalid("Table must have at least one column");
    TRY(settle_key());
    if (words_.accept("USING")) TRY(words_.expect_name("a word behind USING"));
    if (words_.accept("WITH")) TRY(read_options());
    TRY(words_.expect_end());
    TRY(check_options());
    return std::move(statement_);
  }

 private:
  Status read_name() {
    const auto place = words_.offset();
    auto first = TRY(words_.expect_name("identifier"));
    std::string ns;
    if (words_.accept_sign('.')) {
      ns = std::exchange(first, TRY(words_.expect_name("identifier")));
      if (words_.peek().sign('.')) {
        return invalid("Invalid table name format. Expected 'table_name' or 'namespace.table_name'");
      }
    }
    const auto refuse = [&](std::string_view what, std::string_view name) {
      const auto [line, column] = place_of(words_.text(), place);
      return invalid("Invalid " + std::string(what) + " name '" + std::string(name) +
                     "'. Only alphanumeric characters and underscores are allowed (line " + std::to_string(line) +
                     ", col " + std::to_string(column) + ").");
    };
    if (!is_plain_name(ns)) return refuse("namespace", ns);
    if (!is_plain_name(first)) return refuse("table", first);
    statement_.table = {ascii_lower(ns), ascii_lower(first)};
    return {};
  }

  bool at_constraint() {
    return words_.are({"PRIMARY", "KEY"}) || words_.are({"FOREIGN", "KEY"}) ||
           (words_.is("CONSTRAINT") && words_.peek(2).kind == TokenKind::word) ||
           ((words_.is("UNIQUE") || words_.is("CHECK")) && words_.peek(1).sign('('));
  }

  Status read_element() {
    if (!at_constraint()) return read_column();
    if (words_.accept("CONSTRAINT")) words_.take();
    if (words_.is("UNIQUE")) return invalid("UNIQUE constraints are not supported");
    if (words_.is("CHECK")) return invalid("CHECK constraints are not supported");
    if (words_.is("FOREIGN")) return invalid("FOREIGN KEY constraints are not supported");
    if (!words_.accept({"PRIMARY", "KEY"})) return words_.unexpected("PRIMARY KEY");
    return read_key();
  }

  Status read_key() {
    TRY(words_.expect_sign('('));
    auto column = words_.accept_name();
    if (!column) return words_.unexpected("identifier");
    if (words_.accept_sign(',') && !words_.peek().sign(')')) {
      return invalid("Composite PRIMARY KEYs are not supported yet");
    }
    if (!words_.accept_sign(')')) return invalid("Complex expressions in PRIMARY KEY not supported");
    if (key_) return invalid("Multiple PRIMARY KEY definitions found");
    key_ = *std::move(column);
    return {};
  }

  Status read_column() {
    const auto name = TRY(words_.expect_name("column name or constraint definition"));
    if (!is_plain_name(name)) {
      return invalid("Invalid column name '" + name + "'. Only alphanumeric characters and underscores are allowed.");
    }
    auto column = TRY(parse_column(words_, ascii_lower(name)));
    if (!names_.insert(column.name).second) {
      return invalid("Duplicate column name '" + name + "'. Column names are case-insensitive.");
    }
    statement_.columns.push_back(std::move(column));
    return {};
  }

  Status settle_key() {
    const auto inline_keys = std::count_if(statement_.columns.begin(), statement_.columns.end(),
                                           [](const ColumnSpec& column) { return column.primary_key; });
    if (inline_keys + (key_ ? 1 : 0) > 1) return invalid("Multiple PRIMARY KEY definitions found");
    if (!key_) return {};
    const auto name = ascii_lower(*key_);
    const auto column = std::find_if(statement_.columns.begin(), statement_.columns.end(),
                                     [&](const ColumnSpec& spec) { return spec.name == name; });
    if (column == statement_.columns.end()) {
      return invalid("PRIMARY KEY column '" + *key_ + "' not found in column list");
    }
    column->primary_key = true;
    column->nullable = false;
    return {};
  }

  Status read_options() {
    TRY(words_.expect_sign('('));
    while (!words_.accept_sign(')')) {
      const auto key = ascii_upper(TRY(words_.expect_name("an option name")));
      TRY(words_.expect_sign('='));
      const auto value = words_.accept_bare();
      if (!value) return words_.unexpected("an option value");
      if (!options_.insert(key).second) return invalid("Table option '" + key + "' is given twice");
      TRY(read_option(key, *value));
      if (!words_.accept_sign(',') && !words_.peek().sign(')')) return words_.unexpected("',' or ')'");
    }
    return {};
  }

  Status read_option(std::string_view key, const std::string& value) {
    auto& options = statement_.options;
    if (key == "TYPE") return read_kind(value);
    if (key == "STORAGE_ID") {
      const bool good = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
        return is_ascii_alphanumeric(c) || c == '_' || c == '-';
      });
      if (!good) {
        return invalid("Invalid STORAGE_ID '" + value + "'. Only alphanumeric, underscore, and hyphen allowed.");
      }
      options.storage_id = value;
    } else if (key == "USE_USER_STORAGE") {
      options.use_user_storage = equal_ignoring_case(value, "TRUE");
    } else if (key == "FLUSH_POLICY") {
      options.flush_policy = TRY(FlushPolicy::parse(value));
    } else if (key == "DELETED_RETENTION_HOURS") {
      options.deleted_retention_hours = parse_whole<uint32_t>(value);
      if (!options.deleted_retention_hours) return invalid("Invalid DELETED_RETENTION_HOURS");
    } else if (key == "TTL_SECONDS") {
      options.ttl_seconds = parse_whole<uint64_t>(value);
      if (!options.ttl_seconds) return invalid("Invalid TTL_SECONDS");
    } else if (key == "ACCESS_LEVEL") {
      options.access_level = parse_access_level(value);
      if (!options.access_level) {
        return invalid("Invalid ACCESS_LEVEL '" + value + "'. Supported: PUBLIC, PRIVATE, RESTRICTED, DBA");
      }
    } else {
      return invalid("Unknown table option '" + std::string(key) + "'");
    }
    return {};
  }

  Status read_kind(const std::string& value) {
    const auto kind = parse_table_type(value);
    if (!kind) return invalid("Invalid TYPE option '" + value + "'. Supported: USER, SHARED, STREAM");
    if (statement_.kind && *statement_.kind != *kind) {
      return invalid("Conflicting table type definitions: CREATE " + std::string(variant_name(*statement_.kind)) +
                     " TABLE vs TYPE option " + std::string(variant_name(*kind)));
    }
    statement_.kind = kind;
    return {};
  }

  Status check_options() const {
    const auto& options = statement_.options;
    const auto kind = statement_.kind.value_or(TableType::shared);
    if (kind != TableType::user && options.use_user_storage.value_or(false)) {
      return invalid("USE_USER_STORAGE is only supported for USER tables");
    }
    if (kind != TableType::shared && options.access_level) {
      return invalid("ACCESS_LEVEL is only supported for SHARED tables");
    }
    if (kind != TableType::stream && options.ttl_seconds) {
      return invalid("TTL_SECONDS is only supported for STREAM tables");
    }
    if (kind == TableType::stream && !options.ttl_seconds) {
      return invalid("STREAM tables must specify 'TTL_SECONDS'");
    }
    return {};
  }

  Words& words_;
  CreateTable statement_;
  std::optional<std::string> key_;  // of PRIMARY KEY (…), as written
  std::set<std::string> names_;
  std::set<std::string> options_;
};

}  // namespace

Result<Body> parse_create_table(Words& words, std::optional<TableType> kind) {
  auto statement = CreateTableParser(words, kind).read();
  if (statement.ok()) return Body(*std::move(statement));
  return invalid(statement.error().message).within("Invalid CREATE TABLE statement: ");
}

Result<Body> parse_drop_table(Words& words, std::optional<TableType> kind) {
  DropTable statement{.table = {}, .kind = kind};
  statement.if_exists = words.accept({"IF", "EXISTS"});
  if (words.at_end()) return invalid("Entity name is required after DROP TABLE");
  statement.table = TRY(expect_object_name(words, kTableReference));
  // Nothing hangs on a table that would stop it from being dropped.
  if (!words.accept("CASCADE")) words.accept("RESTRICT");
  TRY(expect_nothing_after(words, "DROP TABLE"));
  return statement;
}

Result<Body> parse_show_tables(Words& words) {
  ShowTables statement;
  if (words.accept("IN")) {
    const bool word = words.accept("NAMESPACE");
    statement.ns = TRY(expect_namespace(
        words, word ? "Namespace name required after IN NAMESPACE" : "Namespace name required after IN"));
  }
  TRY(expect_nothing_after(words, "SHOW TABLES"));
  return statement;
}

Result<Body> parse_describe_table(Words& words) {
  if (words.at_end()) return invalid("Expected DESCRIBE TABLE or DESC TABLE");
  const auto begin = words.offset();
  DescribeTable statement{TRY(expect_object_name(words, kTableReference))};
  statement.history = words.accept("HISTORY");
  if (!words.at_end()) {
    words.skip_rest();
    return invalid("Invalid table reference '" + std::string(words.written_since(begin)) +
                   "'. Table references should not contain spaces");
  }
  return statement;
}

Result<Body> parse_show_stats(Words& words) {
  constexpr std::string_view kExpected = "Expected SHOW STATS FOR TABLE statement";
  if (!words.accept({"FOR", "TABLE"})) return invalid(std::string(kExpected));
  ShowStats statement{TRY(expect_object_name(words, kExpected))};
  TRY(expect_nothing_after(words, "SHOW STATS FOR TABLE"));
  return statement;
}

Result<Body> parse_show_manifest(Words& words) {
  if (!words.at_end()) {
    return invalid("Invalid SHOW MANIFEST syntax. Expected: SHOW MANIFEST, got: " + std::string(words.text()));
  }
  return ShowManifest{};
}

}  // namespace kalam::sql
