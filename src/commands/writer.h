// Writer: the one way in for every write. Commands of many callers become one durable step; each caller gets his answer
// when it is on disk.

#pragma once
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "cluster/log.h"
#include "commands/command.h"

namespace kalam::commands {

struct WriteOptions {
  std::optional<codec::command::WriteId> write_id = {};
};

// Safe from any thread.
class Writer {
 public:
  // `worker`: of this node, in the `_seq` of what it writes.
  Writer(cluster::Log& log, const Clock& clock, uint32_t worker = 0) : log_(log), clock_(clock), worker_(worker) {}

  // Waits: not for I/O threads. What was refused has changed nothing.
  Result<Applied> write(Command command, WriteOptions options = {});

 private:
  cluster::Log& log_;
  const Clock& clock_;
  const uint32_t worker_;
};

}  // namespace kalam::commands
