// Any bytes as a system model: never a crash, and what is accepted is written and read again as the same.
//
// The first byte selects the model, the rest is its payload: the envelope has a fuzzer of its own.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "codec/model_codec.h"
#include "codec/table_definition_codec.h"

namespace kalam::codec {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// Reads every field and writes it again. An error: some text is no text.
Result<std::string> copy(const SystemSchema& schema, const ModelReader& reader) {
  ModelWriter writer(schema);
  for (const auto& field : schema.fields()) {
    if (field.retired) continue;
    switch (field.type) {
      case FieldType::boolean:
        if (const auto value = TRY(reader.boolean_or_null(field.id))) writer.boolean(field.id, *value);
        break;
      case FieldType::i16:
        if (const auto value = TRY(reader.i16_or_null(field.id))) writer.i16(field.id, *value);
        break;
      case FieldType::i32:
        if (const auto value = TRY(reader.i32_or_null(field.id))) writer.i32(field.id, *value);
        break;
      case FieldType::i64:
        if (const auto value = TRY(reader.i64_or_null(field.id))) writer.i64(field.id, *value);
        break;
      case FieldType::u32:
        if (const auto value = TRY(reader.u32_or_null(field.id))) writer.u32(field.id, *value);
        break;
      case FieldType::u64:
        if (const auto value = TRY(reader.u64_or_null(field.id))) writer.u64(field.id, *value);
        break;
      case FieldType::text:
        if (const auto value = TRY(reader.text_or_null(field.id))) writer.text(field.id, *value);
        break;
      case FieldType::bytes:
        if (const auto value = TRY(reader.bytes_or_null(field.id))) writer.bytes(field.id, *value);
        break;
      case FieldType::floats:
        if (const auto value = TRY(reader.floats_or_null(field.id))) writer.floats(field.id, *value);
        break;
      case FieldType::other: break;
    }
  }
  return writer.finish();
}

void run_table_definition(std::string_view bytes) {
  const auto definition = decode_table_definition(bytes);
  if (!definition.ok()) return;
  const auto again = encode_table_definition(*definition);
  require(again.ok());
  const auto reread = decode_table_definition(*again);
  require(reread.ok() && *reread == *definition);
}

void run(std::string_view input) {
  if (input.empty()) return;
  const auto model = static_cast<SystemModel>(static_cast<uint8_t>(input[0]) % kSystemModels);
  const auto& schema = system_schema(model);
  const auto bytes = wrap(schema.payload(), input.substr(1));
  if (model == SystemModel::table_definition) return run_table_definition(bytes);
  const auto reader = ModelReader::open(schema, bytes);
  if (!reader.ok()) return;
  const auto first = copy(schema, *reader);
  if (!first.ok()) return;
  // The bytes of a model follow from its values, so equal bytes are equal values.
  const auto reread = ModelReader::open(schema, *first);
  require(reread.ok());
  const auto second = copy(schema, *reread);
  require(second.ok() && *second == *first);
}

}  // namespace
}  // namespace kalam::codec

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kalam::codec::run(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
