#include "catalog/models/audit_log_entry.h"

namespace kalam::catalog {

template <>
const Model<AuditLogEntry>& model<AuditLogEntry>() {
  static const Model<AuditLogEntry> audit_log{
      .schema = codec::SystemModel::audit_log_entry,
      .table = "audit_log",
      .comment = "System audit log for security and compliance tracking",
      .fields = {
          field<&AuditLogEntry::audit_id>(1, "audit_id").key().comment("Identity, rising with time"),
          field<&AuditLogEntry::timestamp>(2, "timestamp").comment("When it happened"),
          field<&AuditLogEntry::actor_user_id>(3, "actor_user_id").comment("Who did it"),
          field<&AuditLogEntry::action>(4, "action").comment("What was done"),
          field<&AuditLogEntry::target>(5, "target").comment("What it was done to"),
          field<&AuditLogEntry::details>(6, "details").comment("More about it; never a secret"),
          field<&AuditLogEntry::ip_address>(7, "ip_address").comment("Address of the client"),
          field<&AuditLogEntry::subject_user_id>(8, "subject_user_id").comment("In whose name"),
      }};
  return audit_log;
}

}  // namespace kalam::catalog
