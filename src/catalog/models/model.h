// Model<M>: the one description of a system model, and what follows from it.
//
//   encode(user), decode<User>(bytes)     bytes in the store, in an envelope
//   row_of(user)                          the values of the columns of system.users
//   to_json(user), from_json<User>(text)  commands and tools
//   table_definition<User>()              the definition of system.users

#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/models/field.h"

namespace kalam::catalog {

template <typename M>
struct Field {
  ColumnSpec spec;
  bool hidden = false;     // stored only: no column of the system table
  bool in_micros = false;  // the table shows microseconds of what is stored in milliseconds

  Value (*value)(const M& model);
  void (*write)(const M& model, uint16_t field, codec::ModelWriter& writer);
  Status (*read)(M& model, const ColumnSpec& spec, const codec::ModelReader& reader);
  Result<Value> (*stored_value)(const ColumnSpec& spec, const codec::ModelReader& reader);  // without making a model
  void (*write_json)(const M& model, JsonText& json);
  Status (*read_json)(M& model, const ColumnSpec& spec, JsonReader& json);

  Field&& key() && {
    spec.primary_key = true;
    return std::move(*this);
  }
  Field&& comment(std::string_view text) && {
    spec.comment = text;
    return std::move(*this);
  }
  Field&& stored_only() && {
    hidden = true;
    return std::move(*this);
  }
  Field&& shown_in_micros() && {
    in_micros = true;
    return std::move(*this);
  }
  Field&& defaults_to_now() && {
    spec.default_value.kind = ColumnDefault::Function{.name = "NOW", .args = {}};
    return std::move(*this);
  }

  ScalarKind shown_kind() const { return in_micros ? ScalarKind::timestamp_us : spec.kind; }
  Value shown(Value stored) const {
    if (!in_micros) return stored;
    return stored.is_null() ? Value::null(ScalarKind::timestamp_us) : Value::timestamp_us(stored.as_int64() * 1000);
  }
};

template <typename M>
struct Model {
  codec::SystemModel schema;
  std::string_view table = {};  // in schema `system`
  std::string_view comment = {};
  std::vector<Field<M>> fields;  // the columns by ordinal, then what is stored only
};

template <typename M>
const Model<M>& model();  // each model specialises it

namespace detail {

template <auto kMember>
struct FieldOf {
  using M = typename Member<decltype(kMember)>::Owner;
  using T = typename Member<decltype(kMember)>::Type;
  using Plain = typename WithoutOptional<T>::Type;
  using Type = FieldType<Plain>;
  using Stored = decltype(Type::store(std::declval<const Plain&>()));
  static constexpr bool kOptional = WithoutOptional<T>::kOptional;

  static Value value(const M& model) { return to_value(model.*kMember); }

  static void write(const M& model, uint16_t field, codec::ModelWriter& writer) {
    if constexpr (kOptional) {
      if (model.*kMember) put(writer, field, Type::store(*(model.*kMember)));
    } else {
      put(writer, field, Type::store(model.*kMember));
    }
  }

  static Status read(M& model, const ColumnSpec& spec, const codec::ModelReader& reader) {
    const auto stored = TRY(stored_in(spec, reader));
    if constexpr (kOptional) {
      if (!stored) {
        model.*kMember = std::nullopt;
        return {};
      }
    }
    auto loaded = Type::load(*stored);
    if (!loaded) return reader.error(impossible(spec, *stored));
    model.*kMember = std::move(*loaded);
    return {};
  }

  static Result<Value> stored_value(const ColumnSpec& spec, const codec::ModelReader& reader) {
    const auto stored = TRY(stored_in(spec, reader));
    if (!stored) return Value::null(Type::kKind);
    // Numbers and plain texts are what they are; the rest (enums, ids, narrow numbers) may be something unknown.
    if constexpr (std::is_same_v<Plain, std::string> || std::is_same_v<Plain, Json> || std::is_same_v<Plain, Stored> ||
                  std::is_same_v<Plain, Timestamp>) {
      return scalar(Type::kKind, *stored);
    } else {
      const auto loaded = Type::load(*stored);
      if (!loaded) return reader.error(impossible(spec, *stored));
      return scalar(Type::kKind, Type::store(*loaded));
    }
  }

  static void write_json(const M& model, JsonText& json) {
    if constexpr (kOptional) {
      if (!(model.*kMember)) {
        json.null();
        return;
      }
      append(json, Type::store(*(model.*kMember)));
    } else {
      append(json, Type::store(model.*kMember));
    }
  }

  static Status read_json(M& model, const ColumnSpec& spec, JsonReader& json) {
    if constexpr (kOptional) {
      if (TRY(json.peek()) == JsonReader::Kind::null) {
        model.*kMember = std::nullopt;
        return json.null();
      }
    }
    const auto stored = TRY(read_stored(json));
    auto loaded = Type::load(stored);
    if (!loaded) return json.error(impossible(spec, stored));
    model.*kMember = std::move(*loaded);
    return {};
  }

