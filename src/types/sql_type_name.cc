// DataType::from_sql: the spellings of the SQL dialect.

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <vector>

#include "types/ascii.h"
#include "types/data_type.h"

namespace kalam {
namespace {

enum class Arguments { none, ignored_one, embedding, decimal };

struct Spelling {
  TypeTag tag;
  Arguments arguments = Arguments::none;
};

// Upper case, one space between words.
const std::unordered_map<std::string_view, Spelling>& spellings() {
  static const std::unordered_map<std::string_view, Spelling> kSpellings = {
      {"BOOLEAN", {TypeTag::boolean}},
      {"BOOL", {TypeTag::boolean}},
      {"SMALLINT", {TypeTag::smallint}},
      {"INT2", {TypeTag::smallint}},
      // The serials get SNOWFLAKE_ID() as their default, which only 64 bits hold.
      {"SMALLSERIAL", {TypeTag::bigint}},
      {"SERIAL2", {TypeTag::bigint}},
      {"SERIAL", {TypeTag::bigint}},
      {"SERIAL4", {TypeTag::bigint}},
      {"BIGSERIAL", {TypeTag::bigint}},
      {"SERIAL8", {TypeTag::bigint}},
      {"INT", {TypeTag::integer}},
      {"INTEGER", {TypeTag::integer}},
      {"INT4", {TypeTag::integer}},
      {"MEDIUMINT", {TypeTag::integer}},
      {"SIGNED", {TypeTag::integer}},
      {"BIGINT", {TypeTag::bigint}},
      {"INT8", {TypeTag::bigint}},
      {"INT64", {TypeTag::bigint}},
      {"FLOAT", {TypeTag::float_, Arguments::ignored_one}},
      {"REAL", {TypeTag::float_}},
      {"FLOAT4", {TypeTag::float_}},
      {"DOUBLE", {TypeTag::double_}},
      {"DOUBLE PRECISION", {TypeTag::double_}},
      {"FLOAT8", {TypeTag::double_}},
      {"FLOAT64", {TypeTag::double_}},
      {"DECIMAL", {TypeTag::decimal, Arguments::decimal}},
      {"NUMERIC", {TypeTag::decimal, Arguments::decimal}},
      {"TEXT", {TypeTag::text}},
      {"VARCHAR", {TypeTag::text, Arguments::ignored_one}},
      {"CHAR", {TypeTag::text, Arguments::ignored_one}},
      {"CHARACTER", {TypeTag::text, Arguments::ignored_one}},
      {"CHARACTER VARYING", {TypeTag::text, Arguments::ignored_one}},
      {"NVARCHAR", {TypeTag::text, Arguments::ignored_one}},
      {"STRING", {TypeTag::text}},
      {"CLOB", {TypeTag::text}},
      {"CHARACTER LARGE OBJECT", {TypeTag::text}},
      {"JSON", {TypeTag::json}},
      {"JSONB", {TypeTag::json}},
      {"BYTES", {TypeTag::bytes}},
      {"BINARY", {TypeTag::bytes, Arguments::ignored_one}},
      {"VARBINARY", {TypeTag::bytes, Arguments::ignored_one}},
      {"BLOB", {TypeTag::bytes}},
      {"BYTEA", {TypeTag::bytes}},
      {"TIMESTAMP", {TypeTag::timestamp, Arguments::ignored_one}},
      {"TIMESTAMPTZ", {TypeTag::timestamp, Arguments::ignored_one}},
      {"TIMESTAMP WITH TIME ZONE", {TypeTag::timestamp, Arguments::ignored_one}},
      {"TIMESTAMP WITHOUT TIME ZONE", {TypeTag::timestamp, Arguments::ignored_one}},
      {"DATETIME", {TypeTag::datetime, Arguments::ignored_one}},
      {"DATE", {TypeTag::date}},
      {"TIME", {TypeTag::time, Arguments::ignored_one}},
      {"UUID", {TypeTag::uuid}},
      {"EMBEDDING", {TypeTag::embedding, Arguments::embedding}},
      {"FILE", {TypeTag::file}},
  };
  return kSpellings;
}

Error invalid(std::string message) { return Error{ErrorCode::invalid_input, std::move(message)}; }
Error unsupported(std::string_view sql) { return invalid("Unsupported data type: " + std::string(sql)); }

// A spelling taken apart: "timestamp (3) with time zone" is TIMESTAMP WITH TIME ZONE and {3}.
struct Parts {
  std::string name;
  bool parenthesised = false;
  std::vector<std::string_view> arguments;
};

Result<Parts> take_apart(std::string_view sql) {
  Parts parts;
  const auto append_words = [&](std::string_view words) {
    bool gap = !parts.name.empty();
    for (const char c : words) {
      if (is_ascii_space(c)) {
        gap = !parts.name.empty();
        continue;
      }
      if (gap) parts.name.push_back(' ');
      gap = false;
      parts.name.push_back(ascii_upper(c));
    }
  };
  const auto open = sql.find('(');
  append_words(sql.substr(0, open));
  if (open == std::string_view::npos) return parts;
  const auto close = sql.find(')', open);
  if (close == std::string_view::npos) return unsupported(sql);
  parts.parenthesised = true;
  auto inside = trimmed(sql.substr(open + 1, close - open - 1));
  while (!inside.empty()) {
    const auto comma = inside.find(',');
    parts.arguments.push_back(trimmed(inside.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    inside.remove_prefix(comma + 1);
    if (inside.empty()) parts.arguments.emplace_back();
  }
  append_words(sql.substr(close + 1));
  return parts;
}

Result<uint32_t> parse_length(std::string_view text, std::string_view sql) {
  uint32_t length = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) return unsupported(sql);
  return length;
}

Result<DataType> embedding_of(const Parts& parts) {
  if (parts.arguments.size() != 1) {
    return invalid("EMBEDDING type requires exactly one dimension parameter, e.g., EMBEDDING(384)");
  }
  const auto text = parts.arguments.front();
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return invalid("EMBEDDING dimension must be a positive integer, got '" + std::string(text) + "'");
  }
  uint32_t dimension = UINT32_MAX;  // stays so when the digits do not fit
  std::from_chars(text.data(), text.data() + text.size(), dimension);
  if (dimension == 0) return invalid("EMBEDDING dimension must be at least 1");
  if (dimension > kEmbeddingDimensionMax) {
    return invalid("EMBEDDING dimension must be at most 8192 (found " + std::string(text) + ")");
  }
  return DataType::embedding(dimension);
}

Result<DataType> decimal_of(const Parts& parts, std::string_view sql) {
  if (!parts.parenthesised) return DataType::decimal(38, 10);
  if (parts.arguments.empty() || parts.arguments.size() > 2) return unsupported(sql);
  const auto precision = TRY(parse_length(parts.arguments[0], sql));
  const auto scale = parts.arguments.size() == 2 ? TRY(parse_length(parts.arguments[1], sql)) : 0;
  return DataType::decimal(precision, scale);
}

// Types that DuckDB and others know and we do not: refused as types, not as unknown names.
bool known_but_unsupported(std::string_view name) {
  static constexpr std::string_view kNames[] = {"TINYINT", "INT1",    "UNSIGNED", "INTERVAL", "UINT8",
                                                "UINT16",  "UINT32",  "UINT64",   "INT16",    "INT32",
                                                "INT128",  "HUGEINT", "UBIGINT",  "MAP"};
  const auto first = name.substr(0, name.find(' '));
  return std::find(std::begin(kNames), std::end(kNames), first) != std::end(kNames) || name.ends_with(" UNSIGNED");
}

}  // namespace

Result<DataType> DataType::from_sql(std::string_view sql) {
  const auto text = trimmed(sql);
  // Structure is not typed here: the text of the literal is kept.
  const auto first_word = ascii_upper(trimmed(text.substr(0, text.find_first_of("(<"))));
  if (text.ends_with("[]") || first_word == "ENUM" || first_word == "SET" || first_word == "STRUCT")
    return TypeTag::text;

  const auto parts = TRY(take_apart(text));
  const auto found = spellings().find(parts.name);
  if (found != spellings().end()) {
    const auto& [tag, arguments] = found->second;
    switch (arguments) {
      case Arguments::embedding: return embedding_of(parts);
      case Arguments::decimal: return decimal_of(parts, text);
      case Arguments::none:
        if (parts.parenthesised) return unsupported(text);
        break;
      case Arguments::ignored_one:
        if (parts.parenthesised && parts.arguments.size() != 1) return unsupported(text);
        if (parts.parenthesised) TRY(parse_length(parts.arguments.front(), text));
        break;
    }
    return tag;
  }
  if (parts.name.starts_with("TIME ")) {
    if (parts.name == "TIME WITHOUT TIME ZONE" || parts.name == "TIME WITH TIME ZONE") return TypeTag::time;
    return unsupported(text);
  }
  if (known_but_unsupported(parts.name) || parts.name.empty()) return unsupported(text);
  if (parts.name.ends_with("TEXT") || parts.name.ends_with("STRING")) return TypeTag::text;
  return invalid("Unsupported custom data type '" + std::string(text) + "'");
}

}  // namespace kalam
