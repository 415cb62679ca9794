#include "query/statements/audited_write.h"

#include "base/log.h"
#include "types/ascii.h"
#include "types/generated_ids.h"
#include "types/json_text.h"

namespace kalam::query {

catalog::AuditLogEntry audit_entry(Audited audited, const Services& services, const Session& session) {
  const auto now_ms = services.clock.now_ms();
  catalog::AuditLogEntry entry;
  const auto unique = make_uuid_v4(services.random);
  entry.audit_id = AuditId("audit_" + std::to_string(now_ms) + "_" +
                           to_hex({reinterpret_cast<const char*>(unique.data()), unique.size()}));
  entry.timestamp = catalog::timestamp(now_ms);
  entry.actor_user_id = session.actor.user;
  entry.action = std::move(audited.action);
  entry.target = std::move(audited.target);
  entry.details = std::move(audited.details);
  if (!session.client_address.empty()) entry.ip_address = session.client_address;
  if (session.viewer.user != session.actor.user) entry.subject_user_id = session.viewer.user;
  return entry;
}

Result<commands::Applied> write(std::vector<commands::Change> changes, std::vector<Audited> audited,
                                const Services& services, const Session& session) {
  commands::CatalogWrite command{.changes = std::move(changes), .audit = {}, .at_ms = services.clock.now_ms()};
  for (auto& each : audited) command.audit.push_back(audit_entry(std::move(each), services, session));
  return services.writer.write(std::move(command));
}

QueryReply AuditedRead::done(QueryReply reply, std::string action, std::string target) const {
  if (!services_.options.audit_reads) return reply;
  std::string details;
  const auto took_us = (services_.clock.monotonic() - began_).count();
  JsonText(details).begin_object().key("took").number(static_cast<double>(took_us) / 1000).end_object();
  auto written = write({}, {{std::move(action), target, std::move(details)}}, services_, session_);
  if (!written.ok()) {
    log::warn("query", "a read is missing in the audit log", {{"target", target}, {"error", written.error().message}});
  }
  return reply;
}

}  // namespace kalam::query
