// The JSON of definitions, as system.schemas shows it, and flush policies as text.

#include <charconv>

#include "types/ascii.h"
#include "types/json_reader.h"
#include "types/json_text.h"
#include "types/schema.h"

namespace kalam {
namespace {

Error invalid(std::string message) { return Error{ErrorCode::invalid_input, std::move(message)}; }

void write_policy(JsonText& json, const std::optional<FlushPolicy>& policy) {
  json.key("flush_policy");
  if (policy) json.raw(policy->json());
  else json.null();
}

void write_retention(JsonText& json, const std::optional<uint32_t>& hours) {
  // Ours: absent when the server's default holds, so that the JSON of older clients does not change.
  if (hours) json.key("deleted_retention_hours").number(*hours);
}

struct OptionsWriter {
  JsonText& json;

  void operator()(const UserTableOptions& options) const {
    json.key("table_type").string("USER").key("storage_id").string(options.storage_id.text());
    json.key("use_user_storage").boolean(options.use_user_storage);
    write_policy(json, options.flush_policy);
    json.key("compression").string(options.compression);
    write_retention(json, options.deleted_retention_hours);
  }
  void operator()(const SharedTableOptions& options) const {
    json.key("table_type").string("SHARED").key("storage_id").string(options.storage_id.text());
    json.key("access_level");
    if (options.access_level) json.string(variant_name(*options.access_level));
    else json.null();
    write_policy(json, options.flush_policy);
    json.key("compression").string(options.compression);
    write_retention(json, options.deleted_retention_hours);
  }
  void operator()(const StreamTableOptions& options) const {
    json.key("table_type").string("STREAM").key("ttl_seconds").number(options.ttl_seconds);
    json.key("eviction_strategy").string(options.eviction_strategy);
    json.key("max_stream_size_bytes").number(options.max_stream_size_bytes);
    json.key("compression").string(options.compression);
    write_retention(json, options.deleted_retention_hours);
  }
  void operator()(const SystemTableOptions& options) const {
    json.key("table_type").string("SYSTEM").key("read_only").boolean(options.read_only);
    json.key("enable_cache").boolean(options.enable_cache);
    json.key("cache_ttl_seconds").number(options.cache_ttl_seconds);
    json.key("localhost_only").boolean(options.localhost_only);
  }
};

// null or what `read` reads.
template <typename Read>
auto optional_of(JsonReader& json, Read read) -> Result<std::optional<typename decltype(read())::Value>> {
  if (TRY(json.peek()) == JsonReader::Kind::null) {
    TRY(json.null());
    return std::nullopt;
  }
  return std::optional<typename decltype(read())::Value>(TRY(read()));
}

Result<FlushPolicy> policy_from_json(JsonReader& json) {
  std::string type;
  std::optional<uint64_t> rows;
  std::optional<uint64_t> seconds;
  UniqueKeys keys;
  TRY(json.begin_object());
  while (const auto key = TRY(keys.next(json))) {
    if (*key == "type") type = TRY(json.string());
    else if (*key == "row_limit") rows = TRY(json.unsigned_integer());
    else if (*key == "interval_seconds") seconds = TRY(json.unsigned_integer());
    else return json.error("unknown key '" + *key + "' in flush_policy");
  }
  const bool fits = type == (rows && seconds ? "combined" : rows ? "row_limit" : "time_interval");
  if (!fits) return json.error("flush_policy of type '" + type + "' does not fit its limits");
  return FlushPolicy::checked(rows, seconds);
}

Result<uint32_t> hours_from_json(JsonReader& json) {
  const auto hours = TRY(json.unsigned_integer());
  if (hours > UINT32_MAX) return json.error("deleted_retention_hours is too large");
  return static_cast<uint32_t>(hours);
}

Result<AccessLevel> access_level_from_json(JsonReader& json) {
  const auto text = TRY(json.string());
  const auto level = parse_access_level(text);
  if (!level) return json.error("unknown access level '" + text + "'");
  return *level;
}

// Reads the value of a key; false: these options have no such key. The first one serves the keys that kinds share.
template <typename Options>
Result<bool> read_shared_option(JsonReader& json, std::string_view key, Options& options) {
  if constexpr (requires { options.storage_id; }) {
    if (key == "storage_id") return options.storage_id = StorageId(TRY(json.string())), true;
    if (key == "flush_policy") {
      return options.flush_policy = TRY(optional_of(json, [&] { return policy_from_json(json); })), true;
    }
  }
  if (key == "compression") return options.compression = TRY(json.string()), true;
  if (key == "deleted_retention_hours") {
    return options.deleted_retention_hours = TRY(optional_of(json, [&] { return hours_from_json(json); })), true;
  }
  return false;
}

Result<bool> read_option(JsonReader& json, std::string_view key, UserTableOptions& options) {
  if (key == "use_user_storage") return options.use_user_storage = TRY(json.boolean()), true;
  return read_shared_option(json, key, options);
}

Result<bool> read_option(JsonReader& json, std::string_view key, SharedTableOptions& options) {
  if (key != "access_level") return read_shared_option(json, key, options);
  options.access_level = TRY(optional_of(json, [&] { return access_level_from_json(json); }));
  return true;
}

Result<bool> read_option(JsonReader& json, std::string_view key, StreamTableOptions& options) {
  if (key == "ttl_seconds") return options.ttl_seconds = TRY(json.unsigned_integer()), true;
  if (key == "max_stream_size_bytes") return options.max_stream_size_bytes = TRY(json.unsigned_integer()), true;
  if (key != "eviction_strategy") return read_shared_option(json, key, options);
  auto strategy = TRY(json.string());
  if (strategy != "time_based" && strategy != "size_based" && strategy != "hybrid") {
    return json.error("unknown eviction strategy '" + strategy + "'");
  }
  options.eviction_strategy = std::move(strategy);
  return true;
}

Result<bool> read_option(JsonReader& json, std::string_view key, SystemTableOptions& options) {
  if (key == "read_only") options.read_only = TRY(json.boolean());
  else if (key == "enable_cache") options.enable_cache = TRY(json.boolean());
  else if (key == "cache_ttl_seconds") options.cache_ttl_seconds = TRY(json.unsigned_integer());
  else if (key == "localhost_only") options.localhost_only = TRY(json.boolean());
  else return false;
  return true;
}

// The tag may stand anywhere among the keys: a first round finds it.
Result<TableType> tag_of_options(std::string_view text) {
  JsonReader json(text);
  TRY(json.begin_object());
  while (const auto key = TRY(json.key())) {
    if (*key != "table_type") {
      TRY(json.raw());
      continue;
    }
    const auto name = TRY(json.string());
    const auto type = parse_table_type(name);
    if (!type) return json.error("unknown table type '" + name + "'");
    return *type;
  }
  return json.error("table options without table_type");
}

void write_column(JsonText& json, const ColumnDefinition& column) {
  json.begin_object().key("column_id").number(column.id.value()).key("column_name").string(column.name);
  json.key("column_comment");
  if (column.comment) json.string(*column.comment);
  else json.null();
  json.key("data_type").raw(column.type.json()).key("default_value").raw(column.default_value.json());
  json.key("ordinal_position").number(column.ordinal).key("is_nullable").boolean(column.nullable);
  json.key("is_primary_key").boolean(column.primary_key);
  json.key("is_partition_key").boolean(column.partition_key).end_object();
}

// A literal as SQL text: strings in quotes, the rest of JSON's words in upper case.
std::string sql_of_literal(std::string_view literal) {
  const auto quoted = [](std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
      if (c == '\'') out.push_back('\'');
      out.push_back(c);
    }
    out.push_back('\'');
    return out;
  };
  JsonReader json(literal);
  if (literal.starts_with('"')) {
    if (auto text = json.string(); text.ok()) return quoted(*text);
  }
  if (literal.starts_with('[') || literal.starts_with('{')) return quoted(literal);
  return ascii_upper(literal);
}

Result<uint64_t> parse_limit(std::string_view text, std::string_view what) {
  uint64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) {
    return invalid("Invalid " + std::string(what) + " in FLUSH_POLICY");
  }
  return value;
}

}  // namespace

