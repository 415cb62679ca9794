// AuditLogEntry: who did what to what. Entries are written once and never changed.

#pragma once
#include "catalog/models/model.h"

namespace kalam::catalog {

struct AuditLogEntry {
  AuditId audit_id;  // begins with the time, so that the order of keys is the order of events
  Timestamp timestamp;
  UserId actor_user_id;
  std::string action;  // CREATE_TABLE, LOGIN, …
  std::string target;
  std::optional<std::string> details;
  std::optional<std::string> ip_address;
  std::optional<UserId> subject_user_id;  // under EXECUTE AS: whose rights were used

  bool operator==(const AuditLogEntry&) const = default;
};

template <>
const Model<AuditLogEntry>& model<AuditLogEntry>();

}  // namespace kalam::catalog
