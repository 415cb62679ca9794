#include "server/process_usage.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>

namespace kalam::server {

namespace {

const auto started = std::chrono::steady_clock::now();

template <typename Visit>
void each_entry(const char* path, Visit visit) {
  DIR* const directory = opendir(path);
  if (!directory) return;
  while (const auto* const entry = readdir(directory)) {
    if (entry->d_name[0] != '.') visit(entry->d_name);
  }
  closedir(directory);
}

uint64_t entries_of(const char* path) {
  uint64_t count = 0;
  each_entry(path, [&](const char*) { ++count; });
  return count;
}

void count_descriptor(int descriptor, OpenFiles& files) {
  struct stat what{};
  if (fstat(descriptor, &what) != 0) return;  // closed since
  if (S_ISREG(what.st_mode)) {
    ++files.regular;
  } else if (S_ISDIR(what.st_mode)) {
    ++files.directories;
  } else if (S_ISSOCK(what.st_mode)) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const bool named = getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ++(named && address.ss_family == AF_UNIX ? files.local_sockets : files.network_sockets);
  } else {
    ++files.others;
  }
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

ProcessUsage process_usage() {
  ProcessUsage usage;
  uint64_t pages = 0, resident_pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident_pages;
  const auto page_bytes = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  usage.resident_bytes = resident_pages * page_bytes;
  usage.virtual_bytes = pages * page_bytes;
  usage.open_files = entries_of("/proc/self/fd");
  usage.threads = entries_of("/proc/self/task");
  rusage spent{};
  if (getrusage(RUSAGE_SELF, &spent) == 0) usage.cpu_seconds = seconds_of(spent.ru_utime) + seconds_of(spent.ru_stime);
  usage.uptime_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return usage;
}

OpenFiles open_files() {
  OpenFiles files;
  each_entry("/proc/self/fd", [&](const char* name) { count_descriptor(std::atoi(name), files); });
  return files;
}

HostMemory host_memory() {
  HostMemory memory;
  uint64_t available_bytes = 0;
  std::ifstream file("/proc/meminfo");
  std::string name, unit;
  for (uint64_t kib = 0; file >> name >> kib && std::getline(file, unit);) {
    if (name == "MemTotal:") memory.total_bytes = kib << 10;
    if (name == "MemAvailable:") available_bytes = kib << 10;
  }
  memory.used_bytes = memory.total_bytes - std::min(available_bytes, memory.total_bytes);
  return memory;
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
