// Dates, times of day and timestamps as text, in the proleptic Gregorian calendar.

#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam {

inline constexpr int64_t kMicrosPerDay = 86'400'000'000;

// "2023-01-01"; a time behind it is checked and dropped. Days since 1970-01-01.
Result<int32_t> parse_date(std::string_view text);

// "10:00", "10:00:00", "10:00:00.123456". Microseconds since midnight.
Result<int64_t> parse_time(std::string_view text);

// "2023-01-01", "2023-01-01 10:00:00.5", "2023-01-01T12:00:00+02:00". Microseconds since the epoch in UTC: without a
// zone the text is UTC, with one it is converted. Digits beyond microseconds are cut.
Result<int64_t> parse_timestamp(std::string_view text);

std::string print_date(int32_t days);         // 2023-01-01; +12023-01-01 and -0001-01-01 beyond four digits
std::string print_time(int64_t micros);       // 10:00:00, 10:00:00.500
std::string print_timestamp(int64_t micros);  // 2023-01-01T10:00:00

}  // namespace kalam
