// Where the files of a table lie: a storage's directory and template, with names filled in (spec storage §7.1).

#pragma once
#include <optional>
#include <string>

#include "base/result.h"
#include "catalog/models/storage.h"
#include "types/schema.h"

namespace kalam::files {

// Of one user, or of a SHARED table (no user). `not_supported`: the storage is no directory of this machine.
// `invalid_input`: the template lets two users share a directory, or a name is no plain directory name.
Result<std::string> scope_directory(const catalog::Storage& storage, const TableDefinition& table,
                                    const std::optional<UserId>& user);

// What holds the directories of all users of the table, and nothing of other tables. Empty: the template keeps tables
// apart nowhere above their users.
Result<std::optional<std::string>> table_directory(const catalog::Storage& storage, const TableDefinition& table);

}  // namespace kalam::files
