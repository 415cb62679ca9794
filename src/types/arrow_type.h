// Arrow's names for types, and the metadata on Arrow fields that keeps JSON and FILE apart from TEXT.

#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "types/data_type.h"

namespace kalam {

inline constexpr std::string_view kArrowTypeKey = "kalam_data_type";
inline constexpr std::string_view kArrowFlagsKey = "kalam_column_flags";

using ArrowMetadata = std::map<std::string, std::string, std::less<>>;

// What clients are told of a column: "pk", "nn", "uq", in this order.
struct ColumnFlags {
  bool primary_key = false;  // implies unique
  bool not_null = false;

  bool empty() const { return !primary_key && !not_null; }
  std::string json() const;  // ["pk","nn","uq"]
};

ArrowMetadata arrow_metadata(const DataType& type, ColumnFlags flags = {});

// The type of a field: metadata first, then its Arrow type, and TEXT when neither says.
DataType from_arrow_field(std::string_view arrow_name, const ArrowMetadata& metadata);

// One row of system.datatypes.
struct ArrowTypeHint {
  std::string_view arrow_type;
  std::string_view kalam_type;
  std::string_view sql_name;
  std::string_view description;
};
std::span<const ArrowTypeHint> arrow_type_hints();

}  // namespace kalam
