#include "server/process_usage.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>

namespace kalam::server {

namespace {

const auto started = std::chrono::steady_clock::now();

uint64_t entries_of(const char* path) {
  DIR* const directory = opendir(path);
  if (!directory) return 0;
  uint64_t count = 0;
  while (const auto* const entry = readdir(directory)) count += entry->d_name[0] != '.';
  closedir(directory);
  return count;
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

ProcessUsage process_usage() {
  ProcessUsage usage;
  uint64_t pages = 0, resident_pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident_pages;
  usage.resident_bytes = resident_pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  usage.open_files = entries_of("/proc/self/fd");
  usage.threads = entries_of("/proc/self/task");
  rusage spent{};
  if (getrusage(RUSAGE_SELF, &spent) == 0) usage.cpu_seconds = seconds_of(spent.ru_utime) + seconds_of(spent.ru_stime);
  usage.uptime_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return usage;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

std::string uptime_text(double seconds) {
  const auto minutes = static_cast<uint64_t>(seconds) / 60;
  const auto hours = minutes / 60, days = hours / 24;
  std::string text;
  if (days > 0) text += std::to_string(days) + "d ";
  if (hours > 0) text += std::to_string(hours % 24) + "h ";
  return text + std::to_string(minutes % 60) + "m";
}

}  // namespace kalam::server
