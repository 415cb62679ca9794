#include "types/temporal.h"

#include <chrono>
#include <cstdio>
#include <optional>

#include "types/ascii.h"

namespace kalam {
namespace {

Error unreadable(std::string_view kind, std::string_view text, std::string_view why) {
  return Error{ErrorCode::invalid_input,
               "Error parsing " + std::string(kind) + " from '" + std::string(text) + "': " + std::string(why)};
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// Exactly `count` digits.
std::optional<int> take_digits(std::string_view& text, size_t count) {
  if (text.size() < count) return std::nullopt;
  int number = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!is_ascii_digit(text[i])) return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return number;
}

std::optional<int32_t> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return static_cast<int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

// hh:mm[:ss[.f…]], in microseconds.
std::optional<int64_t> take_time(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  int64_t micros = (*hour * 60 + *minute) * int64_t{60'000'000};
  if (!take(text, ':')) return micros;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  micros += *second * int64_t{1'000'000};
  if (!take(text, '.')) return micros;
  int64_t worth = 100'000;
  size_t digits = 0;
  for (; !text.empty() && is_ascii_digit(text.front()); text.remove_prefix(1), ++digits, worth /= 10) {
    micros += (text.front() - '0') * worth;
  }
  if (digits == 0 || digits > 9) return std::nullopt;
  return micros;
}

// Z, ±hh, ±hhmm or ±hh:mm as microseconds east of Greenwich.
std::optional<int64_t> take_zone(std::string_view& text) {
  take(text, ' ');
  if (take(text, 'Z') || take(text, 'z')) return 0;
  const bool west = text.starts_with('-');
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23) return std::nullopt;
  int minutes = 0;
  if (take(text, ':') || !text.empty()) {
    const auto given = take_digits(text, 2);
    if (!given || *given > 59) return std::nullopt;
    minutes = *given;
  }
  const int64_t offset = (*hours * 60 + minutes) * int64_t{60'000'000};
  return west ? -offset : offset;
}

struct Moment {
  int32_t days = 0;
  int64_t micros = 0;  // of the day
  int64_t offset = 0;  // of the zone
};

std::optional<Moment> read_moment(std::string_view text) {
  const auto days = take_date(text);
  if (!days) return std::nullopt;
  Moment moment{*days, 0, 0};
  if (text.empty()) return moment;
  if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
  const auto micros = take_time(text);
  if (!micros) return std::nullopt;
  moment.micros = *micros;
  if (text.empty()) return moment;
  const auto offset = take_zone(text);
  if (!offset || !text.empty()) return std::nullopt;
  moment.offset = *offset;
  return moment;
}

}  // namespace

Result<int32_t> parse_date(std::string_view text) {
  const auto moment = read_moment(text);
  if (!moment) return unreadable("date", text, "expected YYYY-MM-DD");
  return moment->days;
}

Result<int64_t> parse_time(std::string_view text) {
  auto rest = text;
  const auto micros = take_time(rest);
  if (!micros || !rest.empty()) return unreadable("time", text, "expected HH:MM:SS with at most 9 digits of fraction");
  return *micros;
}

Result<int64_t> parse_timestamp(std::string_view text) {
  if (text.size() < 10) return unreadable("timestamp", text, "timestamp must contain at least 10 characters");
  const auto moment = read_moment(text);
  if (!moment) return unreadable("timestamp", text, "expected YYYY-MM-DD HH:MM:SS with an optional fraction and zone");
  return moment->days * kMicrosPerDay + moment->micros - moment->offset;
}

std::string print_date(int32_t days) {
  // std::chrono::year has 16 bits and wraps silently, but the calendar repeats every 400 years.
  constexpr int32_t kDaysOf400Years = 146'097;
  const int32_t rest = (days % kDaysOf400Years + kDaysOf400Years) % kDaysOf400Years;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(rest))};
  const int32_t year =
      static_cast<int>(date.year()) + static_cast<int32_t>((int64_t{days} - rest) / kDaysOf400Years * 400);
  char buffer[32];
  const char* format = year >= 0 && year <= 9999 ? "%04d-%02u-%02u" : "%+05d-%02u-%02u";
  const int length = std::snprintf(buffer, sizeof buffer, format, year, static_cast<unsigned>(date.month()),
                                   static_cast<unsigned>(date.day()));
  return std::string(buffer, static_cast<size_t>(length));
}

std::string print_time(int64_t micros) {
  const auto seconds = micros / 1'000'000;
  const auto fraction = static_cast<int>(micros % 1'000'000);
  char buffer[48];
  int length = std::snprintf(buffer, sizeof buffer, "%02d:%02d:%02d", static_cast<int>(seconds / 3600),
                             static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  std::string text(buffer, static_cast<size_t>(length));
  if (fraction == 0) return text;
  // Milliseconds when that says all, else microseconds.
  length = fraction % 1000 == 0 ? std::snprintf(buffer, sizeof buffer, ".%03d", fraction / 1000)
                                : std::snprintf(buffer, sizeof buffer, ".%06d", fraction);
  return text.append(buffer, static_cast<size_t>(length));
}

std::string print_timestamp(int64_t micros) {
  auto days = micros / kMicrosPerDay;
  auto rest = micros % kMicrosPerDay;
  if (rest < 0) {
    rest += kMicrosPerDay;
    --days;
  }
  return print_date(static_cast<int32_t>(days)) + "T" + print_time(rest);
}

}  // namespace kalam
