// Writer: the one way in for every write. Commands of many callers become one durable step; each caller gets his answer
// when it is on disk.

#pragma once
#include <optional>

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
  explicit Writer(cluster::Log& log) : log_(log) {}

  // Waits: not for I/O threads. What was refused has changed nothing.
  Result<Applied> write(Command command, WriteOptions options = {});

 private:
  cluster::Log& log_;
};

}  // namespace kalam::commands
