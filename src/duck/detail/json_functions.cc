// JSON in texts: members by path, as text, number, list. Whatever is not there, or not of the kind, is NULL.

#include <charconv>
#include <duckdb/planner/expression.hpp>
#include <optional>

#include "duck/detail/functions.h"
#include "types/json_reader.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: an adapter, it speaks DuckDB

namespace {

// One step of a path: the key of a member or the place of an element.
struct Step {
  std::string_view key;
  int64_t place = -1;  // −1: it is a key
};

// The value of member `key`, as written; the first of them.
std::optional<std::string_view> member(std::string_view json, std::string_view key) {
  JsonReader reader(json);
  if (!reader.begin_object().ok()) return std::nullopt;
  while (true) {
    const auto name = reader.key();
    if (!name.ok() || !*name) return std::nullopt;
    const auto value = reader.raw();
    if (!value.ok()) return std::nullopt;
    if (**name == key) return *value;
  }
}

std::optional<std::string_view> element(std::string_view json, int64_t place) {
  JsonReader reader(json);
  if (!reader.begin_array().ok()) return std::nullopt;
  while (true) {
    const auto more = reader.element();
    if (!more.ok() || !*more) return std::nullopt;
    const auto value = reader.raw();
    if (!value.ok()) return std::nullopt;
    if (place-- == 0) return *value;
  }
}

std::optional<std::string_view> whole(std::string_view json) {
  JsonReader reader(json);
  const auto value = reader.raw();
  if (!value.ok() || !reader.end().ok()) return std::nullopt;
  return *value;
}

JsonReader::Kind kind_of(std::string_view json) {
  JsonReader reader(json);
  return reader.peek().value_or(JsonReader::Kind::null);
}

bool is_null(std::string_view json) { return kind_of(json) == JsonReader::Kind::null; }

std::optional<std::string> as_string(std::string_view json) {
  JsonReader reader(json);
  auto text = reader.string();
  if (!text.ok()) return std::nullopt;
  return *std::move(text);
}

std::optional<std::string> as_text(std::string_view json) {
  if (is_null(json)) return std::nullopt;
  if (kind_of(json) == JsonReader::Kind::string) return as_string(json);
  return std::string(json);
}

// The arguments of a call: the document, then the steps of a path.
class Calls {
 public:
  explicit Calls(DataChunk& arguments) : arguments_(arguments), columns_(arguments.ColumnCount()) {
    for (idx_t i = 0; i < columns_.size(); ++i) arguments.data[i].ToUnifiedFormat(arguments.size(), columns_[i]);
  }

  // What the path of this row leads to.
  std::optional<std::string_view> found(idx_t row) const {
    const auto document = text(0, row);
    if (!document) return std::nullopt;
    auto value = columns_.size() == 1 ? whole(*document) : std::optional(*document);
    for (idx_t i = 1; value && i < columns_.size(); ++i) {
      const auto step = step_at(i, row);
      if (!step) return std::nullopt;
      value = step->place < 0 ? member(*value, step->key) : element(*value, step->place);
    }
    return value;
  }

 private:
  std::optional<std::string_view> text(idx_t column, idx_t row) const {
    const auto& format = columns_[column];
    const auto index = format.sel->get_index(row);
    if (!format.validity.RowIsValid(index)) return std::nullopt;
    const auto& value = UnifiedVectorFormat::GetData<string_t>(format)[index];
    return std::string_view(value.GetData(), value.GetSize());
  }
  std::optional<Step> step_at(idx_t column, idx_t row) const {
    if (arguments_.data[column].GetType().id() == LogicalTypeId::VARCHAR) {
      const auto key = text(column, row);
      if (!key) return std::nullopt;
      return Step{*key};
    }
    const auto& format = columns_[column];
    const auto index = format.sel->get_index(row);
    if (!format.validity.RowIsValid(index)) return std::nullopt;
    const auto place = UnifiedVectorFormat::GetData<int64_t>(format)[index];
    if (place < 0) return std::nullopt;
    return Step{{}, place};
  }

