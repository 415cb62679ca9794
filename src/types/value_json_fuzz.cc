// Any text as the JSON we read: parameters, tagged scalars, definitions, FILE references. What is accepted is written
// and read back as the same thing.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "types/cast.h"
#include "types/file_ref.h"
#include "types/json_reader.h"
#include "types/json_value.h"
#include "types/order.h"
#include "types/schema.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kalam;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const bool json = check_json(text).ok();
  require(compact_json(text).ok() == json);
  if (json) require(check_json(*compact_json(text)).ok());

  for (const auto& value : {value_from_tagged_json(text), value_from_json_parameter(text)}) {
    if (!value.ok()) continue;
    require(json);
    const auto again = value_from_tagged_json(tagged_json(*value));
    require(again.ok() && *again == *value);
    require(compare(*again, *value) == 0 && stable_hash(*again) == stable_hash(*value));
    std::string out;
    JsonText writer(out);
    if (write_json(writer, *value).ok()) require(check_json(out).ok());
  }
  if (const auto ref = FileRef::parse(text); ref.ok()) require(FileRef::parse(ref->json()).value() == *ref);
  if (const auto options = table_options_from_json(text); options.ok()) {
    require(table_options_from_json(json_of(*options)).value() == *options);
  }
  if (const auto value = ColumnDefault::from_json(text); value.ok()) {
    require(ColumnDefault::from_json(value->json()).value() == *value);
  }
  // Text on its way into columns of every kind that parses text.
  for (const auto tag : {TypeTag::timestamp, TypeTag::date, TypeTag::time, TypeTag::uuid, TypeTag::boolean,
                         TypeTag::double_, TypeTag::bigint, TypeTag::json}) {
    const auto made = coerce(Value::text(text), tag, "c");
    if (made.ok()) require(is_kept_as(*made, tag));
  }
  const auto decimal = DataType::decimal(38, 10).value();
  if (const auto made = coerce(Value::text(text), decimal, "c"); made.ok()) {
    require(coerce(Value::text(text_of(*made)), decimal, "c").value() == *made);
  }
  const auto embedding = DataType::embedding(3).value();
  if (const auto made = coerce(Value::text(text), embedding, "c"); made.ok()) require(is_kept_as(*made, embedding));
  return 0;
}
