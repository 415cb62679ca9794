// What the structs of commands and responses are made of.

#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "codec/system_schemas.h"
#include "types/ids.h"
#include "types/schema.h"
#include "types/value.h"

namespace kalam::codec {

// A member and its name on the wire. An optional member may be absent or null there; any other must be present.
template <typename Member>
struct Field {
  std::string_view name;
  Member member;
};
// The one member of a struct that stands for the whole of it: `{"RowsAffected": 3}`, without a map inside.
template <typename Member>
struct Content {
  Member member;
};

// A row as it travels: values by the name of their column, readable whatever happened to the table since.
using NamedValues = std::map<std::string, Value>;

// A complete record of a system model, in the bytes in which it is stored (model_codec.h): they are checked against the
// schema of the model whenever the command is encoded or decoded.
template <SystemModel M>
struct Stored {
  static constexpr SystemModel kModel = M;
  std::string bytes;
  bool operator==(const Stored&) const = default;
};

// A table as it is called, whether or not anybody may call one so.
struct RawTableId {
  std::string ns;
  std::string table;
  static constexpr auto fields() {
    return std::tuple(Field{"namespace", &RawTableId::ns}, Field{"table", &RawTableId::table});
  }
  bool operator==(const RawTableId&) const = default;
};

}  // namespace kalam::codec
