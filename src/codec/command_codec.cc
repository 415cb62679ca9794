#include "codec/command_codec.h"

#include <flatbuffers/flexbuffers.h>

#include <array>

#include "base/utf8.h"
#include "codec/detail/flex_scalar.h"
#include "codec/detail/meter.h"
#include "codec/model_codec.h"
#include "codec/table_definition_codec.h"

namespace kalam::codec {
namespace {

using detail::flex_error;
using detail::FlexMessage;
using flexbuffers::Builder;
using flexbuffers::Reference;

// How a type travels. Each type, or family of types, says it once: write what it is, read it strictly. Whatever is
// refused when read is refused when written.
template <typename T>
struct Flex;

template <typename T>
Status write(Builder& builder, const T& value) {
  return Flex<T>::write(builder, value);
}
template <typename T>
Result<T> read(FlexMessage& message, Reference from) {
  return Flex<T>::read(message, from);
}

template <>
struct Flex<bool> {
  static Status write(Builder& builder, bool value) {
    builder.Bool(value);
    return {};
  }
  static Result<bool> read(FlexMessage& message, Reference from) { return detail::flex_bool(message, from); }
};

template <std::integral T>
struct Flex<T> {
  static Status write(Builder& builder, T value) {
    if constexpr (std::is_signed_v<T>) builder.Int(value);
    else builder.UInt(value);
    return {};
  }
  static Result<T> read(FlexMessage& message, Reference from) {
    if constexpr (std::is_signed_v<T>) return narrow<T>(TRY(detail::flex_signed(message, from)));
    else return narrow<T>(TRY(detail::flex_unsigned(message, from)));
  }
};

template <>
struct Flex<std::string> {
  static Status write(Builder& builder, std::string_view text) {
    if (!is_utf8(text)) return flex_error("text is not valid UTF-8");
    builder.String(text.data(), text.size());
    return {};
  }
  static Result<std::string> read(FlexMessage& message, Reference from) { return detail::flex_text(message, from); }
};

// Ids with rules go through the rules in both directions.
Result<NamespaceId> parsed(std::string text, NamespaceId*) { return parse_namespace_id(text); }
Result<UserId> parsed(std::string text, UserId*) { return parse_user_id(text); }
Result<StorageId> parsed(std::string text, StorageId*) { return parse_storage_id(text); }
Result<TransactionId> parsed(std::string text, TransactionId*) { return parse_transaction_id(text); }
template <typename Id>
Result<Id> parsed(std::string text, Id*) {
  return Id(std::move(text));
}

template <typename Tag, typename Rep>
struct Flex<StrongId<Tag, Rep>> {
  using Id = StrongId<Tag, Rep>;
  static Status write(Builder& builder, const Id& id) {
    if constexpr (std::is_same_v<Rep, std::string>) {
      if (TRY(parsed(id.value(), static_cast<Id*>(nullptr))) != id) return flex_error("not as this id is written");
    }
    return codec::write(builder, id.value());
  }
  static Result<Id> read(FlexMessage& message, Reference from) {
    auto value = TRY(codec::read<Rep>(message, from));
    if constexpr (std::is_same_v<Rep, std::string>) return parsed(std::move(value), static_cast<Id*>(nullptr));
    else return Id(value);
  }
};

template <>
struct Flex<TableId> {
  static Status write(Builder& builder, const TableId& id) {
    const auto text = id.dotted();
    if (TRY(parse_table_id(text)) != id) return flex_error("not as a table id is written");
    return codec::write(builder, text);
  }
  static Result<TableId> read(FlexMessage& message, Reference from) {
    return parse_table_id(TRY(detail::flex_text(message, from)));
  }
};

// Enums travel as words.
template <typename T>
Result<T> known(std::optional<T> value, const std::string& word) {
  if (!value) return flex_error("unknown word '" + word + "'");
  return *value;
}

template <>
struct Flex<TableType> {
  static Status write(Builder& builder, TableType type) { return codec::write(builder, std::string(name_of(type))); }
  static Result<TableType> read(FlexMessage& message, Reference from) {
    const auto word = TRY(detail::flex_text(message, from));
    return known(parse_table_type(word), word);
  }
};
template <>
struct Flex<AccessLevel> {
  static Status write(Builder& builder, AccessLevel level) {
    return codec::write(builder, std::string(name_of(level)));
  }
  static Result<AccessLevel> read(FlexMessage& message, Reference from) {
    const auto word = TRY(detail::flex_text(message, from));
    return known(parse_access_level(word), word);
  }
};
template <>
struct Flex<Role> {
  static Status write(Builder& builder, Role role) { return codec::write(builder, std::string(name_of(role))); }
  static Result<Role> read(FlexMessage& message, Reference from) {
    const auto word = TRY(detail::flex_text(message, from));
    return known(parse_role(word), word);
  }
};

// Enums without words elsewhere: insert, update, remove.
template <typename E>
  requires std::same_as<E, command::Operation> || std::same_as<E, ChangeKind>
struct Flex<E> {
  static constexpr std::array<std::string_view, 3> kWords = {"Insert", "Update", "Delete"};  // as in the enum
  static Status write(Builder& builder, E value) {
    return codec::write(builder, std::string(kWords[static_cast<size_t>(value)]));
  }
  static Result<E> read(FlexMessage& message, Reference from) {
    const auto word = TRY(detail::flex_text(message, from));
    for (size_t i = 0; i < kWords.size(); ++i) {
      if (word == kWords[i]) return static_cast<E>(i);
    }
    return flex_error("unknown word '" + word + "'");
  }
};

template <>
struct Flex<DataType> {
  static Status write(Builder& builder, const DataType& type) {
    std::string bytes;
    type.encode(bytes);
    builder.Blob(bytes.data(), bytes.size());
    return {};
  }
  static Result<DataType> read(FlexMessage& message, Reference from) {
    return DataType::decode(TRY(detail::flex_blob(message, from)));
  }
};

// What has a JSON form, travels in it.
template <>
struct Flex<ColumnDefault> {
  static Status write(Builder& builder, const ColumnDefault& value) { return codec::write(builder, value.json()); }
  static Result<ColumnDefault> read(FlexMessage& message, Reference from) {
    return ColumnDefault::from_json(TRY(detail::flex_text(message, from)));
  }
};
template <>
struct Flex<TableOptions> {
  static Status write(Builder& builder, const TableOptions& options) { return codec::write(builder, json_of(options)); }
  static Result<TableOptions> read(FlexMessage& message, Reference from) {
    return table_options_from_json(TRY(detail::flex_text(message, from)));
  }
};

template <>
struct Flex<TableDefinition> {
  static Status write(Builder& builder, const TableDefinition& definition) {
    const auto bytes = TRY(encode_table_definition(definition));
    TRY(decode_table_definition(bytes));
    builder.Blob(bytes.data(), bytes.size());
    return {};
  }
  static Result<TableDefinition> read(FlexMessage& message, Reference from) {
    return decode_table_definition(TRY(detail::flex_blob(message, from)));
  }
};

template <SystemModel M>
struct Flex<Stored<M>> {
  static Status write(Builder& builder, const Stored<M>& model) {
    TRY(ModelReader::open(system_schema(M), model.bytes));
    builder.Blob(model.bytes.data(), model.bytes.size());
    return {};
  }
  static Result<Stored<M>> read(FlexMessage& message, Reference from) {
    Stored<M> model{TRY(detail::flex_blob(message, from))};
    TRY(ModelReader::open(system_schema(M), model.bytes));
    return model;
  }
};

template <>
struct Flex<Value> {
  static Status write(Builder& builder, const Value& value) { return detail::write_scalar(builder, value); }
  static Result<Value> read(FlexMessage& message, Reference from) { return detail::read_scalar(message, from); }
};

template <>
struct Flex<NamedValues> {
  static Status check_name(std::string_view name) {
    if (name.empty()) return flex_error("column without a name");
    if (name.size() > kColumnNameBytesMax) return flex_error("name of a column is too long");
    // Keys end at the first zero byte.
    if (!is_utf8(name) || name.find('\0') != std::string_view::npos) return flex_error("name of a column is no text");
    return {};
  }
  static Status write(Builder& builder, const NamedValues& row) {
    const auto start = builder.StartMap();
    for (const auto& [name, value] : row) {
      TRY(check_name(name));
      builder.Key(name);
      TRY(detail::write_scalar(builder, value));
    }
    builder.EndMap(start);
    return {};
  }
  static Result<NamedValues> read(FlexMessage& message, Reference from) {
    if (!from.IsMap()) return flex_error("expected a map");
    const auto map = from.AsMap();
    const auto names = map.Keys();
    const auto values = map.Values();
    if (names.size() != values.size()) return flex_error("a map of unequal sides");
    NamedValues row;
    for (size_t i = 0; i < names.size(); ++i) {
      const std::string_view name = names[i].AsKey();
      TRY(check_name(name));
      // In order, as every writer leaves them, so that no column is there twice.
      if (!row.empty() && !(row.rbegin()->first < name)) return flex_error("columns are out of order");
      auto value = detail::read_scalar(message, values[i]);
      if (!value.ok()) return std::move(value).error().within(std::string(name) + ": ");
      row.emplace_hint(row.end(), name, std::move(*value));
    }
    return row;
  }
};

template <typename T>
struct Flex<std::vector<T>> {
  static Status write(Builder& builder, const std::vector<T>& elements) {
    const auto start = builder.StartVector();
    for (const auto& element : elements) TRY(codec::write(builder, element));
    builder.EndVector(start, false, false);
    return {};
  }
  static Result<std::vector<T>> read(FlexMessage& message, Reference from) {
    if (!from.IsUntypedVector()) return flex_error("expected a vector");
    const auto vector = from.AsVector();
    TRY(message.spend(vector.size()));
    std::vector<T> elements;
    for (size_t i = 0; i < vector.size(); ++i) elements.push_back(TRY(codec::read<T>(message, vector[i])));
    return elements;
  }
};

// Structs: a map of their fields.
template <typename T>
inline constexpr bool kOptional = false;
template <typename T>
inline constexpr bool kOptional<std::optional<T>> = true;

template <typename Struct, typename Member>
Status write_field(Builder& builder, const Struct& from, const Field<Member>& field) {
  const auto& value = from.*field.member;
  if constexpr (kOptional<std::remove_cvref_t<decltype(value)>>) {
    if (!value) return {};
    builder.Key(field.name.data(), field.name.size());
    auto written = write(builder, *value);
    if (!written.ok()) return std::move(written).error().within(std::string(field.name) + ": ");
  } else {
    builder.Key(field.name.data(), field.name.size());
    auto written = write(builder, value);
    if (!written.ok()) return std::move(written).error().within(std::string(field.name) + ": ");
  }
  return {};
}

template <typename Struct, typename Member>
Status read_field(FlexMessage& message, const flexbuffers::Map& map, Struct& into, const Field<Member>& field) {
  using Type = std::remove_cvref_t<decltype(into.*field.member)>;
  const auto from = map[field.name.data()];
  if (from.IsNull()) {
    if constexpr (kOptional<Type>) return {};
    return flex_error("missing " + std::string(field.name));
  }
  const auto keep = [&](auto value) -> Status {
    if (!value.ok()) return std::move(value).error().within(std::string(field.name) + ": ");
    into.*field.member = std::move(*value);
    return {};
  };
  if constexpr (kOptional<Type>) return keep(read<typename Type::value_type>(message, from));
  else return keep(read<Type>(message, from));
}

template <typename T>
concept WithFields = requires { T::fields(); };

template <WithFields T>
inline constexpr bool kUnit = std::is_same_v<decltype(T::fields()), std::tuple<>>;

template <typename T, typename... Members>
Status write_fields(Builder& builder, const T& from, const std::tuple<Field<Members>...>& fields) {
  const auto start = builder.StartMap();
  Status status;
  // Stops at the first that fails.
  std::apply([&](const auto&... field) { (void)((status = write_field(builder, from, field), status.ok()) && ...); },
             fields);
  if (status.ok()) builder.EndMap(start);  // a map that a failure left with a key and no value cannot be ended
  return status;
}
template <typename T, typename Member>
Status write_fields(Builder& builder, const T& from, const Content<Member>& content) {
  return write(builder, from.*content.member);
}

template <typename T, typename... Members>
Status read_fields(FlexMessage& message, Reference from, T& into, const std::tuple<Field<Members>...>& fields) {
  if (!from.IsMap()) return flex_error("expected a map");
  const auto map = from.AsMap();
  Status status;
  std::apply(
      [&](const auto&... field) { (void)((status = read_field(message, map, into, field), status.ok()) && ...); },
      fields);
  return status;
}
template <typename T, typename Member>
Status read_fields(FlexMessage& message, Reference from, T& into, const Content<Member>& content) {
  into.*content.member = TRY(read<std::remove_cvref_t<decltype(into.*content.member)>>(message, from));
  return {};
}

template <WithFields T>
struct Flex<T> {
  static Status write(Builder& builder, const T& from) { return write_fields(builder, from, T::fields()); }
  static Result<T> read(FlexMessage& message, Reference from) {
    T into{};
    TRY(read_fields(message, from, into, T::fields()));
    return into;
  }
};

// Unions: externally tagged.
template <typename... Variants>
struct Flex<std::variant<Variants...>> {
  using Union = std::variant<Variants...>;

