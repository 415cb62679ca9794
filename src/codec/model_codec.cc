#include "codec/model_codec.h"

#include <flatbuffers/flatbuffers.h>

#include "base/counters.h"
#include "base/utf8.h"
#include "codec/detail/flat_reader.h"
#include "codec/detail/meter.h"

namespace kalam::codec {
namespace {

flatbuffers::voffset_t slot(uint16_t field) { return static_cast<flatbuffers::voffset_t>(4 + 2 * field); }

}  // namespace

struct ModelWriter::Parts {
  // A scalar waits until the table is begun: texts and vectors have to lie outside of it.
  struct Scalar {
    uint16_t field;
    FieldType type;
    uint64_t bits;
  };
  struct Reference {
    uint16_t field;
    flatbuffers::uoffset_t offset;
  };

  explicit Parts(const SystemSchema& of) : schema(&of) { builder.ForceDefaults(true); }

  bool accepts(uint16_t field, FieldType type) {
    const auto* known = schema->field(field);
    if (known && known->type == type && !known->retired) return true;
    if (!failure) {
      failure = Error{ErrorCode::internal, std::string(schema->model()) + " has no field " + std::to_string(field) +
                                               " of type " + std::string(name_of(type))};
    }
    return false;
  }
  void scalar(uint16_t field, FieldType type, uint64_t bits) {
    if (accepts(field, type)) scalars.push_back({field, type, bits});
  }
  void reference(uint16_t field, flatbuffers::uoffset_t offset) { references.push_back({field, offset}); }
  void clear() {
    builder.Clear();
    scalars.clear();
    references.clear();
    failure.reset();
  }
  bool written(uint16_t field) const {
    for (const auto& scalar : scalars) {
      if (scalar.field == field) return true;
    }
    for (const auto& reference : references) {
      if (reference.field == field) return true;
    }
    return false;
  }

