#include "codec/detail/row_reader.h"

#include <memory>
#include <vector>

#include "base/utf8.h"
#include "codec/detail/scalar_layout.h"
#include "types/data_type.h"

namespace kalam::codec::detail {
namespace {

// Field ids of RowPayload, schema/row.fbs.
enum RowField : uint32_t { kValues = 0, kTableSchemaVersion = 1 };

Error refuse(ErrorCode code, std::string_view what) {
  return Error{code, std::string("row decode failed: ").append(what)};
}
Error invalid(std::string_view what) { return refuse(ErrorCode::invalid_scalar, what); }
Error damaged() { return refuse(ErrorCode::corrupt_payload, "damaged FlatBuffers table"); }

std::string_view tag_name(ScalarKind kind) {
  switch (kind) {
    case ScalarKind::utf8: return "Utf8";
    case ScalarKind::large_utf8: return "LargeUtf8";
    case ScalarKind::binary: return "Binary";
    case ScalarKind::large_binary: return "LargeBinary";
    case ScalarKind::fixed_binary: return "FixedSizeBinary";
    default: return "Decimal128";
  }
}

}  // namespace

Result<RowReader> RowReader::open(const RowRoot& root, std::string_view kind, std::string_view payload) {
  RowReader reader(payload);
  auto& buffer = reader.buffer_;
  if (!buffer.has_identifier("KROW")) {
    return refuse(ErrorCode::corrupt_payload, "invalid file identifier (expected KROW)");
  }
  const auto missing = [&](std::string_view field) {
    return Error{ErrorCode::corrupt_payload, std::string(kind) + " decode failed: missing " + std::string(field)};
  };
  const auto table = FlatTable::root(buffer);
  if (root.has_user()) reader.user_ = table.text(root.user);
  if (root.seq != RowRoot::kNone) reader.header_.seq = RowSeq(table.scalar<int64_t>(root.seq, 0));
  if (root.commit_seq != RowRoot::kNone) {
    reader.header_.commit_seq = CommitSeq(table.scalar<uint64_t>(root.commit_seq, 0));
  }
  if (root.deleted != RowRoot::kNone) reader.header_.deleted = table.scalar<uint8_t>(root.deleted, 0) != 0;
  const auto fields_at = table.reference(root.fields);
  if (buffer.corrupt()) return damaged();
  if (root.has_user() && reader.user_.data() == nullptr) return missing("user_id");
  if (fields_at == 0) return missing("fields");
  if (root.has_user() && !is_utf8(reader.user_)) return invalid("user_id is not valid UTF-8");

  const FlatTable fields(buffer, fields_at);
  reader.table_schema_version_ = fields.scalar<uint32_t>(kTableSchemaVersion, 0);
  if (const auto values_at = fields.reference(kValues)) {
    reader.values_ = buffer.vector_at(values_at, sizeof(uint32_t));
  }
  if (buffer.corrupt()) return damaged();
  return reader;
}

Status RowReader::read(uint32_t index, Value& into) {
  const FlatTable table(buffer_, buffer_.follow(values_.first + index * uint32_t{sizeof(uint32_t)}));
  if (buffer_.corrupt()) return damaged();
  if (!table.has(kTag)) return refuse(ErrorCode::unknown_scalar_tag, "missing scalar tag");
  const auto tag = table.scalar<uint16_t>(kTag, 0);
  constexpr uint16_t kFallback = 24;  // of other writers: a value that they had no tag for, as text
  if (tag > kFallback) {
    return refuse(ErrorCode::unknown_scalar_tag, "unknown scalar tag " + std::to_string(tag));
  }
  const auto kind = tag == kFallback ? ScalarKind::utf8 : static_cast<ScalarKind>(tag);
  const bool null = table.scalar<uint8_t>(kIsNull, 0) != 0;
  if (!is_sound(table, kind, null)) return damaged();
  switch (kind) {
    case ScalarKind::fixed_binary: return read_fixed(table, null, into);
    case ScalarKind::decimal128: return read_decimal(table, null, into);
    case ScalarKind::embedding: return read_embedding(table, null, into);
    case ScalarKind::timestamp_ms:
    case ScalarKind::timestamp_us:
    case ScalarKind::timestamp_ns: return read_timestamp(table, kind, null, into);
    default: break;
  }
  if (null) {
    into = Value::null(kind);
    return buffer_.corrupt() ? Status(damaged()) : Status();
  }
  switch (kind) {
    case ScalarKind::null: return invalid("Null scalar with is_null = false");
    case ScalarKind::boolean: into = Value::boolean(table.scalar<uint8_t>(kBoolValue, 0) != 0); break;
    case ScalarKind::int8: into = Value::int8(table.scalar<int8_t>(kI8Value, 0)); break;
    case ScalarKind::int16: into = Value::int16(table.scalar<int16_t>(kI16Value, 0)); break;
    case ScalarKind::int32: into = Value::int32(table.scalar<int32_t>(kI32Value, 0)); break;
    case ScalarKind::date32: into = Value::date(table.scalar<int32_t>(kI32Value, 0)); break;
    case ScalarKind::int64: into = Value::int64(table.scalar<int64_t>(kI64Value, 0)); break;
    case ScalarKind::time64_us: into = Value::time(table.scalar<int64_t>(kI64Value, 0)); break;
    case ScalarKind::uint8: into = Value::uint8(table.scalar<uint8_t>(kU8Value, 0)); break;
    case ScalarKind::uint16: into = Value::uint16(table.scalar<uint16_t>(kU16Value, 0)); break;
    case ScalarKind::uint32: into = Value::uint32(table.scalar<uint32_t>(kU32Value, 0)); break;
    case ScalarKind::uint64: into = Value::uint64(table.scalar<uint64_t>(kU64Value, 0)); break;
    case ScalarKind::float32: into = Value::float32(table.scalar<float>(kF32Value, 0)); break;
    case ScalarKind::float64: into = Value::float64(table.scalar<double>(kF64Value, 0)); break;
    default: return read_text(table, kind, into);
  }
  return buffer_.corrupt() ? Status(damaged()) : Status();
}

// Are all fields of the table sound, also those that nobody reads for its kind? The generated verifier asks the same.
bool RowReader::is_sound(const FlatTable& table, ScalarKind kind, bool null) {
  // As we write it, there are no other fields.
  const auto& usual = kScalarLayouts[usual_shape(kind, null)];
  if (table.has_vtable(usual.vtable.data(), usual.vtable_bytes)) return !buffer_.corrupt();

  constexpr uint8_t kText = 0;
  constexpr uint8_t kVector1 = 0x81;  // a vector of elements of one byte
  constexpr uint8_t kVector4 = 0x84;
  // By field id: size of a scalar, or what is referred to.
  constexpr uint8_t kFields[] = {2, 1, 1,     1,        2, 4,     8, 1, 2, 4,        8,
                                 4, 8, kText, kVector1, 4, kText, 1, 1, 4, kVector4, kVector1};
  for (uint32_t field = 0; field < std::size(kFields); ++field) {
    const auto what = kFields[field];
    if (what == kText) table.text(field);
    else if (what < 0x80) table.check_scalar(field, what);
    else if (const auto at = table.reference(field)) buffer_.vector_at(at, what & 0x7F);
  }
  return !buffer_.corrupt();
}

// The text or the bytes of the four kinds that are nothing else.
Status RowReader::read_text(const FlatTable& table, ScalarKind kind, Value& into) {
  const bool is_text = kind == ScalarKind::utf8 || kind == ScalarKind::large_utf8;
  const auto at = table.reference(is_text ? kTextValue : kBytesValue);
  std::string_view found;
  if (at != 0 && is_text) {
    found = buffer_.text_at(at);
  } else if (at != 0) {
    const auto bytes = buffer_.vector_at(at, 1);
    found = buffer_.bytes(bytes.first, bytes.size);
  }
  if (buffer_.corrupt()) return damaged();
  if (at == 0) {
    return invalid(std::string(tag_name(kind)) + " scalar missing " + (is_text ? "text_value" : "bytes_value"));
  }
  if (is_text && !is_utf8(found)) return invalid("text is not valid UTF-8");
  switch (kind) {
    case ScalarKind::utf8: into = Value::text(std::string(found)); break;
    case ScalarKind::large_utf8: into = Value::large_text(std::string(found)); break;
    case ScalarKind::binary: into = Value::binary(std::string(found)); break;
    default: into = Value::large_binary(std::string(found)); break;
  }
  return {};
}

Status RowReader::read_fixed(const FlatTable& table, bool null, Value& into) {
  const auto size = table.scalar<int32_t>(kFixedSize, 0);
  const auto at = null ? 0 : table.reference(kBytesValue);
  const auto bytes = at ? buffer_.vector_at(at, 1) : FlatBuffer::Vector();
  if (buffer_.corrupt()) return damaged();
  if (null) return into = Value::null_fixed_binary(size), Status();
  if (at == 0) return invalid("FixedSizeBinary scalar missing bytes_value");
  if (size < 0 || bytes.size != static_cast<uint32_t>(size)) {
    return invalid("fixed size binary length must be " + std::to_string(size) + ", got " + std::to_string(bytes.size));
  }
  into = Value::fixed_binary(std::string(buffer_.bytes(bytes.first, bytes.size)));
  return {};
}

Status RowReader::read_decimal(const FlatTable& table, bool null, Value& into) {
  const auto precision = table.scalar<uint8_t>(kDecimalPrecision, 0);
  const auto scale = table.scalar<int8_t>(kDecimalScale, 0);
  const auto at = null ? 0 : table.reference(kBytesValue);
  const auto bytes = at ? buffer_.vector_at(at, 1) : FlatBuffer::Vector();
  if (buffer_.corrupt()) return damaged();
  // The bare NULL of a decimal has no parameters at all.
  if (null && precision == 0 && scale == 0) return into = Value::null(ScalarKind::decimal128), Status();
  if (precision < 1 || precision > kDecimalPrecisionMax) {
    return invalid("decimal128 precision must be 1 to 38, got " + std::to_string(precision));
  }
  if (scale < 0 || scale > precision) {
    return invalid("decimal128 scale must be 0 to " + std::to_string(precision) + ", got " + std::to_string(scale));
  }
  if (null) return into = Value::null_decimal(precision, scale), Status();
  if (at == 0) return invalid("Decimal128 scalar missing bytes_value");
  if (bytes.size != sizeof(Int128)) {
    return invalid("decimal128 bytes length must be 16, got " + std::to_string(bytes.size));
  }
  into = Value::decimal(buffer_.load<Int128>(bytes.first), precision, scale);
  return {};
}

Status RowReader::read_embedding(const FlatTable& table, bool null, Value& into) {
  const auto size = table.scalar<int32_t>(kEmbeddingSize, 0);
  const auto values_at = null ? 0 : table.reference(kEmbeddingValues);
  const auto valid_at = null ? 0 : table.reference(kEmbeddingValid);
  const auto values = values_at ? buffer_.vector_at(values_at, sizeof(float)) : FlatBuffer::Vector();
  const auto valid = valid_at ? buffer_.vector_at(valid_at, 1) : FlatBuffer::Vector();
  if (buffer_.corrupt()) return damaged();
  if (null && size == 0) return into = Value::null(ScalarKind::embedding), Status();
  if (size <= 0) return invalid("embedding_size must be > 0");
  if (size > static_cast<int32_t>(kEmbeddingDimensionMax))
    return invalid("embedding_size must be at most 8192, got " + std::to_string(size));
  if (null) return into = Value::null_embedding(size), Status();
  if (values_at == 0) return invalid("embedding scalar missing embedding_values");
  const auto count = static_cast<uint32_t>(size);
  if (values.size < count) {
    return invalid("embedding_values too short (expected " + std::to_string(count) + ", got " +
                   std::to_string(values.size) + ")");
  }
  if (valid_at != 0 && valid.size != count) {
    return invalid("embedding_valid length must be " + std::to_string(count) + ", got " + std::to_string(valid.size));
  }
  std::vector<float> elements(count);
  std::memcpy(elements.data(), buffer_.bytes(values.first, count * 4).data(), count * sizeof(float));
  if (valid_at == 0) return into = Value::embedding(elements), Status();
  const auto flags = std::make_unique<bool[]>(count);
  for (uint32_t i = 0; i < count; ++i) flags[i] = buffer_.load<uint8_t>(valid.first + i) != 0;
  into = Value::embedding(elements, std::span<const bool>(flags.get(), count));
  return {};
}

Status RowReader::read_timestamp(const FlatTable& table, ScalarKind kind, bool null, Value& into) {
  const auto value = null ? 0 : table.scalar<int64_t>(kI64Value, 0);
  const auto text = table.text(kTimezone);
  if (buffer_.corrupt()) return damaged();
  if (!is_utf8(text)) return invalid("timezone is not valid UTF-8");
  std::string zone(text);
  into = null ? Value::null_timestamp(kind, std::move(zone)) : Value::timestamp(kind, value, std::move(zone));
  return {};
}

}  // namespace kalam::codec::detail
