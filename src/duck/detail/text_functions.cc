// Texts: what DuckDB lacks, and what could make a few bytes into gigabytes.

#include <duckdb/common/types/blob.hpp>
#include <duckdb/common/vector_operations/binary_executor.hpp>
#include <duckdb/common/vector_operations/ternary_executor.hpp>
#include <duckdb/common/vector_operations/unary_executor.hpp>

#include "duck/detail/bounds.h"
#include "duck/detail/functions.h"
#include "types/ascii.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: an adapter, it speaks DuckDB

namespace {

std::string_view view(const string_t& text) { return {text.GetData(), text.GetSize()}; }

bool starts_character(char c) { return (c & 0xC0) != 0x80; }

size_t characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

// Where character number `count` begins; the end when there are fewer.
size_t offset_of(std::string_view text, size_t count) {
  size_t at = 0;
  while (at < text.size()) {
    if (starts_character(text[at]) && count-- == 0) return at;
    ++at;
  }
  return at;
}

void repeat(DataChunk& arguments, ExpressionState&, Vector& result) {
  Growth growth;
  BinaryExecutor::Execute<string_t, int64_t, string_t>(
      arguments.data[0], arguments.data[1], result, arguments.size(), [&](string_t text, int64_t times) {
        const auto part = view(text);
        const auto count = times < 0 ? 0 : static_cast<size_t>(times);
        growth.add_product(part.size(), count);
        auto made = StringVector::EmptyString(result, part.size() * count);
        for (size_t i = 0; i < count && !part.empty(); ++i) {
          std::copy(part.begin(), part.end(), made.GetDataWriteable() + i * part.size());
        }
        made.Finalize();
        return made;
      });
}

// `fill` over and over until there are `count` characters.
std::string padding(std::string_view fill, size_t count) {
  std::string made;
  const auto length = characters(fill);
  for (; count >= length; count -= length) made += fill;
  return made + std::string(fill.substr(0, offset_of(fill, count)));
}

template <bool left>
string_t pad(string_t text, int64_t width, string_t fill, Vector& result, Growth& growth) {
  const auto whole = view(text);
  const auto wanted = width < 0 ? 0 : static_cast<size_t>(width);
  const auto length = characters(whole);
  if (length >= wanted || fill.GetSize() == 0) {
    return StringVector::AddString(result, std::string(whole.substr(0, offset_of(whole, wanted))));
  }
  growth.add_product(wanted, 4);
  const auto pad = padding(view(fill), wanted - length);
  return StringVector::AddString(result, left ? pad + std::string(whole) : std::string(whole) + pad);
}

template <bool left>
ScalarFunctionSet padded(const char* name) {
  ScalarFunctionSet set(name);
  set.AddFunction(ScalarFunction({LogicalType::VARCHAR, LogicalType::BIGINT}, LogicalType::VARCHAR,
                                 [](DataChunk& arguments, ExpressionState&, Vector& result) {
                                   Growth growth;
                                   BinaryExecutor::Execute<string_t, int64_t, string_t>(
                                       arguments.data[0], arguments.data[1], result, arguments.size(),
                                       [&](string_t text, int64_t width) {
                                         return pad<left>(text, width, string_t(" "), result, growth);
                                       });
                                 }));
  set.AddFunction(ScalarFunction({LogicalType::VARCHAR, LogicalType::BIGINT, LogicalType::VARCHAR},
                                 LogicalType::VARCHAR, [](DataChunk& arguments, ExpressionState&, Vector& result) {
                                   Growth growth;
                                   TernaryExecutor::Execute<string_t, int64_t, string_t, string_t>(
                                       arguments.data[0], arguments.data[1], arguments.data[2], result,
                                       arguments.size(), [&](string_t text, int64_t width, string_t fill) {
                                         return pad<left>(text, width, fill, result, growth);
                                       });
                                 }));
  for (auto& function : set.functions) function.SetFallible();
  return set;
}

void replace_all(DataChunk& arguments, ExpressionState&, Vector& result) {
  Growth growth;
  TernaryExecutor::Execute<string_t, string_t, string_t, string_t>(arguments.data[0], arguments.data[1],
                                                                   arguments.data[2], result, arguments.size(),
                                                                   [&](string_t text, string_t from, string_t to) {
                                                                     const auto whole = view(text);
                                                                     const auto wanted = view(from);
                                                                     if (wanted.empty())
                                                                       return StringVector::AddString(result, text);
                                                                     std::string made;
                                                                     size_t at = 0;
                                                                     while (true) {
                                                                       const auto found = whole.find(wanted, at);
                                                                       made += whole.substr(at, found - at);
                                                                       if (found == std::string_view::npos) break;
                                                                       made += view(to);
                                                                       at = found + wanted.size();
                                                                       growth.check(made.size());
                                                                     }
                                                                     growth.add(made.size());
                                                                     return StringVector::AddString(result, made);
                                                                   });
}

void initcap(DataChunk& arguments, ExpressionState&, Vector& result) {
  UnaryExecutor::Execute<string_t, string_t>(arguments.data[0], result, arguments.size(), [&](string_t text) {
    auto made = text.GetString();
    bool inside = false;
    for (auto& c : made) {
      c = inside ? ascii_lower(c) : ascii_upper(c);
      inside = is_ascii_alphanumeric(c) || (c & 0x80) != 0;
    }
    return StringVector::AddString(result, made);
  });
}

// The place of a text in a list of texts with commas between them; 0: it is not there.
void find_in_set(DataChunk& arguments, ExpressionState&, Vector& result) {
  BinaryExecutor::Execute<string_t, string_t, int32_t>(arguments.data[0], arguments.data[1], result, arguments.size(),
                                                       [](string_t text, string_t set) {
                                                         auto rest = view(set);
                                                         for (int32_t place = 1; !rest.empty(); ++place) {
                                                           const auto comma = rest.find(',');
                                                           if (rest.substr(0, comma) == view(text)) return place;
                                                           if (comma == std::string_view::npos) break;
                                                           rest.remove_prefix(comma + 1);
                                                         }
                                                         return 0;
                                                       });
}

// What stands in front of the `count`th delimiter; behind it from the end when negative.
std::string_view before(std::string_view text, std::string_view delimiter, int64_t count) {
  if (count == 0 || delimiter.empty()) return {};
  if (count > 0) {
    size_t at = 0;
    while (true) {
      const auto found = text.find(delimiter, at);
      if (found == std::string_view::npos) return text;
      if (--count == 0) return text.substr(0, found);
      at = found + delimiter.size();
    }
  }
  size_t end = text.size();
  while (true) {
    const auto found = end == 0 ? std::string_view::npos : text.rfind(delimiter, end - 1);
    if (found == std::string_view::npos) return text;
    if (++count == 0) return text.substr(found + delimiter.size());
    end = found;
  }
}

void substr_index(DataChunk& arguments, ExpressionState&, Vector& result) {
  TernaryExecutor::Execute<string_t, string_t, int64_t, string_t>(
      arguments.data[0], arguments.data[1], arguments.data[2], result, arguments.size(),
      [&](string_t text, string_t delimiter, int64_t count) {
        return StringVector::AddString(result, std::string(before(view(text), view(delimiter), count)));
      });
}

// overlay(text PLACING part FROM from [FOR count])
std::string overlaid(std::string_view text, std::string_view part, int64_t from, size_t count) {
  const auto start = offset_of(text, from < 1 ? 0 : static_cast<size_t>(from - 1));
  const auto rest = text.substr(start);
  std::string made(text.substr(0, start));
  made += part;
  made += rest.substr(offset_of(rest, count));
  return made;
}

void overlay_by(DataChunk& arguments, ExpressionState&, Vector& result) {
  const auto count = arguments.size();
  UnifiedVectorFormat columns[4];
  for (idx_t i = 0; i < arguments.ColumnCount(); ++i) arguments.data[i].ToUnifiedFormat(count, columns[i]);
  const bool constant = arguments.AllConstant();
  result.SetVectorType(VectorType::FLAT_VECTOR);
  Growth growth;
  for (idx_t row = 0; row < (constant ? 1 : count); ++row) {
    bool valid = true;
    idx_t at[4] = {};
    for (idx_t i = 0; i < arguments.ColumnCount(); ++i) {
      at[i] = columns[i].sel->get_index(row);
      valid = valid && columns[i].validity.RowIsValid(at[i]);
    }
    if (!valid) {
      FlatVector::SetNull(result, row, true);
      continue;
    }
    const auto text = view(UnifiedVectorFormat::GetData<string_t>(columns[0])[at[0]]);
    const auto part = view(UnifiedVectorFormat::GetData<string_t>(columns[1])[at[1]]);
    const auto from = UnifiedVectorFormat::GetData<int64_t>(columns[2])[at[2]];
    const auto taken = arguments.ColumnCount() == 4 ? UnifiedVectorFormat::GetData<int64_t>(columns[3])[at[3]]
                                                    : static_cast<int64_t>(characters(part));
    growth.add(text.size() + part.size());
    FlatVector::GetData<string_t>(result)[row] =
        StringVector::AddString(result, overlaid(text, part, from, taken < 0 ? 0 : static_cast<size_t>(taken)));
  }
  if (constant) result.SetVectorType(VectorType::CONSTANT_VECTOR);
}

enum class Encoding : uint8_t { base64, base64_padded, hex };

Encoding encoding_of(std::string_view name) {
  if (equal_ignoring_case(name, "base64")) return Encoding::base64;
  if (equal_ignoring_case(name, "base64pad")) return Encoding::base64_padded;
  if (equal_ignoring_case(name, "hex")) return Encoding::hex;
  throw InvalidInputException(
      "There is no built-in encoding named '%s', currently supported encodings are: base64, hex", std::string(name));
}

std::string encoded(std::string_view bytes, Encoding encoding) {
  if (encoding == Encoding::hex) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string made;
    for (const auto byte : bytes) {
      made += kDigits[static_cast<uint8_t>(byte) >> 4];
      made += kDigits[byte & 15];
    }
    return made;
  }
  auto made = Blob::ToBase64(string_t(bytes.data(), static_cast<uint32_t>(bytes.size())));
  while (encoding == Encoding::base64 && !made.empty() && made.back() == '=') made.pop_back();
  return made;
}

