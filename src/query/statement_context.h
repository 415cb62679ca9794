// StatementContext: one statement of one request on its way.

#pragma once
#include <optional>
#include <stop_token>
#include <vector>

#include "codec/command.h"
#include "query/defaults.h"
#include "query/services.h"
#include "query/transaction.h"
#include "types/value.h"

namespace kalam::query {

struct StatementContext {
  const Services& services;
  Session& session;
  Transaction* transaction = nullptr;  // the explicit one that is open
  const std::vector<Value>& parameters;
  StatementMoment moment = {};
  std::optional<codec::command::WriteId> write_id = {};
  bool impersonating = false;  // inside EXECUTE AS USER
  std::stop_token stop = {};   // somebody asks the statement to end
  // Set when the writer had the write id already, and gave its first answer again.
  bool* repeated = nullptr;
  bool in_block = false;  // of a transaction that becomes one command as a whole
};

}  // namespace kalam::query
