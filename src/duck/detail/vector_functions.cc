// COSINE_DISTANCE(vector, query): of an EMBEDDING, a list, or the JSON text of one.

#include <charconv>
#include <cmath>
#include <duckdb/planner/expression.hpp>
#include <optional>

#include "duck/detail/functions.h"
#include "duck/detail/value_bridge.h"
#include "types/json_reader.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: an adapter, it speaks DuckDB

namespace {

std::vector<float> parse(std::string_view json, const char* what) {
  const auto failed = [&](const std::string& why) {
    throw InvalidInputException("COSINE_DISTANCE() failed to parse JSON %s vector: %s", what, why);
  };
  JsonReader reader(json);
  std::vector<float> floats;
  if (const auto opened = reader.begin_array(); !opened.ok()) failed(opened.error().message);
  while (true) {
    const auto more = reader.element();
    if (!more.ok()) failed(more.error().message);
    if (!*more) break;
    if (reader.peek().value_or(JsonReader::Kind::null) == JsonReader::Kind::null && reader.null().ok()) {
      floats.push_back(0);
      continue;
    }
    const auto number = reader.number();
    if (!number.ok()) failed(number.error().message);
    float value = 0;
    const auto parsed = std::from_chars(number->data(), number->data() + number->size(), value);
    if (parsed.ec != std::errc()) failed("a number is out of range");
    floats.push_back(value);
  }
  if (const auto end = reader.end(); !end.ok()) failed(end.error().message);
  return floats;
}

// The vectors of one argument, row by row. NULL elements count as 0.
class Vectors {
 public:
  Vectors(Vector& vector, idx_t count, const char* what) : type_(vector.GetType()), what_(what) {
    vector.ToUnifiedFormat(count, rows_);
    if (type_.id() == LogicalTypeId::VARCHAR) return;
    const bool array = type_.id() == LogicalTypeId::ARRAY;
    auto& child = array ? ArrayVector::GetEntry(vector) : ListVector::GetEntry(vector);
    const auto size = array ? ArrayVector::GetTotalSize(vector) : ListVector::GetListSize(vector);
    child.ToUnifiedFormat(size, elements_);
  }

  // False: NULL, or nothing but NULLs.
  bool read(idx_t row, std::vector<float>& floats) {
    const auto index = rows_.sel->get_index(row);
    if (!rows_.validity.RowIsValid(index)) return false;
    if (index == last_) return floats = last_floats_, last_valid_;
    last_ = index;
    last_floats_.clear();
    last_valid_ = true;
    if (type_.id() == LogicalTypeId::VARCHAR) {
      const auto& text = UnifiedVectorFormat::GetData<string_t>(rows_)[index];
      last_floats_ = parse({text.GetData(), text.GetSize()}, what_);
    } else {
      list_entry_t entry(0, 0);
      if (type_.id() == LogicalTypeId::ARRAY) {
        const auto size = ArrayType::GetSize(type_);
        entry = list_entry_t(index * size, size);
      } else {
        entry = UnifiedVectorFormat::GetData<list_entry_t>(rows_)[index];
      }
      last_valid_ = entry.length == 0;
      for (idx_t i = 0; i < entry.length; ++i) {
        const auto at = elements_.sel->get_index(entry.offset + i);
        const bool valid = elements_.validity.RowIsValid(at);
        last_valid_ = last_valid_ || valid;
        last_floats_.push_back(valid ? UnifiedVectorFormat::GetData<float>(elements_)[at] : 0);
      }
    }
    return floats = last_floats_, last_valid_;
  }

 private:
  const LogicalType type_;
  const char* const what_;
  UnifiedVectorFormat rows_;
  UnifiedVectorFormat elements_;
  idx_t last_ = DConstants::INVALID_INDEX;  // a query is the same for all rows
  std::vector<float> last_floats_;
  bool last_valid_ = false;
};

float distance(const std::vector<float>& a, const std::vector<float>& b) {
  double product = 0;
  double of_a = 0;
  double of_b = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    product += static_cast<double>(a[i]) * b[i];
    of_a += static_cast<double>(a[i]) * a[i];
    of_b += static_cast<double>(b[i]) * b[i];
  }
  if (of_a == 0 || of_b == 0) return 1;
  return static_cast<float>(1 - std::clamp(product / (std::sqrt(of_a) * std::sqrt(of_b)), -1.0, 1.0));
}

void cosine_distance(DataChunk& arguments, ExpressionState&, Vector& result) {
  const bool constant = arguments.AllConstant();
  const auto count = constant ? 1 : arguments.size();
  Vectors vectors(arguments.data[0], count, "row");
  Vectors queries(arguments.data[1], count, "query");
  std::vector<float> vector;
  std::vector<float> query;
  result.SetVectorType(VectorType::FLAT_VECTOR);
  for (idx_t row = 0; row < count; ++row) {
    if (!queries.read(row, query)) throw InvalidInputException("COSINE_DISTANCE() query vector cannot be NULL");
    if (query.empty()) throw InvalidInputException("COSINE_DISTANCE() query vector cannot be empty");
    if (!vectors.read(row, vector)) {
      FlatVector::SetNull(result, row, true);
      continue;
    }
    if (vector.size() != query.size()) {
      throw InvalidInputException("COSINE_DISTANCE() dimension mismatch: row has %d, query has %d", vector.size(),
                                  query.size());
    }
    FlatVector::GetData<float>(result)[row] = distance(vector, query);
  }
  if (constant) result.SetVectorType(VectorType::CONSTANT_VECTOR);
}

// What an argument is brought to; INVALID when it is no vector.
LogicalType vector_type(const LogicalType& type) {
  switch (type.id()) {
    case LogicalTypeId::VARCHAR:
    case LogicalTypeId::STRING_LITERAL: return LogicalType::VARCHAR;
    case LogicalTypeId::ARRAY:
      if (ArrayType::GetChildType(type) == LogicalType::FLOAT) return type;
      return LogicalType::LIST(LogicalType::FLOAT);
    case LogicalTypeId::LIST:
    case LogicalTypeId::SQLNULL: return LogicalType::LIST(LogicalType::FLOAT);
    default: return LogicalType(LogicalTypeId::INVALID);
  }
}

duckdb::unique_ptr<FunctionData> bind(ClientContext&, ScalarFunction& function,
                                      vector<duckdb::unique_ptr<Expression>>& arguments) {
  for (size_t i = 0; i < 2; ++i) {
    const auto& type = arguments[i]->return_type;
    if (type.id() == LogicalTypeId::UNKNOWN) throw ParameterNotResolvedException();
    function.arguments[i] = vector_type(type);
    if (function.arguments[i].id() == LogicalTypeId::INVALID) {
      throw InvalidInputException("COSINE_DISTANCE() %s argument must be a list, got %s", i == 0 ? "vector" : "query",
                                  inferred_type(type).arrow_name());
    }
  }
  return nullptr;
}

}  // namespace

void register_vectors(ExtensionLoader& loader) {
  ScalarFunction function({LogicalType::ANY, LogicalType::ANY}, LogicalType::FLOAT, cosine_distance, bind);
  function.SetNullHandling(FunctionNullHandling::SPECIAL_HANDLING);
  function.SetFallible();
  ScalarFunctionSet set("cosine_distance");
  set.AddFunction(function);
  replace(loader, set);
}

}  // namespace kalam::duck
