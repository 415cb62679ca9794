// Access: which role may do what, as one table of statements and one of tables.
//
// Plain values in, yes or `permission_denied` out, with the whole text of spec auth §10 and sql §11.3; what a statement
// looks like is none of its business.
//
// Always true: nobody writes into the tables of a system namespace, whatever his role.

#pragma once
#include <cstdint>

#include "base/result.h"
#include "types/ids.h"
#include "types/role.h"
#include "types/schema.h"

namespace kalam::auth {

// --- statements ------------------------------------------------------------------------------------------------------

// What a role may have. Statements that are not here are for everybody.
enum class Right : uint8_t {
  create_namespace,
  alter_namespace,
  drop_namespace,
  create_storage,
  alter_storage,
  drop_storage,
  check_storage,
  create_view,
  drop_view,
  create_user,
  alter_user,
  drop_user,
  create_topic,
  alter_topic,
  drop_topic,
  clear_topic,
  consume_topic,
  acknowledge_topic,
  flush_table,
  flush_all,
  compact_table,
  compact_all,
  kill_job,
  kill_live_query,  // of somebody else
  cluster,
  backup,
  restore,
  explain,
  set,
  show_columns,
  show_all,
  show_manifest,
  describe,  // of a relation, without the word TABLE
};
inline constexpr size_t kRights = 33;

// By the role that a statement runs with. That of who sent it was looked at before anything ran: sql::Gate.
Status check(Role role, Right right);

// --- tables ----------------------------------------------------------------------------------------------------------

enum class RowWriteKind : uint8_t { insert, update, remove };

// Rows of USER and STREAM tables: everybody's own; whose rows those are is not decided here.
Status check_read(const Viewer& viewer, const TableDefinition& table);
// `invalid_operation` for tables of the system, for every role.
Status check_write(const Viewer& viewer, const TableDefinition& table, RowWriteKind kind);
// The same by name, for tables of a system namespace that have no definition of ours, or none at all.
Status check_write_to_namespace(const TableId& table, RowWriteKind kind);

// In the order of the checks of spec sql §5.5, §6 and §7: what a role may not comes before or after what nobody may.
Status check_create_table(const Viewer& viewer, const TableId& table, TableType type);
Status check_alter_table(const Viewer& viewer, const TableId& table, const TableDefinition* definition);  // null: none
Status check_drop_table(const Viewer& viewer, const TableId& table);

}  // namespace kalam::auth
