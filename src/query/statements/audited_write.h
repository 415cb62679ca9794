// How statements write: their changes and what the audit log tells of them, as one command; and how statements that
// only read are told of. Spec catalog §12, auth §12.

#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "commands/command.h"
#include "query/query_reply.h"
#include "query/services.h"

namespace kalam::query {

struct Audited {
  std::string action;
  std::string target;
  std::optional<std::string> details = {};
};

// By whom: who authenticated; under EXECUTE AS USER with the target as subject.
catalog::AuditLogEntry audit_entry(Audited audited, const Services& services, const Session& session);

Result<commands::Applied> write(std::vector<commands::Change> changes, std::vector<Audited> audited,
                                const Services& services, const Session& session);

// A read that leaves a row with the time it took. That this row cannot be written is no error of the read.
class AuditedRead {
 public:
  AuditedRead(const Services& services, const Session& session)
      : services_(services), session_(session), began_(services.clock.monotonic()) {}

  QueryReply done(QueryReply reply, std::string action, std::string target) const;

 private:
  const Services& services_;
  const Session& session_;
  const Micros began_;
};

}  // namespace kalam::query
