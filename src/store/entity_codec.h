// What a typed store asks of its codecs. A codec may be an empty struct with static functions, or hold a schema.
//
//   struct UserKeyCodec {
//     static std::string encode(const UserId& id);
//     static Result<UserId> decode(std::string_view bytes);
//   };
//   struct UserCodec {
//     static Result<std::string> encode(const User& user);  // or plainly std::string
//     static Result<User> decode(std::string_view bytes);
//     // Optional: only the wanted fields. Any types for what is wanted and what comes out.
//     static Result<Cells> decode_projected(std::string_view bytes, const Columns& wanted);
//   };
//
// A store of users then takes a UserId and nothing else: another kind of id does not compile.
//
// Where scans hand out keys by the million that repeat few ids (the rows of users, the scopes of tables), the key holds
// an InternedId and its codec the Interner (base/interner.h): every scan, filter and projection then has interned ids.
// A full interner ends a scan with `limit_exceeded`.

#pragma once
#include <concepts>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace kalam::store {

template <typename Codec, typename T>
concept CodecFor =
    std::copy_constructible<Codec> && requires(const Codec codec, const T& value, std::string_view bytes) {
      { codec.encode(value) } -> std::convertible_to<Result<std::string>>;
      { codec.decode(bytes) } -> std::same_as<Result<T>>;
    };

// The encoding of a key cannot fail: every key has one.
template <typename Codec, typename K>
concept KeyCodecFor = CodecFor<Codec, K> && requires(const Codec codec, const K& key) {
  { codec.encode(key) } -> std::same_as<std::string>;
};

// Bytes in `partition` that their codec refused: which ones, for the log. The message stays the codec's.
Error at_entry(Error error, std::string_view partition, std::string_view key);

}  // namespace kalam::store