  static Status write(Builder& builder, const Union& from) {
    return std::visit(
        [&](const auto& variant) -> Status {
          using Variant = std::remove_cvref_t<decltype(variant)>;
          if constexpr (kUnit<Variant>) {
            builder.String(Variant::kName.data(), Variant::kName.size());
            return {};
          } else {
            const auto start = builder.StartMap();
            builder.Key(Variant::kName.data(), Variant::kName.size());
            auto written = codec::write(builder, variant);
            if (!written.ok()) return std::move(written).error().within(std::string(Variant::kName) + ": ");
            builder.EndMap(start);
            return {};
          }
        },
        from);
  }

  static Result<Union> read(FlexMessage& message, Reference from) {
    TRY(message.spend(1));
    std::string name;
    std::optional<Reference> body;
    if (from.IsString()) {
      name = TRY(detail::flex_text(message, from));
    } else {
      const auto tagged = TRY(detail::flex_tagged(from));
      name = tagged.tag;
      body = tagged.body;
    }
    std::optional<Result<Union>> found;
    (void)((Variants::kName == name && (found.emplace(read_variant<Variants>(message, body)), true)) || ...);
    if (!found) return flex_error("unknown variant '" + name + "'");
    return std::move(*found);
  }

 private:
  template <typename Variant>
  static Result<Union> read_variant(FlexMessage& message, const std::optional<Reference>& body) {
    if constexpr (kUnit<Variant>) {
      if (body) return flex_error("variant '" + std::string(Variant::kName) + "' has no fields");
      return Union(Variant());
    } else {
      if (!body) return flex_error("variant '" + std::string(Variant::kName) + "' without its fields");
      auto variant = codec::read<Variant>(message, *body);
      if (!variant.ok()) return std::move(variant).error().within(std::string(Variant::kName) + ": ");
      return Union(std::move(*variant));
    }
  }
};

// For counters and timing only: a message is told by `v` and `kind`, it has no envelope.
template <CommandMessage T>
const PayloadSchema& measured() {
  static const PayloadSchema schema("kalamdb.raft." + std::string(kKindOf<T>), CodecKind::flexbuffers,
                                    {.oldest = kCommandVersion, .current = kCommandVersion});
  return schema;
}

constexpr std::array kKinds = {kKindOf<RaftCommand>,       kKindOf<MetaCommand>,  kKindOf<UserDataCommand>,
                               kKindOf<SharedDataCommand>, kKindOf<MetaResponse>, kKindOf<DataResponse>,
                               kKindOf<RaftResponse>};

// The root map of bytes that are sound. They must end with a zero byte behind `size`: the library's verifier lets a key
// run to the end of the buffer.
Result<flexbuffers::Map> verified_root(const std::string& bytes) {
  if (bytes.size() > kCommandBytesMax) {
    return Error{ErrorCode::limit_exceeded,
                 "of " + std::to_string(bytes.size()) + " bytes: more than " + std::to_string(kCommandBytesMax)};
  }
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  // The tracker keeps the time linear where bytes refer to one vector again and again.
  std::vector<uint8_t> seen;
  flexbuffers::Verifier verifier(data, bytes.size(), &seen, true, kCommandDepthMax);
  if (!verifier.VerifyBuffer()) return flex_error("structure is damaged or too deep");
  const auto root = flexbuffers::GetRoot(data, bytes.size());
  if (!root.IsMap()) return flex_error("expected a map");
  return root.AsMap();
}

Status check_version(FlexMessage& message, const flexbuffers::Map& root) {
  const auto version = root["v"];
  if (version.IsNull()) return flex_error("missing v");
  const auto v = TRY(detail::flex_unsigned(message, version));
  if (v == kCommandVersion) return {};
  return Error{ErrorCode::unsupported_command_version, "Unsupported command codec version: " + std::to_string(v) +
                                                           " (expected " + std::to_string(kCommandVersion) + ")"};
}

Error unexpected_kind(std::string_view kind, std::string_view expected) {
  return Error{ErrorCode::unknown_command_kind,
               "Unexpected command kind: '" + std::string(kind) + "' (expected '" + std::string(expected) + "')"};
}

Result<std::string> read_kind(FlexMessage& message, const flexbuffers::Map& root) {
  if (root["kind"].IsNull()) return flex_error("missing kind");
  return detail::flex_text(message, root["kind"]);
}

template <CommandMessage T>
Result<T> decode(const std::string& bytes) {
  const auto root = TRY(verified_root(bytes));
  FlexMessage message(bytes.size());
  TRY(check_version(message, root));
  const auto kind = TRY(read_kind(message, root));
  if (kind != kKindOf<T>) return unexpected_kind(kind, kKindOf<T>);
  if (root["payload"].IsNull()) return flex_error("missing payload");
  return read<T>(message, root["payload"]);
}

// Errors of version and kind speak for themselves; the others say which message they are about. What parsers of
// requests call a bad input is damage here.
Error about(std::string_view message, Error error) {
  if (error.code == ErrorCode::unsupported_command_version || error.code == ErrorCode::unknown_command_kind) {
    return error;
  }
  if (error.code == ErrorCode::invalid_input) error.code = ErrorCode::corrupt_payload;
  return std::move(error).within(std::string(message) + " decode failed: ");
}

}  // namespace

template <CommandMessage T>
Result<std::string> encode_command(const T& message) {
  const auto& schema = measured<T>();
  const detail::Timed timed(schema.encode_ns());
  const auto failed = [&](Error error) {
    if (error.code == ErrorCode::corrupt_payload) error.code = ErrorCode::invalid_input;
    return schema.encode_failed(std::move(error).within(std::string(kKindOf<T>) + " encode failed: "));
  };
  Builder builder;
  const auto start = builder.StartMap();
  builder.UInt("v", kCommandVersion);
  builder.Key("kind");
  builder.String(kKindOf<T>.data(), kKindOf<T>.size());
  builder.Key("payload");
  auto written = write(builder, message);
  if (!written.ok()) return failed(std::move(written).error());
  builder.EndMap(start);
  builder.Finish();
  const auto& bytes = builder.GetBuffer();
  if (bytes.size() > kCommandBytesMax) {
    return failed({ErrorCode::limit_exceeded,
                   "of " + std::to_string(bytes.size()) + " bytes: more than " + std::to_string(kCommandBytesMax)});
  }
  schema.payload_bytes().record(bytes.size());
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

template <CommandMessage T>
Result<T> decode_command(std::string_view bytes) {
  const auto& schema = measured<T>();
  const detail::Timed timed(schema.decode_ns());
  auto message = decode<T>(std::string(bytes.substr(0, kCommandBytesMax + 1)));
  if (!message.ok()) return schema.decode_failed(about(kKindOf<T>, std::move(message).error()));
  return message;
}

Result<std::string_view> command_kind(std::string_view bytes) {
  const auto read = [&]() -> Result<std::string_view> {
    const std::string copy(bytes.substr(0, kCommandBytesMax + 1));
    const auto root = TRY(verified_root(copy));
    FlexMessage message(copy.size());
    TRY(check_version(message, root));
    const auto kind = TRY(read_kind(message, root));
    for (const auto known : kKinds) {
      if (kind == known) return known;
    }
    std::string all;
    for (const auto known : kKinds) all.append(all.empty() ? "" : "', '").append(known);
    return unexpected_kind(kind, all);
  };
  auto kind = read();
  if (!kind.ok()) return about("command", std::move(kind).error());
  return kind;
}

#define KALAM_MESSAGE(T)                                    \
  template Result<std::string> encode_command<T>(const T&); \
  template Result<T> decode_command<T>(std::string_view bytes);
KALAM_MESSAGE(RaftCommand)
KALAM_MESSAGE(MetaCommand)
KALAM_MESSAGE(UserDataCommand)
KALAM_MESSAGE(SharedDataCommand)
KALAM_MESSAGE(MetaResponse)
KALAM_MESSAGE(DataResponse)
KALAM_MESSAGE(RaftResponse)
#undef KALAM_MESSAGE

}  // namespace kalam::codec
