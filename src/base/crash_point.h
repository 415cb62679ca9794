// KALAM_CRASH_POINT("commit.before_write"): a place where a test lets this process die as if by kill -9.
//
// The environment says where, when the process starts: KALAM_CRASH_POINT=commit.before_write dies there, and
// KALAM_CRASH_POINT=commit.before_write:3 the third time it comes there. Without it a point is one comparison.

#pragma once
#include <string_view>

namespace kalam {

namespace detail {
extern const bool crash_wanted;
void crash_if_wanted(std::string_view point);
}  // namespace detail

}  // namespace kalam

#define KALAM_CRASH_POINT(point)                                                \
  do {                                                                          \
    if (::kalam::detail::crash_wanted) ::kalam::detail::crash_if_wanted(point); \
  } while (false)