  DataChunk& arguments_;
  std::vector<UnifiedVectorFormat> columns_;
};

// Calls `put(row, found)` for each row; it says whether it wrote a value.
template <typename Put>
void each_row(DataChunk& arguments, Vector& result, Put put) {
  const bool constant = arguments.AllConstant();
  const Calls calls(arguments);
  result.SetVectorType(VectorType::FLAT_VECTOR);
  for (idx_t row = 0; row < (constant ? 1 : arguments.size()); ++row) {
    if (!put(row, calls.found(row))) FlatVector::SetNull(result, row, true);
  }
  if (constant) result.SetVectorType(VectorType::CONSTANT_VECTOR);
}

template <typename Make>
void texts(DataChunk& arguments, Vector& result, Make make) {
  each_row(arguments, result, [&](idx_t row, std::optional<std::string_view> found) {
    const std::optional<std::string> text = found ? make(*found) : std::nullopt;
    if (text) FlatVector::GetData<string_t>(result)[row] = StringVector::AddString(result, *text);
    return text.has_value();
  });
}

template <typename T, typename Make>
void numbers(DataChunk& arguments, Vector& result, Make make) {
  each_row(arguments, result, [&](idx_t row, std::optional<std::string_view> found) {
    const std::optional<T> number = found ? make(*found) : std::nullopt;
    if (number) FlatVector::GetData<T>(result)[row] = *number;
    return number.has_value();
  });
}

template <typename Collect>
void lists(DataChunk& arguments, Vector& result, Collect collect) {
  each_row(arguments, result, [&](idx_t row, std::optional<std::string_view> found) {
    std::optional<std::vector<std::string>> items;
    if (found) items = collect(*found);
    FlatVector::GetData<list_entry_t>(result)[row] = {ListVector::GetListSize(result), 0};
    if (!items) return false;
    FlatVector::GetData<list_entry_t>(result)[row].length = items->size();
    for (const auto& item : *items) ListVector::PushBack(result, duckdb::Value(item));
    return true;
  });
}

std::optional<std::vector<std::string>> elements(std::string_view json) {
  JsonReader reader(json);
  if (!reader.begin_array().ok()) return std::nullopt;
  std::vector<std::string> items;
  while (true) {
    const auto more = reader.element();
    if (!more.ok()) return std::nullopt;
    if (!*more) return items;
    const auto value = reader.raw();
    if (!value.ok()) return std::nullopt;
    items.emplace_back(*value);
  }
}

std::optional<std::vector<std::string>> keys(std::string_view json) {
  JsonReader reader(json);
  if (!reader.begin_object().ok()) return std::nullopt;
  std::vector<std::string> names;
  while (true) {
    auto name = reader.key();
    if (!name.ok()) return std::nullopt;
    if (!*name) return names;
    if (!reader.raw().ok()) return std::nullopt;
    names.push_back(**std::move(name));
  }
}

std::optional<uint64_t> length(std::string_view json) {
  if (const auto items = elements(json)) return items->size();
  if (const auto names = keys(json)) return names->size();
  return std::nullopt;
}

void get(DataChunk& arguments, ExpressionState&, Vector& result) {
  texts(arguments, result, [](std::string_view json) { return std::optional(std::string(json)); });
}
void get_text(DataChunk& arguments, ExpressionState&, Vector& result) { texts(arguments, result, as_text); }
void get_string(DataChunk& arguments, ExpressionState&, Vector& result) { texts(arguments, result, as_string); }
void get_integer(DataChunk& arguments, ExpressionState&, Vector& result) {
  numbers<int64_t>(arguments, result, [](std::string_view json) -> std::optional<int64_t> {
    const auto number = JsonReader(json).integer();
    if (!number.ok()) return std::nullopt;
    return *number;
  });
}
void get_real(DataChunk& arguments, ExpressionState&, Vector& result) {
  numbers<double>(arguments, result, [](std::string_view json) -> std::optional<double> {
    const auto text = JsonReader(json).number();
    double number = 0;
    if (!text.ok()) return std::nullopt;
    if (std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc()) return std::nullopt;
    return number;
  });
}
void get_boolean(DataChunk& arguments, ExpressionState&, Vector& result) {
  numbers<bool>(arguments, result, [](std::string_view json) -> std::optional<bool> {
    const auto value = JsonReader(json).boolean();
    if (!value.ok()) return std::nullopt;
    return *value;
  });
}
void get_length(DataChunk& arguments, ExpressionState&, Vector& result) {
  numbers<uint64_t>(arguments, result, length);
}
void get_array(DataChunk& arguments, ExpressionState&, Vector& result) { lists(arguments, result, elements); }
void get_keys(DataChunk& arguments, ExpressionState&, Vector& result) { lists(arguments, result, keys); }
void contains(DataChunk& arguments, ExpressionState&, Vector& result) {
  each_row(arguments, result, [&](idx_t row, std::optional<std::string_view> found) {
    FlatVector::GetData<bool>(result)[row] = found.has_value();
    return true;
  });
}

// The document and the keys are texts, places are BIGINT.
duckdb::unique_ptr<FunctionData> bind(ClientContext&, ScalarFunction& function,
                                      vector<duckdb::unique_ptr<Expression>>& arguments) {
  if (arguments.empty()) throw BinderException("%s expects a JSON text", function.name);
  function.arguments.clear();
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto& type = arguments[i]->return_type;
    if (i > 0 && type.id() == LogicalTypeId::UNKNOWN) throw ParameterNotResolvedException();
    function.arguments.push_back(i > 0 && type.IsIntegral() ? LogicalType::BIGINT : LogicalType::VARCHAR);
  }
  function.varargs = LogicalType(LogicalTypeId::INVALID);
  return nullptr;
}

}  // namespace

void register_json(ExtensionLoader& loader) {
  const auto add = [&](std::initializer_list<const char*> names, const LogicalType& type, scalar_function_t run) {
    for (const auto* name : names) {
      ScalarFunction function(name, {}, type, run, bind);
      function.varargs = LogicalType::ANY;
      function.SetNullHandling(FunctionNullHandling::SPECIAL_HANDLING);
      ScalarFunctionSet set(name);
      set.AddFunction(function);
      replace(loader, set);
    }
  };
  const auto text = LogicalType::VARCHAR;
  add({"kalam_json_member", "json_get", "json_get_json", "json_from_scalar"}, text, get);
  add({"kalam_json_text", "json_as_text"}, text, get_text);
  add({"kalam_json_has", "json_contains"}, LogicalType::BOOLEAN, contains);
  add({"json_get_str"}, text, get_string);
  add({"json_get_int"}, LogicalType::BIGINT, get_integer);
  add({"json_get_float"}, LogicalType::DOUBLE, get_real);
  add({"json_get_bool"}, LogicalType::BOOLEAN, get_boolean);
  add({"json_length"}, LogicalType::UBIGINT, get_length);
  add({"json_get_array"}, LogicalType::LIST(text), get_array);
  add({"json_object_keys", "json_keys"}, LogicalType::LIST(text), get_keys);
}

}  // namespace kalam::duck