std::string ColumnDefault::json() const {
  std::string out;
  JsonText json(out);
  if (const auto* literal = std::get_if<Literal>(&kind)) {
    json.begin_object().key("Literal").raw(literal->json).end_object();
  } else if (const auto* function = std::get_if<Function>(&kind)) {
    json.begin_object().key("FunctionCall").begin_object().key("name").string(function->name);
    json.key("args").begin_array();
    for (const auto& arg : function->args) json.raw(arg);
    json.end_array().end_object().end_object();
  } else {
    json.string("None");
  }
  return out;
}

std::optional<std::string> ColumnDefault::sql() const {
  if (const auto* literal = std::get_if<Literal>(&kind)) return sql_of_literal(literal->json);
  if (const auto* function = std::get_if<Function>(&kind)) {
    std::string text = function->name + "(";
    for (size_t i = 0; i < function->args.size(); ++i) text += (i ? ", " : "") + sql_of_literal(function->args[i]);
    return text + ")";
  }
  return std::nullopt;
}

Result<ColumnDefault> ColumnDefault::from_json(std::string_view text) {
  JsonReader json(text);
  ColumnDefault made;
  if (TRY(json.peek()) == JsonReader::Kind::string) {
    if (TRY(json.string()) != "None") return json.error("unknown default");
    TRY(json.end());
    return made;
  }
  UniqueKeys tags;
  TRY(json.begin_object());
  const auto tag = TRY(tags.next(json));
  if (tag == "Literal") {
    const auto literal = TRY(json.raw());
    made.kind = Literal{TRY(compact_json(literal))};
  } else if (tag == "FunctionCall") {
    Function function;
    bool has_args = false;
    UniqueKeys keys;
    TRY(json.begin_object());
    while (const auto key = TRY(keys.next(json))) {
      if (*key == "name") {
        function.name = TRY(json.string());
      } else if (*key == "args") {
        has_args = true;
        TRY(json.begin_array());
        while (TRY(json.element())) {
          const auto arg = TRY(json.raw());
          function.args.push_back(TRY(compact_json(arg)));
        }
      } else {
        return json.error("unknown key '" + *key + "' in default");
      }
    }
    if (function.name.empty() || !has_args) return json.error("default function without name or args");
    made.kind = std::move(function);
  } else {
    return json.error("unknown default '" + tag.value_or("") + "'");
  }
  if (TRY(tags.next(json))) return json.error("expected one key");
  TRY(json.end());
  return made;
}

