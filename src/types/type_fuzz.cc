// Any bytes as the wire form of a type: refused, or a type whose wire form is exactly these bytes.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "types/data_type.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using kalam::DataType;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  if (const auto type = DataType::decode(bytes); type.ok()) {
    std::string again;
    type->encode(again);
    if (again != bytes) std::abort();
    if (DataType::from_json(type->json()).value() != *type) std::abort();
    if (DataType::from_sql(type->sql_name()).value() != *type) std::abort();
  }
  // The same bytes as texts.
  if (const auto type = DataType::from_sql(bytes); type.ok()) {
    if (DataType::from_sql(type->sql_name()).value() != *type) std::abort();
  }
  if (const auto type = DataType::from_arrow_name(bytes); type.ok()) {
    if (!DataType::from_arrow_name(type->arrow_name()).ok()) std::abort();
  }
  return 0;
}
