#include "codec/testing/sample_models.h"

#include <sstream>
#include <vector>

namespace kalam::codec::testing {
namespace {

// The sample value of a field: differs from field to field, and covers negative and wide numbers.
std::string sample_text(const ModelField& field) { return field.name + " \xC3\xA9 " + std::to_string(field.id); }
std::string sample_bytes(const ModelField& field) { return std::string("\0\x01\xFF", 3) + field.name; }
std::vector<float> sample_floats(const ModelField& field) { return {0.5f, -1.25f, static_cast<float>(field.id)}; }
int64_t sample_integer(const ModelField& field) {
  const int64_t small = field.id % 2 ? -(field.id + int64_t{1}) : field.id + int64_t{1};
  switch (field.type) {
    case FieldType::i64: return small * 1'000'000'000'000;
    case FieldType::u64: return (field.id + int64_t{1}) * 1'000'000'000'000;
    case FieldType::u32: return field.id + int64_t{3'000'000'000};
    case FieldType::i32: return small * 1'000'000;
    default: return small * 100;
  }
}
bool sample_boolean(const ModelField& field) { return field.id % 2 == 1; }

bool skipped(const ModelField& field, Filling filling) {
  return field.retired || (filling == Filling::sparse && field.nullable);
}

template <typename T>
void show(std::ostream& out, const T& value) {
  out << value;
}
void show(std::ostream& out, const std::vector<float>& values) {
  for (const auto value : values) out << value << ' ';
}

template <typename T>
void show_result(std::ostream& out, const Result<std::optional<T>>& value) {
  if (!value.ok()) out << value.error();
  else if (!*value) out << "NULL";
  else show(out, **value);
}

}  // namespace

Result<std::string> write_sample(const SystemSchema& schema, Filling filling) {
  ModelWriter writer(schema);
  for (const auto& field : schema.fields()) {
    if (skipped(field, filling)) continue;
    const auto number = sample_integer(field);
    switch (field.type) {
      case FieldType::boolean: writer.boolean(field.id, sample_boolean(field)); break;
      case FieldType::i16: writer.i16(field.id, static_cast<int16_t>(number)); break;
      case FieldType::i32: writer.i32(field.id, static_cast<int32_t>(number)); break;
      case FieldType::i64: writer.i64(field.id, number); break;
      case FieldType::u32: writer.u32(field.id, static_cast<uint32_t>(number)); break;
      case FieldType::u64: writer.u64(field.id, static_cast<uint64_t>(number)); break;
      case FieldType::text: writer.text(field.id, sample_text(field)); break;
      case FieldType::bytes: writer.bytes(field.id, sample_bytes(field)); break;
      case FieldType::floats: writer.floats(field.id, sample_floats(field)); break;
      case FieldType::other: break;
    }
  }
  return writer.finish();
}

std::string describe(const SystemSchema& schema, const ModelReader& reader) {
  std::ostringstream out;
  for (const auto& field : schema.fields()) {
    if (field.retired) continue;
    out << field.name << ": ";
    switch (field.type) {
      case FieldType::boolean: show_result(out, reader.boolean_or_null(field.id)); break;
      case FieldType::i16: show_result(out, reader.i16_or_null(field.id)); break;
      case FieldType::i32: show_result(out, reader.i32_or_null(field.id)); break;
      case FieldType::i64: show_result(out, reader.i64_or_null(field.id)); break;
      case FieldType::u32: show_result(out, reader.u32_or_null(field.id)); break;
      case FieldType::u64: show_result(out, reader.u64_or_null(field.id)); break;
      case FieldType::text: show_result(out, reader.text_or_null(field.id)); break;
      case FieldType::bytes: show_result(out, reader.bytes_or_null(field.id)); break;
      case FieldType::floats: show_result(out, reader.floats_or_null(field.id)); break;
      case FieldType::other: break;
    }
    out << '\n';
  }
  return out.str();
}

std::string describe_sample(const SystemSchema& schema, Filling filling) {
  std::ostringstream out;
  for (const auto& field : schema.fields()) {
    if (field.retired) continue;
    out << field.name << ": ";
    if (skipped(field, filling)) out << "NULL";
    else if (field.type == FieldType::text) out << sample_text(field);
    else if (field.type == FieldType::bytes) out << sample_bytes(field);
    else if (field.type == FieldType::floats) show(out, sample_floats(field));
    else if (field.type == FieldType::boolean) out << sample_boolean(field);
    else out << sample_integer(field);
    out << '\n';
  }
  return out.str();
}

}  // namespace kalam::codec::testing
