// One stored system model <-> bytes, field by field. The caller (catalog) knows which member of its struct belongs to
// which field; these two classes know the FlatBuffers table, the envelope and the rules.
//
//   ModelWriter writer(system_schema(SystemModel::namespace_));
//   writer.text(0, ns.id.value()).i64(2, ns.created_at_ms);
//   std::string bytes = TRY(writer.finish());
//
//   auto reader = TRY(ModelReader::open(system_schema(SystemModel::namespace_), bytes, origin));
//   std::string_view id = TRY(reader.text(0));
//   std::optional<std::string_view> options = TRY(reader.text_or_null(3));
//
// Always true: what finish() gives, open() accepts; a field that must be there is there; texts are UTF-8.

#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/system_schemas.h"

namespace kalam::codec {

// A field that is not written is NULL. Using a field id for the wrong type is our mistake and fails in finish().
class ModelWriter {
 public:
  explicit ModelWriter(const SystemSchema& schema);
  ~ModelWriter();
  ModelWriter(ModelWriter&&) noexcept;
  ModelWriter& operator=(ModelWriter&&) noexcept;

  ModelWriter& text(uint16_t field, std::string_view value);
  ModelWriter& bytes(uint16_t field, std::string_view value);
  ModelWriter& floats(uint16_t field, std::span<const float> values);
  ModelWriter& boolean(uint16_t field, bool value);
  ModelWriter& i16(uint16_t field, int16_t value);
  ModelWriter& i32(uint16_t field, int32_t value);
  ModelWriter& i64(uint16_t field, int64_t value);
  ModelWriter& u32(uint16_t field, uint32_t value);
  ModelWriter& u64(uint16_t field, uint64_t value);

  // The model in its envelope. Afterwards the writer is empty and may be used for the next value: it keeps its memory.
  Result<std::string> finish();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Views are into the bytes given to open().
class ModelReader {
 public:
  static Result<ModelReader> open(const SystemSchema& schema, std::string_view bytes, const Origin& origin = {});

  // Absent is an error that names the field.
  Result<std::string_view> text(uint16_t field) const;
  Result<std::string_view> bytes(uint16_t field) const;
  Result<std::vector<float>> floats(uint16_t field) const;
  Result<bool> boolean(uint16_t field) const;
  Result<int16_t> i16(uint16_t field) const;
  Result<int32_t> i32(uint16_t field) const;
  Result<int64_t> i64(uint16_t field) const;
  Result<uint32_t> u32(uint16_t field) const;
  Result<uint64_t> u64(uint16_t field) const;

  // Absent is NULL.
  Result<std::optional<std::string_view>> text_or_null(uint16_t field) const;
  Result<std::optional<std::string_view>> bytes_or_null(uint16_t field) const;
  Result<std::optional<std::vector<float>>> floats_or_null(uint16_t field) const;
  Result<std::optional<bool>> boolean_or_null(uint16_t field) const;
  Result<std::optional<int16_t>> i16_or_null(uint16_t field) const;
  Result<std::optional<int32_t>> i32_or_null(uint16_t field) const;
  Result<std::optional<int64_t>> i64_or_null(uint16_t field) const;
  Result<std::optional<uint32_t>> u32_or_null(uint16_t field) const;
  Result<std::optional<uint64_t>> u64_or_null(uint16_t field) const;

  // An error about this value, counted: for values that are sound bytes but no sound model (an unknown enum text).
  Error error(std::string_view what) const;

 private:
  ModelReader(const SystemSchema& schema, std::string_view payload) : schema_(&schema), payload_(payload) {}
  template <typename T>
  Result<std::optional<T>> scalar(uint16_t field, FieldType type) const;
  Status check_type(uint16_t field, FieldType type) const;
  Error missing(uint16_t field) const;
  template <typename T>
  Result<T> required(Result<std::optional<T>> value, uint16_t field) const;

  const SystemSchema* schema_;
  std::string_view payload_;
};

}  // namespace kalam::codec
