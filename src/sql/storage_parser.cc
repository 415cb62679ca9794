// Storages, flush and compaction.

#include <array>

#include "sql/detail/parsers.h"
#include "types/ids.h"

namespace kalam::sql {

namespace {

Result<std::string> storage_id(Words& words, std::string_view statement) {
  const auto id = words.accept_bare();
  if (!id) return invalid("Expected storage identifier after " + std::string(statement));
  return TRY(checked_id(parse_storage_id(*id))).value();
}

Result<std::string> quoted_value(Words& words, std::string_view key) {
  if (auto value = words.accept_text_or_quoted()) return *std::move(value);
  const bool open = words.peek().kind == TokenKind::unfinished;
  return invalid((open ? "Unclosed quote after " : "Missing quoted value after ") + std::string(key));
}

// Clauses `KEY 'value'` in any order, each at most once.
class Clauses {
 public:
  struct Known {
    std::string_view key;
    std::optional<std::string>* value;
  };

  static Result<bool> accept(Words& words, std::initializer_list<Known> known) {
    for (const auto& [key, value] : known) {
      if (!words.accept(key)) continue;
      if (*value) return invalid(std::string(key) + " is given twice");
      *value = TRY(quoted_value(words, key));
      return true;
    }
    return false;
  }
};

std::optional<StorageType> parse_storage_type(std::string_view text) {
  static constexpr std::array<std::string_view, 4> kTypes = {"filesystem", "s3", "gcs", "azure"};
  for (size_t i = 0; i < kTypes.size(); ++i) {
    if (kTypes[i] == text) return static_cast<StorageType>(i);
  }
  return std::nullopt;
}

Result<StorageType> storage_type(Words& words) {
  const auto written = words.accept_bare();
  if (!written) return words.unexpected("a storage type");
  const auto type = parse_storage_type(*written);
  if (!type) return invalid("Invalid storage type '" + *written + "'. Must be 'filesystem', 's3', 'gcs', or 'azure'");
  return *type;
}

struct Places {
  std::optional<std::string> path;
  std::optional<std::string> bucket;
  std::optional<std::string> region;
  std::optional<std::string> base_directory;
};

Result<std::string> base_directory_of(StorageType type, Places places) {
  if (places.path && type != StorageType::filesystem) return invalid("PATH is only supported for filesystem storages");
  if (places.bucket && type != StorageType::s3) return invalid("BUCKET is only supported for s3 storages");
  if (places.path) return *std::move(places.path);
  if (places.bucket) return places.bucket->starts_with("s3://") ? *places.bucket : "s3://" + *places.bucket;
  if (places.base_directory) return *std::move(places.base_directory);
  return invalid("BASE_DIRECTORY keyword not found");
}

Error unexpected_after(Words& words, std::string_view statement) {
  return invalid("Unexpected tokens after " + std::string(statement) + ". Found: " + std::string(words.rest()));
}

Result<ObjectName> qualified_table(Words& words, std::string_view statement) {
  if (words.at_end()) return invalid("Missing argument after " + std::string(statement));
  const auto unqualified = "Table name must be qualified (namespace.table) for " + std::string(statement);
  auto table = TRY(expect_object_name(words, unqualified));
  if (table.ns.empty()) return invalid(unqualified);
  if (!words.at_end()) return unexpected_after(words, statement);
  return table;
}

// Empty: the current one.
Result<std::string> optional_namespace(Words& words, std::string_view statement) {
  std::string ns;
  if (words.accept("IN")) {
    const bool word = words.accept("NAMESPACE");
    ns = TRY(expect_namespace(
        words, word ? "Namespace name required after IN NAMESPACE" : "Namespace name required after IN"));
  }
  if (!words.at_end()) return unexpected_after(words, statement);
  return ns;
}

}  // namespace

Result<Body> parse_create_storage(Words& words) {
  const auto id = words.accept_bare();
  if (!id) return invalid("Expected identifier after 2 tokens");
  CreateStorage statement{.id = TRY(checked_id(parse_storage_id(*id))).value(),
                          .name = {},
                          .description = {},
                          .base_directory = {},
                          .shared_tables_template = {},
                          .user_tables_template = {},
                          .credentials = {},
                          .config = {}};
  std::optional<StorageType> type;
  std::optional<std::string> name;
  std::optional<std::string> shared_template;
  std::optional<std::string> user_template;
  Places places;
  while (!words.at_end()) {
    if (words.accept("TYPE")) {
      if (type) return invalid("TYPE is given twice");
      type = TRY(storage_type(words));
      continue;
    }
    const bool known = TRY(Clauses::accept(words, {{"NAME", &name},
                                                   {"DESCRIPTION", &statement.description},
                                                   {"PATH", &places.path},
                                                   {"BUCKET", &places.bucket},
                                                   {"REGION", &places.region},
                                                   {"BASE_DIRECTORY", &places.base_directory},
                                                   {"SHARED_TABLES_TEMPLATE", &shared_template},
                                                   {"USER_TABLES_TEMPLATE", &user_template},
                                                   {"CREDENTIALS", &statement.credentials},
                                                   {"CONFIG", &statement.config}}));
    if (!known) return words.unexpected("a clause of CREATE STORAGE");
  }
  if (!type) return invalid("TYPE keyword not found");
  statement.type = *type;
  statement.name = name.value_or(statement.id);
  statement.base_directory = TRY(base_directory_of(*type, std::move(places)));
  statement.shared_tables_template = shared_template.value_or("");
  statement.user_tables_template = user_template.value_or("");
  return statement;
}

Result<Body> parse_alter_storage(Words& words) {
  AlterStorage statement{.id = TRY(storage_id(words, "ALTER STORAGE")),
                         .name = {},
                         .description = {},
                         .shared_tables_template = {},
                         .user_tables_template = {},
                         .config = {}};
  do {
    TRY(words.expect("SET"));
    const bool known = TRY(Clauses::accept(words, {{"NAME", &statement.name},
                                                   {"DESCRIPTION", &statement.description},
                                                   {"SHARED_TABLES_TEMPLATE", &statement.shared_tables_template},
                                                   {"USER_TABLES_TEMPLATE", &statement.user_tables_template},
                                                   {"CONFIG", &statement.config}}));
    if (!known) {
      return words.unexpected("NAME, DESCRIPTION, SHARED_TABLES_TEMPLATE, USER_TABLES_TEMPLATE or CONFIG after SET");
    }
  } while (!words.at_end());
  return statement;
}

Result<Body> parse_drop_storage(Words& words) {
  DropStorage statement;
  statement.if_exists = words.accept({"IF", "EXISTS"});
  statement.id = TRY(storage_id(words, "DROP STORAGE"));
  TRY(expect_nothing_after(words, "DROP STORAGE"));
  return statement;
}

Result<Body> parse_show_storages(Words& words) {
  if (!words.at_end()) return invalid("SQL must be 'SHOW STORAGES'");
  return ShowStorages{};
}

Result<Body> parse_check_storage(Words& words) {
  CheckStorage statement{.id = TRY(storage_id(words, "STORAGE CHECK"))};
  statement.extended = words.accept("EXTENDED");
  TRY(expect_nothing_after(words, "STORAGE CHECK"));
  return statement;
}

Result<Body> parse_flush_table(Words& words) {
  return Body(FlushTable{TRY(qualified_table(words, "STORAGE FLUSH TABLE"))});
}
Result<Body> parse_flush_all(Words& words) {
  return Body(FlushAll{TRY(optional_namespace(words, "STORAGE FLUSH ALL"))});
}
Result<Body> parse_compact_table(Words& words) {
  return Body(CompactTable{TRY(qualified_table(words, "STORAGE COMPACT TABLE"))});
}
Result<Body> parse_compact_all(Words& words) {
  return Body(CompactAll{TRY(optional_namespace(words, "STORAGE COMPACT ALL"))});
}

}  // namespace kalam::sql
