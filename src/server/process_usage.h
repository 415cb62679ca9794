// What the system knows of this process. Reads /proc: microseconds, never a disk.

#pragma once
#include <cstdint>
#include <string>

namespace kalam::server {

struct ProcessUsage {
  uint64_t resident_bytes = 0;
  uint64_t open_files = 0;
  uint64_t threads = 0;
  double cpu_seconds = 0;
  double uptime_seconds = 0;
};
ProcessUsage process_usage();

std::string host_name();  // "localhost" when there is none

// "1d 2h 3m", "2h 3m", "3m".
std::string uptime_text(double seconds);

}  // namespace kalam::server
