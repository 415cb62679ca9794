// What the system knows of this process. Reads /proc: microseconds, never a disk.

#pragma once
#include <cstdint>
#include <string>

namespace kalam::server {

struct ProcessUsage {
  uint64_t resident_bytes = 0;
  uint64_t virtual_bytes = 0;
  uint64_t open_files = 0;
  uint64_t threads = 0;
  double cpu_seconds = 0;
  double uptime_seconds = 0;

  // Of one core, since the start.
  double cpu_percent() const { return uptime_seconds > 0 ? 100 * cpu_seconds / uptime_seconds : 0; }
};
ProcessUsage process_usage();

// What the descriptors of this process are.
struct OpenFiles {
  uint64_t regular = 0;
  uint64_t directories = 0;
  uint64_t local_sockets = 0;
  uint64_t network_sockets = 0;
  uint64_t others = 0;
};
OpenFiles open_files();

struct HostMemory {
  uint64_t total_bytes = 0;
  uint64_t used_bytes = 0;
};
HostMemory host_memory();

std::string host_name();  // "localhost" when there is none

// "1d 2h 3m", "2h 3m", "3m".
std::string uptime_text(double seconds);

}  // namespace kalam::server