  const SystemSchema* schema;
  flatbuffers::FlatBufferBuilder builder{512};
  std::vector<Scalar> scalars;
  std::vector<Reference> references;
  std::optional<Error> failure;
};

ModelWriter::ModelWriter(const SystemSchema& schema) : parts_(std::make_unique<Parts>(schema)) {}
ModelWriter::~ModelWriter() = default;
ModelWriter::ModelWriter(ModelWriter&&) noexcept = default;
ModelWriter& ModelWriter::operator=(ModelWriter&&) noexcept = default;

ModelWriter& ModelWriter::text(uint16_t field, std::string_view value) {
  if (!parts_->accepts(field, FieldType::text)) return *this;
  if (!is_utf8(value)) {
    if (!parts_->failure) {
      parts_->failure = Error{ErrorCode::invalid_input, std::string(parts_->schema->model()) + " encode failed: " +
                                                            parts_->schema->field(field)->name + " is not valid UTF-8"};
    }
    return *this;
  }
  parts_->reference(field, parts_->builder.CreateString(value.data(), value.size()).o);
  return *this;
}

ModelWriter& ModelWriter::bytes(uint16_t field, std::string_view value) {
  if (!parts_->accepts(field, FieldType::bytes)) return *this;
  parts_->reference(field,
                    parts_->builder.CreateVector(reinterpret_cast<const uint8_t*>(value.data()), value.size()).o);
  return *this;
}

ModelWriter& ModelWriter::floats(uint16_t field, std::span<const float> values) {
  if (!parts_->accepts(field, FieldType::floats)) return *this;
  parts_->reference(field, parts_->builder.CreateVector(values.data(), values.size()).o);
  return *this;
}

ModelWriter& ModelWriter::boolean(uint16_t field, bool value) {
  return parts_->scalar(field, FieldType::boolean, value), *this;
}
ModelWriter& ModelWriter::i16(uint16_t field, int16_t value) {
  return parts_->scalar(field, FieldType::i16, static_cast<uint64_t>(value)), *this;
}
ModelWriter& ModelWriter::i32(uint16_t field, int32_t value) {
  return parts_->scalar(field, FieldType::i32, static_cast<uint64_t>(value)), *this;
}
ModelWriter& ModelWriter::i64(uint16_t field, int64_t value) {
  return parts_->scalar(field, FieldType::i64, static_cast<uint64_t>(value)), *this;
}
ModelWriter& ModelWriter::u32(uint16_t field, uint32_t value) {
  return parts_->scalar(field, FieldType::u32, value), *this;
}
ModelWriter& ModelWriter::u64(uint16_t field, uint64_t value) {
  return parts_->scalar(field, FieldType::u64, value), *this;
}

Result<std::string> ModelWriter::finish() {
  auto& parts = *parts_;
  const auto& schema = *parts.schema;
  const detail::Timed timed(schema.payload().encode_ns());
  for (const auto& field : schema.fields()) {
    if (parts.failure || field.nullable || field.retired || parts.written(field.id)) continue;
    parts.failure =
        Error{ErrorCode::invalid_input, std::string(schema.model()) + " encode failed: missing " + field.name};
  }
  if (parts.failure) {
    auto error = std::move(*parts.failure);
    parts.clear();
    return schema.payload().encode_failed(std::move(error));
  }
  auto& builder = parts.builder;
  const auto start = builder.StartTable();
  // Wide scalars first: less padding between them.
  for (const auto& [field, type, bits] : parts.scalars) {
    if (type == FieldType::i64 || type == FieldType::u64) builder.AddElement<uint64_t>(slot(field), bits, 0);
  }
  for (const auto& [field, offset] : parts.references) {
    builder.AddOffset(slot(field), flatbuffers::Offset<void>(offset));
  }
  for (const auto& [field, type, bits] : parts.scalars) {
    if (type == FieldType::i32 || type == FieldType::u32) {
      builder.AddElement<uint32_t>(slot(field), static_cast<uint32_t>(bits), 0);
    }
  }
  for (const auto& [field, type, bits] : parts.scalars) {
    if (type == FieldType::i16) builder.AddElement<uint16_t>(slot(field), static_cast<uint16_t>(bits), 0);
  }
  for (const auto& [field, type, bits] : parts.scalars) {
    if (type == FieldType::boolean) builder.AddElement<uint8_t>(slot(field), static_cast<uint8_t>(bits), 0);
  }
  builder.Finish(flatbuffers::Offset<void>(builder.EndTable(start)));
  const std::string_view payload(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  schema.payload().payload_bytes().record(payload.size());
  auto bytes = wrap(schema.payload(), payload);
  parts.clear();
  return bytes;
}

Result<ModelReader> ModelReader::open(const SystemSchema& schema, std::string_view bytes, const Origin& origin) {
  const detail::Timed timed(schema.payload().decode_ns());
  const auto opened = TRY(codec::open(bytes, schema.payload(), origin));
  ModelReader reader(schema, opened.payload);
  // Absent fields first: the verifier would refuse them too, but without a name.
  detail::FlatBuffer buffer(opened.payload);
  const auto table = detail::FlatTable::root(buffer);
  if (!buffer.corrupt()) {
    for (const auto& field : schema.fields()) {
      if (!field.nullable && !field.retired && !table.has(field.id)) return reader.missing(field.id);
    }
  }
  if (buffer.corrupt() || !schema.verify(opened.payload)) return reader.error("damaged FlatBuffers table");
  return reader;
}

Error ModelReader::error(std::string_view what) const {
  return schema_->payload().decode_failed(
      Error{ErrorCode::corrupt_payload, std::string(schema_->model()) + " decode failed: " + std::string(what)});
}

Error ModelReader::missing(uint16_t field) const { return error("missing " + schema_->field(field)->name); }

Status ModelReader::check_type(uint16_t field, FieldType type) const {
  const auto* known = schema_->field(field);
  if (known && known->type == type) return {};
  return Error{ErrorCode::internal, std::string(schema_->model()) + " has no field " + std::to_string(field) +
                                        " of type " + std::string(name_of(type))};
}

template <typename T>
Result<std::optional<T>> ModelReader::scalar(uint16_t field, FieldType type) const {
  TRY(check_type(field, type));
  detail::FlatBuffer buffer(payload_);
  const auto table = detail::FlatTable::root(buffer);
  if (!table.has(field)) return std::nullopt;
  return std::optional<T>(table.scalar<T>(field, T{}));
}

template <typename T>
Result<T> ModelReader::required(Result<std::optional<T>> value, uint16_t field) const {
  auto found = TRY(std::move(value));
  if (!found) return missing(field);
  return std::move(*found);
}

Result<std::optional<std::string_view>> ModelReader::text_or_null(uint16_t field) const {
  TRY(check_type(field, FieldType::text));
  detail::FlatBuffer buffer(payload_);
  const auto text = detail::FlatTable::root(buffer).text(field);
  if (text.data() == nullptr) return std::nullopt;
  if (!is_utf8(text)) return error(schema_->field(field)->name + " is not valid UTF-8");
  return std::optional(text);
}

Result<std::optional<std::string_view>> ModelReader::bytes_or_null(uint16_t field) const {
  TRY(check_type(field, FieldType::bytes));
  detail::FlatBuffer buffer(payload_);
  const auto at = detail::FlatTable::root(buffer).reference(field);
  if (at == 0) return std::nullopt;
  const auto vector = buffer.vector_at(at, 1);
  return std::optional(buffer.bytes(vector.first, vector.size));
}

Result<std::optional<std::vector<float>>> ModelReader::floats_or_null(uint16_t field) const {
  TRY(check_type(field, FieldType::floats));
  detail::FlatBuffer buffer(payload_);
  const auto at = detail::FlatTable::root(buffer).reference(field);
  if (at == 0) return std::nullopt;
  const auto vector = buffer.vector_at(at, sizeof(float));
  std::vector<float> values(vector.size);
  if (vector.size > 0) std::memcpy(values.data(), payload_.data() + vector.first, values.size() * sizeof(float));
  return std::optional(std::move(values));
}

Result<std::optional<bool>> ModelReader::boolean_or_null(uint16_t field) const {
  const auto value = TRY(scalar<uint8_t>(field, FieldType::boolean));
  if (!value) return std::nullopt;
  return std::optional(*value != 0);
}
Result<std::optional<int16_t>> ModelReader::i16_or_null(uint16_t f) const { return scalar<int16_t>(f, FieldType::i16); }
Result<std::optional<int32_t>> ModelReader::i32_or_null(uint16_t f) const { return scalar<int32_t>(f, FieldType::i32); }
Result<std::optional<int64_t>> ModelReader::i64_or_null(uint16_t f) const { return scalar<int64_t>(f, FieldType::i64); }
Result<std::optional<uint32_t>> ModelReader::u32_or_null(uint16_t f) const {
  return scalar<uint32_t>(f, FieldType::u32);
}
Result<std::optional<uint64_t>> ModelReader::u64_or_null(uint16_t f) const {
  return scalar<uint64_t>(f, FieldType::u64);
}

Result<std::string_view> ModelReader::text(uint16_t field) const { return required(text_or_null(field), field); }
Result<std::string_view> ModelReader::bytes(uint16_t field) const { return required(bytes_or_null(field), field); }
Result<std::vector<float>> ModelReader::floats(uint16_t field) const { return required(floats_or_null(field), field); }
Result<bool> ModelReader::boolean(uint16_t field) const { return required(boolean_or_null(field), field); }
Result<int16_t> ModelReader::i16(uint16_t field) const { return required(i16_or_null(field), field); }
Result<int32_t> ModelReader::i32(uint16_t field) const { return required(i32_or_null(field), field); }
Result<int64_t> ModelReader::i64(uint16_t field) const { return required(i64_or_null(field), field); }
Result<uint32_t> ModelReader::u32(uint16_t field) const { return required(u32_or_null(field), field); }
Result<uint64_t> ModelReader::u64(uint16_t field) const { return required(u64_or_null(field), field); }

}  // namespace kalam::codec