Result<FlushPolicy> FlushPolicy::checked(std::optional<uint64_t> rows, std::optional<uint64_t> interval_seconds) {
  if (!rows && !interval_seconds) return invalid("FLUSH_POLICY must specify 'rows' or 'interval' > 0");
  if (rows == 0) return invalid("Row limit must be greater than 0");
  if (rows >= 1'000'000) return invalid("Row limit must be less than 1,000,000");
  if (interval_seconds == 0) return invalid("Interval must be greater than 0");
  if (interval_seconds >= 86'400) return invalid("Interval must be less than 86400 seconds (24 hours)");
  return FlushPolicy{rows, interval_seconds};
}

Result<FlushPolicy> FlushPolicy::parse(std::string_view text) {
  uint64_t rows = 0;
  uint64_t seconds = 0;
  for (auto rest = text;;) {
    const auto comma = rest.find(',');
    const auto part = trimmed(rest.substr(0, comma));
    const auto colon = part.find(':');
    if (colon == std::string_view::npos || part.find(':', colon + 1) != std::string_view::npos) {
      return invalid("Invalid FLUSH_POLICY format '" + std::string(part) + "'. Expected 'key:value'");
    }
    const auto key = ascii_lower(trimmed(part.substr(0, colon)));
    const auto value = trimmed(part.substr(colon + 1));
    if (key == "rows") rows = TRY(parse_limit(value, "row limit"));
    else if (key == "interval") seconds = TRY(parse_limit(value, "interval"));
    else return invalid("Unknown FLUSH_POLICY key '" + key + "'");
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  // Zero is as good as not said.
  const auto said = [](uint64_t value) { return value ? std::optional(value) : std::nullopt; };
  return checked(said(rows), said(seconds));
}

std::string FlushPolicy::json() const {
  std::string out;
  JsonText json(out);
  json.begin_object().key("type").string(rows && interval_seconds ? "combined" : rows ? "row_limit" : "time_interval");
  if (rows) json.key("row_limit").number(*rows);
  if (interval_seconds) json.key("interval_seconds").number(*interval_seconds);
  json.end_object();
  return out;
}

std::string json_of(const TableOptions& options) {
  std::string out;
  JsonText json(out);
  json.begin_object();
  std::visit(OptionsWriter{json}, options);
  json.end_object();
  return out;
}

Result<TableOptions> table_options_from_json(std::string_view text) {
  TableOptions options;
  switch (TRY(tag_of_options(text))) {
    case TableType::user: options = UserTableOptions{}; break;
    case TableType::shared: options = SharedTableOptions{}; break;
    case TableType::stream: options = StreamTableOptions{}; break;
    case TableType::system: options = SystemTableOptions{}; break;
  }
  JsonReader json(text);
  UniqueKeys keys;
  TRY(json.begin_object());
  while (const auto key = TRY(keys.next(json))) {
    if (*key == "table_type") {
      TRY(json.raw());
    } else if (!TRY(std::visit([&](auto& kind) { return read_option(json, *key, kind); }, options))) {
      return json.error("unknown key '" + *key + "' in table options");
    }
  }
  TRY(json.end());
  return options;
}

std::string json_of(const ColumnDefinition& column) {
  std::string out;
  JsonText json(out);
  write_column(json, column);
  return out;
}

std::string json_of_columns(const std::vector<ColumnDefinition>& columns) {
  std::string out;
  JsonText json(out);
  json.begin_array();
  for (const auto& column : columns) write_column(json, column);
  json.end_array();
  return out;
}

}  // namespace kalam
