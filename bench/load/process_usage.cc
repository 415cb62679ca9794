#include "load/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace kalam::load {
namespace {

std::string proc_line(int pid, const std::string& file) {
  std::ifstream stream("/proc/" + std::to_string(pid) + "/" + file);
  std::string line;
  if (!std::getline(stream, line)) throw std::runtime_error("no process " + std::to_string(pid));
  return line;
}

}  // namespace

uint64_t resident_bytes(int pid) {
  std::istringstream fields(proc_line(pid, "statm"));
  uint64_t size_pages = 0;
  uint64_t resident_pages = 0;
  fields >> size_pages >> resident_pages;
  return resident_pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

std::chrono::microseconds cpu_time(int pid) {
  const std::string line = proc_line(pid, "stat");
  // The name of the program may contain anything; it ends with the last parenthesis.
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  int64_t user_ticks = 0;
  int64_t system_ticks = 0;
  fields >> user_ticks >> system_ticks;
  return std::chrono::microseconds((user_ticks + system_ticks) * 1'000'000 / sysconf(_SC_CLK_TCK));
}

void allow_many_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace kalam::load
