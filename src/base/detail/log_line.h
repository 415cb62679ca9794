// How a log event looks as one line of text. What users and other machines wrote cannot end the line, hide in it or
// steer the terminal that shows it: control characters are escaped, and what is not UTF-8 becomes U+FFFD.

#pragma once
#include <string>
#include <string_view>

#include "base/log.h"

namespace kalam::log::detail {

// The parts of an event beside what the caller says.
struct Origin {
  std::string timestamp;  // 2026-01-02T03:04:05.678901Z
  std::string thread;

  static Origin here_and_now();
};

// ` table=chat.drafts rows=3`; values that would blur the line are quoted as in JSON.
std::string compact_fields(Fields fields);

// 2026-01-02T03:04:05.678901Z  INFO main store: flush finished table=chat.drafts rows=3
std::string compact_line(const Origin& origin, Level level, std::string_view target, std::string_view message,
                         Fields fields);

// {"timestamp":"…","level":"INFO","target":"store","threadName":"main","message":"flush finished","rows":3}
std::string json_line(const Origin& origin, Level level, std::string_view target, std::string_view message,
                      Fields fields);

}  // namespace kalam::log::detail
