// system.server_logs: the lines of this server's log file as rows, in the order of the file.
//
// Read line by line while the rows are asked for. A line that is no event (blank, half written, of another program) is
// passed over. Both formats of base/log.h are read: JSON lines and compact ones.

#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/provided_views.h"

namespace kalam::node {

// Empty: the line is no event.
std::optional<catalog::ServerLogRow> log_row_of(std::string_view line);

// `directory`/server.jsonl, else `directory`/server.log; neither is there: no rows.
Result<catalog::Rows<catalog::ServerLogRow>> server_log_rows(const std::string& directory);

}  // namespace kalam::node