std::string decoded(std::string_view text, Encoding encoding) {
  if (encoding == Encoding::hex) {
    std::string made;
    for (size_t i = 0; i < text.size(); i += 2) {
      const int high = hex_digit(text[i]);
      const int low = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
      if (high < 0 || low < 0) {
        throw InvalidInputException("Failed to decode value using hex: invalid digits at position %d", i);
      }
      made += static_cast<char>(high * 16 + low);
    }
    return made;
  }
  std::string padded(text);
  while (padded.size() % 4 != 0) padded += '=';
  const string_t whole(padded);
  std::string made(Blob::FromBase64Size(whole), '\0');
  Blob::FromBase64(whole, data_ptr_cast(made.data()), made.size());
  return made;
}

void encode(DataChunk& arguments, ExpressionState&, Vector& result) {
  BinaryExecutor::Execute<string_t, string_t, string_t>(
      arguments.data[0], arguments.data[1], result, arguments.size(), [&](string_t bytes, string_t encoding) {
        return StringVector::AddString(result, encoded(view(bytes), encoding_of(view(encoding))));
      });
}

void decode(DataChunk& arguments, ExpressionState&, Vector& result) {
  BinaryExecutor::Execute<string_t, string_t, string_t>(
      arguments.data[0], arguments.data[1], result, arguments.size(), [&](string_t text, string_t encoding) {
        return StringVector::AddStringOrBlob(result, decoded(view(text), encoding_of(view(encoding))));
      });
}

