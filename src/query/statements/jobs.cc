#include <algorithm>

#include "auth/access.h"
#include "query/statements/audited_write.h"
#include "query/statements/naming.h"
#include "query/statements/rows_reply.h"
#include "query/statements/statements.h"
#include "types/ascii.h"
#include "types/json_reader.h"

namespace kalam::query {

namespace {

// "Completed", "Topic cleanup": as sentences begin.
std::string title(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  text[0] = ascii_upper(text[0]);
  return text;
}

// Work that must not stop halfway; and what is left of a dropped table must go in any case.
bool can_be_cancelled(const catalog::Job& job) {
  const bool waiting = job.status == catalog::JobStatus::queued || job.status == catalog::JobStatus::new_;
  switch (job.job_type) {
    case catalog::JobType::cleanup: return false;
    case catalog::JobType::topic_cleanup:
    case catalog::JobType::restore: return waiting;
    default: return true;
  }
}

struct Export {
  std::string user;
  std::string id;
};

Result<Export> read_export(const catalog::Job& job) {
  Export made;
  if (!job.parameters) return made;
  JsonReader json(job.parameters->text);
  TRY(json.begin_object());
  while (const auto key = TRY(json.key())) {
    if (*key == "user_id") made.user = TRY(json.string());
    else if (*key == "export_id") made.id = TRY(json.string());
    else TRY(json.raw());
  }
  TRY(json.end());
  return made;
}

// Where the file can be had; empty while there is none, and for exports that found nothing to export.
std::string download_url(const catalog::Job& job, const Export& made, const Services& services) {
  const bool has_file =
      job.status == catalog::JobStatus::completed && job.message.value_or("").find("Exported ") != std::string::npos;
  return has_file ? services.options.public_origin + "/v1/exports/" + made.user + "/" + made.id : std::string();
}

}  // namespace

Result<QueryReply> run(const sql::KillJob& kill, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::kill_job));
  const auto found = TRY(services.catalog.tables().jobs.get(JobId(kill.job_id)));
  if (!found) return not_found("Job " + kill.job_id + " not found");
  if (is_final(found->status)) {
    return refused("Cannot cancel job in status " + title(catalog::name_of(found->status)));
  }
  if (!can_be_cancelled(*found)) {
    return refused(title(catalog::name_of(found->job_type)) + " jobs cannot be safely cancelled");
  }
  auto job = *found;
  const auto now = catalog::timestamp(services.clock.now_ms());
  job.status = catalog::JobStatus::cancelled;
  job.message = "Cancelled by user";
  if (!job.started_at) job.started_at = now;
  job.finished_at = job.updated_at = now;
  TRY(write({commands::PutJob{std::move(job)}}, {{"KILL_JOB", kill.job_id}}, services, session));
  return QueryReply::done("Job " + kill.job_id + " killed: cancelled");
}

Result<QueryReply> run(const sql::ShowExport&, const Services& services, Session& session) {
  constexpr size_t kShownMax = 20;
  std::vector<std::pair<catalog::Job, Export>> exports;
  auto jobs = TRY(catalog::read_all(services.catalog.tables().jobs));
  for (auto& job : jobs) {
    if (job.job_type != catalog::JobType::user_export) continue;
    auto made = TRY(read_export(job));
    if (made.user == session.viewer.user.value()) exports.emplace_back(std::move(job), std::move(made));
  }
  std::ranges::sort(exports, std::greater(),
                    [](const auto& each) { return std::pair(each.first.created_at, each.first.job_id.value()); });
  if (exports.size() > kShownMax) exports.resize(kShownMax);

  const DataType text(TypeTag::text);
  RowsReply reply({{"job_id", text},
                   {"status", text},
                   {"created_at", DataType(TypeTag::timestamp)},
                   {"message", text},
                   {"download_url", text}});
  for (const auto& [job, made] : exports) {
    const Micros created = job.created_at.time_since_epoch();
    TRY(reply.add(std::array{Value::text(job.job_id.value()), Value::text(std::string(catalog::name_of(job.status))),
                             Value::timestamp_us(created.count()), Value::text(job.message.value_or("")),
                             Value::text(download_url(job, made, services))}));
  }
  return reply.take();
}

}  // namespace kalam::query
