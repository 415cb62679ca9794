// Field: one member of a model, and everything that follows from it: its column in the system table, its place in the
// stored bytes, its value in a row, its member in JSON. A model is a struct and ONE list of fields; there is no second
// list anywhere.
//
//   struct Namespace { NamespaceId namespace_id; …; Timestamp created_at; std::optional<Json> options; };
//
//   field<&Namespace::namespace_id>(1, "namespace_id").key(),
//   field<&Namespace::created_at>(3, "created_at"),
//
// The member's C++ type says the SQL type, and std::optional says nullable (spec serialization §5).

#pragma once
#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "codec/model_codec.h"
#include "types/ascii.h"
#include "types/json_reader.h"
#include "types/json_text.h"
#include "types/role.h"
#include "types/schema.h"
#include "types/value.h"

namespace kalam::catalog {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
using TimestampUs = std::chrono::sys_time<std::chrono::microseconds>;  // rows of views only: models hold milliseconds

inline Timestamp timestamp(int64_t ms) { return Timestamp(std::chrono::milliseconds(ms)); }
inline TimestampUs timestamp_us(int64_t us) { return TimestampUs(std::chrono::microseconds(us)); }

struct Json {
  std::string text;
  bool operator==(const Json&) const = default;
};

// The stored text of each value of an enum; decoding accepts any case. Specialise kTexts for an enum to be a field.
template <typename E, size_t N>
using EnumTexts = std::array<std::pair<E, std::string_view>, N>;
template <typename E>
inline constexpr auto kTexts = nullptr;
// What an unknown text decodes to; for most enums: nothing, and the value is refused.
template <typename E>
inline constexpr std::optional<E> kUnknown = std::nullopt;

template <typename E>
  requires(std::is_enum_v<E> && !std::is_null_pointer_v<std::remove_cv_t<decltype(kTexts<E>)>>)
constexpr std::string_view name_of(E value) {
  for (const auto& [each, text] : kTexts<E>) {
    if (each == value) return text;
  }
  return "unknown";
}
template <typename E>
std::optional<E> parse(std::string_view text) {
  for (const auto& [value, name] : kTexts<E>) {
    if (equal_ignoring_case(text, name)) return value;
  }
  return kUnknown<E>;
}

// What a column is, apart from where its values come from.
struct ColumnSpec {
  ColumnId id{0};
  std::string name;
  DataType type;
  ScalarKind kind = ScalarKind::utf8;
  bool nullable = true;
  bool primary_key = false;
  ColumnDefault default_value;
  std::string comment;
};

// FieldType<T>: which SQL type a C++ type is, and what is stored of it: text, a truth, or a number. `load` refuses what
// `store` cannot have made.
template <typename T>
struct FieldType;

template <TypeTag Tag, ScalarKind Kind, typename T>
struct StoredAsIs {
  static constexpr TypeTag kTag = Tag;
  static constexpr ScalarKind kKind = Kind;
  static T store(T value) { return value; }
  static std::optional<T> load(T stored) { return stored; }
};
template <>
struct FieldType<bool> : StoredAsIs<TypeTag::boolean, ScalarKind::boolean, bool> {};
template <>
struct FieldType<int16_t> : StoredAsIs<TypeTag::smallint, ScalarKind::int16, int16_t> {};
template <>
struct FieldType<int32_t> : StoredAsIs<TypeTag::integer, ScalarKind::int32, int32_t> {};
template <>
struct FieldType<int64_t> : StoredAsIs<TypeTag::bigint, ScalarKind::int64, int64_t> {};

template <>
struct FieldType<uint8_t> {
  static constexpr TypeTag kTag = TypeTag::smallint;
  static constexpr ScalarKind kKind = ScalarKind::int16;
  static int16_t store(uint8_t value) { return value; }
  static std::optional<uint8_t> load(int16_t stored) {
    if (stored < 0 || stored > 255) return std::nullopt;
    return static_cast<uint8_t>(stored);
  }
};

template <typename Tag>
struct FieldType<StrongId<Tag, uint64_t>> {
  static constexpr TypeTag kTag = TypeTag::bigint;
  static constexpr ScalarKind kKind = ScalarKind::int64;
  static int64_t store(StrongId<Tag, uint64_t> id) { return static_cast<int64_t>(id.value()); }
  static std::optional<StrongId<Tag, uint64_t>> load(int64_t stored) {
    if (stored < 0) return std::nullopt;
    return StrongId<Tag, uint64_t>(static_cast<uint64_t>(stored));
  }
};

template <>
struct FieldType<Timestamp> {
  static constexpr TypeTag kTag = TypeTag::timestamp;
  static constexpr ScalarKind kKind = ScalarKind::timestamp_ms;
  static int64_t store(Timestamp time) { return time.time_since_epoch().count(); }
  static std::optional<Timestamp> load(int64_t ms) { return timestamp(ms); }
};

template <>
struct FieldType<std::string> {
  static constexpr TypeTag kTag = TypeTag::text;
  static constexpr ScalarKind kKind = ScalarKind::utf8;
  static std::string_view store(std::string_view text) { return text; }
  static std::optional<std::string> load(std::string_view text) { return std::string(text); }
};
template <>
struct FieldType<std::string_view> : FieldType<std::string> {};  // rows of views

template <typename Tag>
struct FieldType<StrongId<Tag, std::string>> : FieldType<std::string> {
  static std::string_view store(const StrongId<Tag, std::string>& id) { return id.value(); }
  static std::optional<StrongId<Tag, std::string>> load(std::string_view text) {
    if (text.empty()) return std::nullopt;  // no id is empty
    return StrongId<Tag, std::string>(std::string(text));
  }
};

template <>
struct FieldType<Json> : FieldType<std::string> {
  static constexpr TypeTag kTag = TypeTag::json;
  static std::string_view store(const Json& json) { return json.text; }
  static std::optional<Json> load(std::string_view text) { return Json{std::string(text)}; }
};

template <typename E>
  requires(std::is_enum_v<E>)
struct FieldType<E> : FieldType<std::string> {
  static std::string_view store(E value) { return name_of(value); }
  static std::optional<E> load(std::string_view text) { return parse<E>(text); }
};
template <>
struct FieldType<Role> : FieldType<std::string> {
  static std::string_view store(Role role) { return name_of(role); }
  static std::optional<Role> load(std::string_view text) { return parse_role(text); }
};

// Types that only rows of views have.
template <>
struct FieldType<TimestampUs> {
  static constexpr TypeTag kTag = TypeTag::timestamp;
  static constexpr ScalarKind kKind = ScalarKind::timestamp_us;
  static int64_t store(TimestampUs time) { return time.time_since_epoch().count(); }
};
template <>
struct FieldType<uint64_t> : StoredAsIs<TypeTag::bigint, ScalarKind::uint64, uint64_t> {};
struct SmallUnsigned {
  uint8_t value = 0;
};
template <>
struct FieldType<SmallUnsigned> {
  static constexpr TypeTag kTag = TypeTag::smallint;
  static constexpr ScalarKind kKind = ScalarKind::uint8;
  static SmallUnsigned store(SmallUnsigned value) { return value; }
};
template <>
struct FieldType<float> : StoredAsIs<TypeTag::float_, ScalarKind::float32, float> {};

template <typename T>
struct WithoutOptional {
  using Type = T;
  static constexpr bool kOptional = false;
};
template <typename T>
struct WithoutOptional<std::optional<T>> {
  using Type = T;
  static constexpr bool kOptional = true;
};

// A stored value as a scalar of a kind.
inline Value scalar(ScalarKind, std::string_view text) { return Value::text(std::string(text)); }
inline Value scalar(ScalarKind, bool value) { return Value::boolean(value); }
inline Value scalar(ScalarKind, int16_t value) { return Value::int16(value); }
inline Value scalar(ScalarKind, int32_t value) { return Value::int32(value); }
inline Value scalar(ScalarKind, uint64_t value) { return Value::uint64(value); }
inline Value scalar(ScalarKind, SmallUnsigned value) { return Value::uint8(value.value); }
inline Value scalar(ScalarKind, float value) { return Value::float32(value); }
inline Value scalar(ScalarKind kind, int64_t value) {
  if (kind == ScalarKind::timestamp_ms) return Value::timestamp_ms(value);
  if (kind == ScalarKind::timestamp_us) return Value::timestamp_us(value);
  return Value::int64(value);
}

template <typename T>
Value to_value(const T& value) {
  using Plain = WithoutOptional<std::remove_cvref_t<T>>;
  using Type = FieldType<typename Plain::Type>;
  if constexpr (Plain::kOptional) {
    return value ? scalar(Type::kKind, Type::store(*value)) : Value::null(Type::kKind);
  } else {
    return scalar(Type::kKind, Type::store(value));
  }
}

template <typename T>
ColumnSpec column_spec(uint64_t id, std::string_view name) {
  using Plain = WithoutOptional<std::remove_cvref_t<T>>;
  using Type = FieldType<typename Plain::Type>;
  return ColumnSpec{.id = ColumnId(id),
                    .name = std::string(name),
                    .type = DataType(Type::kTag),
                    .kind = Type::kKind,
                    .nullable = Plain::kOptional,
                    .primary_key = false,
                    .default_value = {},
                    .comment = {}};
}

namespace detail {

template <typename T>
struct Member;
template <typename M, typename T>
struct Member<T M::*> {
  using Owner = M;
  using Type = T;
};

}  // namespace detail

// A field's way into the stored bytes and out of them, by the type of what is stored. Field ids are column ids - 1.
inline uint16_t stored_id(const ColumnSpec& spec) { return static_cast<uint16_t>(spec.id.value() - 1); }

inline void put(codec::ModelWriter& writer, uint16_t field, std::string_view text) { writer.text(field, text); }
inline void put(codec::ModelWriter& writer, uint16_t field, bool value) { writer.boolean(field, value); }
inline void put(codec::ModelWriter& writer, uint16_t field, int16_t value) { writer.i16(field, value); }
inline void put(codec::ModelWriter& writer, uint16_t field, int32_t value) { writer.i32(field, value); }
inline void put(codec::ModelWriter& writer, uint16_t field, int64_t value) { writer.i64(field, value); }

template <typename Stored>
Result<std::optional<Stored>> get_or_null(const codec::ModelReader& reader, uint16_t field) {
  if constexpr (std::is_same_v<Stored, std::string_view>) return reader.text_or_null(field);
  else if constexpr (std::is_same_v<Stored, bool>) return reader.boolean_or_null(field);
  else if constexpr (std::is_same_v<Stored, int16_t>) return reader.i16_or_null(field);
  else if constexpr (std::is_same_v<Stored, int32_t>) return reader.i32_or_null(field);
  else return reader.i64_or_null(field);
}
template <typename Stored>
Result<Stored> get(const codec::ModelReader& reader, uint16_t field) {
  if constexpr (std::is_same_v<Stored, std::string_view>) return reader.text(field);
  else if constexpr (std::is_same_v<Stored, bool>) return reader.boolean(field);
  else if constexpr (std::is_same_v<Stored, int16_t>) return reader.i16(field);
  else if constexpr (std::is_same_v<Stored, int32_t>) return reader.i32(field);
  else return reader.i64(field);
}

// What a field holds is nothing its type knows: "role cannot be 'god'".
std::string impossible(const ColumnSpec& spec, std::string_view stored);
inline std::string impossible(const ColumnSpec& spec, std::integral auto stored) {
  return impossible(spec, std::string_view(std::to_string(stored)));
}

// Text of a JSON column is JSON inside JSON; what is not JSON after all travels as a string.
void append_embedded(JsonText& json, std::string_view text);
Result<std::string> read_embedded(JsonReader& json);

template <typename Stored>
Result<Stored> narrowed(int64_t value, const JsonReader& json) {
  if (value < std::numeric_limits<Stored>::min() || value > std::numeric_limits<Stored>::max()) {
    return json.error("number out of range");
  }
  return static_cast<Stored>(value);
}

}  // namespace kalam::catalog