ScalarFunctionSet one(const char* name, vector<LogicalType> arguments, const LogicalType& type,
                      scalar_function_t function) {
  ScalarFunction made(std::move(arguments), type, std::move(function));
  made.SetFallible();
  ScalarFunctionSet set(name);
  set.AddFunction(made);
  return set;
}

}  // namespace

void register_text(ExtensionLoader& loader) {
  const auto text = LogicalType::VARCHAR;
  const auto number = LogicalType::BIGINT;
  const auto bytes = LogicalType::BLOB;
  replace(loader, one("repeat", {text, number}, text, repeat));
  replace(loader, padded<true>("lpad"));
  replace(loader, padded<false>("rpad"));
  replace(loader, one("replace", {text, text, text}, text, replace_all));
  replace(loader, one("initcap", {text}, text, initcap));
  replace(loader, one("find_in_set", {text, text}, LogicalType::INTEGER, find_in_set));
  replace(loader, one("substr_index", {text, text, number}, text, substr_index));
  auto overlay = one("overlay", {text, text, number}, text, overlay_by);
  overlay.AddFunction(ScalarFunction({text, text, number, number}, text, overlay_by));
  replace(loader, overlay);
  auto encodes = one("encode", {text, text}, text, encode);
  encodes.AddFunction(ScalarFunction({bytes, text}, text, encode));
  replace(loader, encodes);
  replace(loader, one("decode", {text, text}, bytes, decode));
}

}  // namespace kalam::duck