 private:
  // Present, unless the field is optional.
  static Result<std::optional<Stored>> stored_in(const ColumnSpec& spec, const codec::ModelReader& reader) {
    if constexpr (kOptional) return get_or_null<Stored>(reader, stored_id(spec));
    else return std::optional<Stored>(TRY(get<Stored>(reader, stored_id(spec))));
  }

  static void append(JsonText& json, const Stored& stored) {
    if constexpr (std::is_same_v<Plain, Json>) append_embedded(json, stored);
    else if constexpr (std::is_same_v<Stored, std::string_view>) json.string(stored);
    else if constexpr (std::is_same_v<Stored, bool>) json.boolean(stored);
    else json.number(stored);
  }

  // Text has to live somewhere while it is loaded.
  using Read = std::conditional_t<std::is_same_v<Stored, std::string_view>, std::string, Stored>;
  static Result<Read> read_stored(JsonReader& json) {
    if constexpr (std::is_same_v<Plain, Json>) return read_embedded(json);
    else if constexpr (std::is_same_v<Stored, std::string_view>) return json.string();
    else if constexpr (std::is_same_v<Stored, bool>) return json.boolean();
    else return narrowed<Stored>(TRY(json.integer()), json);
  }
};

}  // namespace detail

template <auto kMember>
Field<typename detail::FieldOf<kMember>::M> field(uint64_t column_id, std::string_view name) {
  using Of = detail::FieldOf<kMember>;
  return {.spec = column_spec<typename Of::T>(column_id, name),
          .value = Of::value,
          .write = Of::write,
          .read = Of::read,
          .stored_value = Of::stored_value,
          .write_json = Of::write_json,
          .read_json = Of::read_json};
}

// In an envelope, as it lies in the store.
template <typename M>
Result<std::string> encode(const M& value) {
  const auto& description = model<M>();
  codec::ModelWriter writer(codec::system_schema(description.schema));
  for (const auto& field : description.fields) field.write(value, stored_id(field.spec), writer);
  return writer.finish();
}

template <typename M>
Result<M> decode(std::string_view bytes, const codec::Origin& origin = {}) {
  const auto reader = TRY(codec::ModelReader::open(codec::system_schema(model<M>().schema), bytes, origin));
  M value;
  for (const auto& field : model<M>().fields) TRY(field.read(value, field.spec, reader));
  return value;
}

// The columns that the system table shows, in order.
template <typename M>
const std::vector<Field<M>>& columns_of() {
  static const auto columns = [] {
    auto shown = model<M>().fields;
    std::erase_if(shown, [](const Field<M>& field) { return field.hidden; });
    return shown;
  }();
  return columns;
}

template <typename M>
std::vector<Value> row_of(const M& value) {
  std::vector<Value> row;
  for (const auto& field : columns_of<M>()) row.push_back(field.shown(field.value(value)));
  return row;
}

// An object with every field, in order. JSON fields are embedded as JSON.
template <typename M>
std::string to_json(const M& value) {
  std::string text;
  JsonText json(text);
  json.begin_object();
  for (const auto& field : model<M>().fields) {
    json.key(field.spec.name);
    field.write_json(value, json);
  }
  json.end_object();
  return text;
}

// Fields that the model does not know are an error; those that are absent keep the default of the struct when nullable,
// else are an error.
template <typename M>
Result<M> from_json(std::string_view text) {
  const auto& fields = model<M>().fields;
  std::vector<bool> seen(fields.size());
  M value;
  JsonReader json(text);
  TRY(json.begin_object());
  while (const auto key = TRY(json.key())) {
    const auto field = std::ranges::find(fields, *key, [](const Field<M>& f) { return f.spec.name; });
    if (field == fields.end()) return json.error("unknown field '" + *key + "'");
    TRY(field->read_json(value, field->spec, json));
    seen[static_cast<size_t>(field - fields.begin())] = true;
  }
  TRY(json.end());
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!seen[i] && !fields[i].spec.nullable) return json.error("missing field '" + fields[i].spec.name + "'");
  }
  return value;
}

// A definition of a table of schema `system`, from its columns in order.
TableDefinition system_table_definition(std::string_view table, std::string_view comment,
                                        const std::vector<ColumnSpec>& columns, uint64_t next_column_id);

template <typename M>
TableDefinition table_definition() {
  std::vector<ColumnSpec> columns;
  for (const auto& field : columns_of<M>()) columns.push_back(field.spec);
  uint64_t next_column_id = 1;  // what is stored only takes an id too
  for (const auto& field : model<M>().fields) next_column_id = std::max(next_column_id, field.spec.id.value() + 1);
  return system_table_definition(model<M>().table, model<M>().comment, columns, next_column_id);
}

}  // namespace kalam::catalog
