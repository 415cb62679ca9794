// The schema of every stored system model: its id, its fields as the .fbs names them, and the generated verifier.
// One schema file per model (schema/system/<model>.fbs); field id = id of the column - 1.

#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/envelope.h"

namespace kalam::codec {

enum class SystemModel : uint8_t {
  user,
  namespace_,
  storage,
  job,
  job_node,
  audit_log_entry,
  manifest_cache_entry,
  topic,
  topic_offset,
  table_definition,
  topic_message,
  vector_hot_op,
  sql_view,
};
inline constexpr size_t kSystemModels = 13;

enum class FieldType : uint8_t { boolean, i16, i32, i64, u32, u64, text, bytes, floats, other };
std::string_view name_of(FieldType type);

struct ModelField {
  uint16_t id = 0;
  std::string name;
  FieldType type = FieldType::other;
  bool nullable = false;
  bool retired = false;  // never written, ignored when read; the id is not given out again
};

class SystemSchema {
 public:
  // `verify` is the generated verifier; `reflection` the generated binary schema.
  using Verify = bool (*)(const uint8_t* bytes, size_t size);
  SystemSchema(std::string_view model, Verify verify, std::string_view reflection);

  const PayloadSchema& payload() const { return payload_; }
  std::string_view model() const { return model_; }                  // "audit_log_entry"
  const std::vector<ModelField>& fields() const { return fields_; }  // by id, retired ones included
  const ModelField* field(std::string_view name) const;
  const ModelField* field(uint16_t id) const { return id < fields_.size() ? &fields_[id] : nullptr; }

  // Is this a structurally sound table of the model? Reads in place when the bytes are aligned, else copies them.
  bool verify(std::string_view payload) const;

 private:
  std::string model_;
  PayloadSchema payload_;
  Verify verify_;
  std::vector<ModelField> fields_;
};

const SystemSchema& system_schema(SystemModel model);
const SystemSchema* find_system_schema(std::string_view schema_id);  // null: none of ours
std::span<const SystemModel> all_system_models();

}  // namespace kalam::codec
