#include "base/crash_point.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <string>

namespace kalam::detail {
namespace {

struct Wanted {
  std::string point;
  std::atomic<int> times{1};
};

Wanted& wanted() {
  static Wanted made = [] {
    const char* text = std::getenv("KALAM_CRASH_POINT");
    std::string point = text ? text : "";
    int times = 1;
    if (const auto colon = point.find(':'); colon != std::string::npos) {
      std::from_chars(point.data() + colon + 1, point.data() + point.size(), times);
      point.resize(colon);
    }
    return Wanted{.point = std::move(point), .times{times}};
  }();
  return made;
}

}  // namespace

const bool crash_wanted = std::getenv("KALAM_CRASH_POINT") != nullptr;

void crash_if_wanted(std::string_view point) {
  if (point == wanted().point && --wanted().times == 0) ::kill(::getpid(), SIGKILL);
}

}  // namespace kalam::detail
