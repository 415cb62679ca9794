// Result<T>: a value or an Error. Errors cross module borders as values; exceptions end at the adapter of the library
// that throws them.
//
//   Result<Row> find(Key key) {
//     auto bytes = TRY(store.get(key));          // the value, or return the error
//     if (bytes.empty()) return Error{ErrorCode::not_found, "no such row"};
//     return decode(bytes);
//   }

#pragma once
#include <cassert>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/error.h"

namespace kalam {

template <typename T>
class [[nodiscard]] Result {
  static_assert(!std::is_reference_v<T> && !std::is_same_v<T, Error>);

 public:
  using Value = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  // Anything a T can be made of, so that `return std::nullopt;` and `return "text";` read naturally.
  template <typename U>
    requires(std::is_constructible_v<T, U &&> && std::is_convertible_v<U &&, T> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
             !std::is_same_v<std::remove_cvref_t<U>, Error>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return check(), *std::get_if<0>(&state_); }
  const T& value() const& { return check(), *std::get_if<0>(&state_); }
  T&& value() && { return check(), std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }

  const Error& error() const& { return assert(!ok()), *std::get_if<1>(&state_); }
  Error&& error() && { return assert(!ok()), std::move(*std::get_if<1>(&state_)); }

  T value_or(T other) && { return ok() ? std::move(*this).value() : std::move(other); }

 private:
  void check() const { assert(ok() && "value() of an error"); }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using Value = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  void value() const { assert(ok()); }
  const Error& error() const& { return assert(!ok()), *error_; }
  Error&& error() && { return assert(!ok()), std::move(*error_); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace kalam

// The value of an expression of type Result<T>, or return its error from the enclosing function.
#define TRY(...)                                                    \
  __extension__({                                                   \
    auto kalam_result = (__VA_ARGS__);                              \
    if (!kalam_result.ok()) return std::move(kalam_result).error(); \
    std::move(kalam_result).value();                                \
  })

// The same in a coroutine.
#define CO_TRY(...)                                                    \
  __extension__({                                                      \
    auto kalam_result = (__VA_ARGS__);                                 \
    if (!kalam_result.ok()) co_return std::move(kalam_result).error(); \
    std::move(kalam_result).value();                                   \
  })
