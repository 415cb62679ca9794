// Commands and responses <-> bytes: a FlexBuffers map of `v`, `kind` and `payload`. Unions are externally tagged: the
// bare name for a variant without fields, else a map of one key, the name, to the fields.
//
//   std::string bytes = TRY(encode_command(command));            // a MetaCommand, say
//   if (TRY(command_kind(bytes)) == "meta_command") …            // an entry of a log says what it is
//   auto command = TRY(decode_command<MetaCommand>(bytes));
//
// Always true: what encode_command gives, decode_command accepts and gives back. Keys that are not known are ignored;
// variants that are not known are errors, since replicas that skip what they do not understand would drift apart.
// Reading is bounded: by size, by depth, and by what the bytes can honestly hold, since a buffer may refer to one value
// many times over.

#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/command.h"
#include "codec/response.h"

namespace kalam::codec {

inline constexpr uint16_t kCommandVersion = 1;
inline constexpr size_t kCommandBytesMax = size_t{64} << 20;
inline constexpr size_t kCommandDepthMax = 32;  // maps and vectors in one another, unknown keys included
inline constexpr size_t kColumnNameBytesMax = 1024;

// The messages and the word that each has as its `kind`.
template <typename T>
inline constexpr std::string_view kKindOf = {};
template <>
inline constexpr std::string_view kKindOf<RaftCommand> = "raft_command";
template <>
inline constexpr std::string_view kKindOf<MetaCommand> = "meta_command";
template <>
inline constexpr std::string_view kKindOf<UserDataCommand> = "user_data_command";
template <>
inline constexpr std::string_view kKindOf<SharedDataCommand> = "shared_data_command";
template <>
inline constexpr std::string_view kKindOf<MetaResponse> = "meta_response";
template <>
inline constexpr std::string_view kKindOf<DataResponse> = "data_response";
template <>
inline constexpr std::string_view kKindOf<RaftResponse> = "raft_response";

template <typename T>
concept CommandMessage = !kKindOf<T>.empty();

template <CommandMessage T>
Result<std::string> encode_command(const T& message);

template <CommandMessage T>
Result<T> decode_command(std::string_view bytes);

// The `kind` of a message whose `v` we know. It is one of ours, else `unknown_command_kind`.
Result<std::string_view> command_kind(std::string_view bytes);

// The name of the variant that a message holds, for logs: "CreateTable".
template <typename... Variants>
std::string_view variant_name(const std::variant<Variants...>& message) {
  return std::visit([](const auto& variant) { return std::remove_cvref_t<decltype(variant)>::kName; }, message);
}

}  // namespace kalam::codec
