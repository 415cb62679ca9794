// Jobs, live queries, backups and exports.

#include <algorithm>

#include "sql/detail/parsers.h"
#include "types/ascii.h"

namespace kalam::sql {

namespace {

// A path of the server in quotes, which leads nowhere it should not.
Result<std::string> backup_path(Words& words, std::string_view keyword, std::string_view statement) {
  if (!words.accept(keyword)) {
    return invalid("Expected " + std::string(keyword) + " clause in " + std::string(statement));
  }
  auto path = words.accept_text_or_quoted();
  if (!path) return invalid("Backup path must be quoted");
  TRY(expect_nothing_after(words, statement));
  if (trimmed(*path).empty()) return invalid("Backup path cannot be empty");
  if (path->find("..") != std::string::npos) {
    return invalid("Backup path cannot contain '..' (path traversal not allowed)");
  }
  const auto lower = ascii_lower(*path) + "/";
  for (const std::string_view directory : {"/etc/", "/root/", "/var/log/", "c:\\windows\\"}) {
    if (lower.find(directory) != std::string::npos) {
      return invalid("Backup path cannot write to sensitive directory: " + std::string(directory));
    }
  }
  return *std::move(path);
}

}  // namespace

Result<Body> parse_kill_job(Words& words) {
  if (words.peek().kind == TokenKind::unfinished) return invalid("Unterminated string in KILL JOB command");
  auto job = words.accept_bare();
  if (!job) return invalid("KILL JOB requires a job_id");
  if (job->empty()) return invalid("KILL JOB requires a non-empty job_id");
  TRY(expect_nothing_after(words, "KILL JOB"));
  return KillJob{*std::move(job)};
}

Result<Body> parse_kill_live_query(Words& words) {
  auto live = words.accept_bare();
  if (!live || live->empty()) return invalid("KILL LIVE QUERY requires a live_id");
  TRY(expect_nothing_after(words, "KILL LIVE QUERY"));
  return KillLiveQuery{*std::move(live)};
}

Result<Body> parse_backup(Words& words) {
  return Body(BackupDatabase{TRY(backup_path(words, "TO", "BACKUP DATABASE"))});
}

Result<Body> parse_restore(Words& words) {
  return Body(RestoreDatabase{TRY(backup_path(words, "FROM", "RESTORE DATABASE"))});
}

Result<Body> parse_export_user_data(Words& words) {
  TRY(expect_nothing_after(words, "EXPORT USER DATA"));
  return ExportUserData{};
}

Result<Body> parse_show_export(Words& words) {
  TRY(expect_nothing_after(words, "SHOW EXPORT"));
  return ShowExport{};
}

}  // namespace kalam::sql
