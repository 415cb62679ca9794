// Memory and CPU time of a process, as Linux tells them.

#pragma once
#include <chrono>
#include <cstdint>

namespace kalam::load {

// Resident bytes. Throws when there is no such process.
uint64_t resident_bytes(int pid);

// User and system time since it started. Throws when there is no such process.
std::chrono::microseconds cpu_time(int pid);

// As many open files as this process may have.
void allow_many_files();

}  // namespace kalam::load
