#include "auth/access.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

#include "catalog/information_schema.h"

namespace kalam::auth {
namespace {

constexpr std::array<Role, 5> kRoles = {Role::anonymous, Role::user, Role::service, Role::dba, Role::system};

TableDefinition table_of(TableType type, std::optional<AccessLevel> level = std::nullopt,
                         std::string_view creator = "maker") {
  TableDefinition table;
  table.id = {NamespaceId(type == TableType::system ? "system" : "app"), TableName("t")};
  table.type = type;
  switch (type) {
    case TableType::user: table.options = UserTableOptions(); break;
    case TableType::shared: table.options = SharedTableOptions{.access_level = level}; break;
    case TableType::stream: table.options = StreamTableOptions(); break;
    case TableType::system: table.options = SystemTableOptions(); break;
  }
  table.created_by = UserId(std::string(creator));
  return table;
}

Viewer viewer(Role role, std::string_view user = "somebody") { return {UserId(std::string(user)), role}; }

std::string text_of(const Status& status) { return status.ok() ? "" : status.error().message; }

// sql 11.3 and auth 10.1: the whole matrix. One letter for each of kRoles: y(es), n(o).
TEST(Access, RowsOfEveryKindAndLevelForEveryRole) {
  struct Case {
    TableType type;
    std::optional<AccessLevel> level;
    std::string_view read;
    std::string_view write;
    std::string_view read_reason;
    std::string_view write_reason;
  };
  constexpr std::string_view kSystem = "System tables require 'dba' or 'system' role.";
  constexpr std::string_view kUserRead = "User tables require user/service or admin role";
  constexpr std::string_view kUserWrite = "User table write denied due to insufficient privileges.";
  const Case cases[] = {
      {TableType::user, {}, "nyyyy", "nyyyy", kUserRead, kUserWrite},
      {TableType::stream, {}, "nyyyy", "nyyyy", kUserRead, kUserWrite},
      {TableType::shared, AccessLevel::public_, "nyyyy", "nnyyy", "Shared table access denied (access_level=Public)",
       "Shared table write denied (access_level=Public)"},
      {TableType::shared, AccessLevel::private_, "nnyyy", "nnyyy", "Shared table access denied (access_level=Private)",
       "Shared table write denied (access_level=Private)"},
      {TableType::shared, AccessLevel::restricted, "nnyyy", "nnyyy",
       "Shared table access denied (access_level=Restricted)", "Shared table write denied (access_level=Restricted)"},
      {TableType::shared, AccessLevel::dba, "nnnyy", "nnnyy", "Shared table access denied (access_level=Dba)",
       "Shared table write denied (access_level=Dba)"},
      // auth 43: without a level it is private.
      {TableType::shared, std::nullopt, "nnyyy", "nnyyy", "Shared table access denied (access_level=Private)",
       "Shared table write denied (access_level=Private)"},
      {TableType::system, {}, "nnnyy", "nnnnn", kSystem, ""},
  };
  for (const auto& c : cases) {
    const auto table = table_of(c.type, c.level);
    for (size_t i = 0; i < kRoles.size(); ++i) {
      SCOPED_TRACE(std::string(name_of(kRoles[i])) + " on " + std::string(name_of(c.type)) + " " +
                   (c.level ? std::string(name_of(*c.level)) : "without level"));
      const auto prefix = "Access denied: Role '" + std::string(variant_name(kRoles[i])) + "' cannot access table '" +
                          table.id.dotted() + "'. ";
      const auto read = check_read(viewer(kRoles[i]), table);
      EXPECT_EQ(text_of(read), c.read[i] == 'y' ? "" : prefix + std::string(c.read_reason));
      EXPECT_EQ(read.ok(), catalog::may_read(table, kRoles[i]));  // what the information schema shows
      if (!read.ok()) {
        EXPECT_EQ(read.error().code, ErrorCode::permission_denied);
      }
      for (const auto kind : {RowWriteKind::insert, RowWriteKind::update, RowWriteKind::remove}) {
        const auto write = check_write(viewer(kRoles[i]), table, kind);
        if (c.type == TableType::system) {
          constexpr std::array<const char*, 3> kVerbs = {"insert", "update", "delete"};
          EXPECT_EQ(text_of(write),
                    std::string("Cannot ") + kVerbs[static_cast<size_t>(kind)] + " system table 'system.t'");
          EXPECT_EQ(write.error().code, ErrorCode::invalid_operation);
        } else {
          const bool looks_first = c.type == TableType::shared && kind != RowWriteKind::insert;
          const auto reason = looks_first && !read.ok() ? c.read_reason : c.write_reason;
          EXPECT_EQ(text_of(write), c.write[i] == 'y' ? "" : prefix + std::string(reason));
          if (!write.ok()) {
            EXPECT_EQ(write.error().code, ErrorCode::permission_denied);
          }
        }
      }
    }
  }
}

constexpr std::string_view kAnonymous =
    "Unauthorized: Anonymous users can only SELECT from public tables. Please authenticate to perform write "
    "operations.";

// auth 10.2, sql 5.5: CREATE TABLE.
TEST(Access, CreatingTablesOfEveryKindForEveryRole) {
  struct Case {
    std::string_view ns;
    TableType type;
    std::string_view allowed;  // s: refused by the rule of the system
    std::string_view system_text;
  };
  constexpr std::string_view kManaged = "Cannot create system table 'system.t'. System tables are managed internally.";
  const Case cases[] = {
      {"app", TableType::user, "nyyyy", ""},
      {"app", TableType::stream, "nyyyy", ""},
      {"app", TableType::shared, "nnyyy", ""},
      {"app", TableType::system, "nnnns", "Cannot create SYSTEM tables via SQL"},
      {"system", TableType::shared, "nnsss", kManaged},
      {"system", TableType::user, "nssss", kManaged},
  };
  for (const auto& c : cases) {
    for (size_t i = 0; i < kRoles.size(); ++i) {
      SCOPED_TRACE(std::string(name_of(kRoles[i])) + " " + std::string(name_of(c.type)) + " in " + std::string(c.ns));
      const TableId id{NamespaceId(std::string(c.ns)), TableName("t")};
      const auto status = check_create_table(viewer(kRoles[i]), id, c.type);
      const auto refused =
          i == 0 ? std::string(kAnonymous)
                 : "Unauthorized: Insufficient privileges to create " + std::string(name_of(c.type)) + " tables";
      EXPECT_EQ(text_of(status), c.allowed[i] == 'y' ? "" : c.allowed[i] == 's' ? std::string(c.system_text) : refused);
    }
  }
}

// auth 10.2 (d), auth 50, auth 72: ALTER TABLE.
TEST(Access, AlteringTablesOfEveryKindForEveryRole) {
  struct Case {
    TableType type;
    std::optional<AccessLevel> level;
    std::string_view others;  // tables that somebody else made
    std::string_view own;
  };
  const Case cases[] = {
      {TableType::user, {}, "nnyyy", "nyyyy"},
      {TableType::stream, {}, "nnyyy", "nyyyy"},
      {TableType::shared, AccessLevel::public_, "nnyyy", "nnyyy"},
      {TableType::shared, AccessLevel::private_, "nnyyy", "nnyyy"},
      {TableType::shared, AccessLevel::restricted, "nnyyy", "nnyyy"},
      {TableType::shared, AccessLevel::dba, "nnnyy", "nnnyy"},
      {TableType::system, {}, "nnnss", "nnnss"},
  };
  for (const auto& c : cases) {
    for (const auto* creator : {"maker", "somebody"}) {
      const auto table = table_of(c.type, c.level, creator);
      const auto& allowed = table.created_by == UserId("somebody") ? c.own : c.others;
      for (size_t i = 0; i < kRoles.size(); ++i) {
        SCOPED_TRACE(std::string(name_of(kRoles[i])) + " on " + std::string(name_of(c.type)) + " made by " + creator);
        const auto status = check_alter_table(viewer(kRoles[i]), table.id, &table);
        const auto refused =
            i == 0 ? std::string(kAnonymous) : std::string("Unauthorized: Insufficient privileges to alter table");
        EXPECT_EQ(text_of(status), allowed[i] == 'y' ? ""
                                   : allowed[i] == 's'
                                       ? "Cannot alter system table 'system.t'. System tables are managed internally."
                                       : refused);
      }
    }
  }
  // What is not there is told as that.
  EXPECT_TRUE(check_alter_table(viewer(Role::user), {NamespaceId("app"), TableName("none")}, nullptr).ok());
}

// auth 10.2, sql 7: DROP TABLE.
TEST(Access, DroppingTablesForEveryRole) {
  const TableId mine{NamespaceId("app"), TableName("t")}, system{NamespaceId("pg_catalog"), TableName("t")};
  for (const auto role : kRoles) {
    const auto status = check_drop_table(viewer(role), mine);
    EXPECT_EQ(text_of(status), role == Role::anonymous ? std::string(kAnonymous)
                               : is_admin(role)        ? ""
                                                       : "Unauthorized: Insufficient privileges to drop this table");
    if (role == Role::anonymous) continue;
    EXPECT_EQ(text_of(check_drop_table(viewer(role), system)),
              "Cannot drop system table 'pg_catalog.t'. System tables are managed internally.");
  }
}

// auth 10.2: statements by role; auth 13, 47, 48.
TEST(Access, StatementsForEveryRole) {
  struct Case {
    Right right;
    Role least;
    std::string_view refused;
  };
  const Case cases[] = {
      {Right::create_namespace, Role::dba,
       "Unauthorized: Insufficient privileges to create namespace. DBA or System role required."},
      {Right::alter_namespace, Role::dba,
       "Unauthorized: Insufficient privileges to alter namespace. DBA or System role required."},
      {Right::drop_namespace, Role::dba,
       "Unauthorized: Insufficient privileges to drop namespace. DBA or System role required."},
      {Right::create_storage, Role::dba,
       "Unauthorized: Insufficient privileges to create storage. DBA or System role required."},
      {Right::alter_storage, Role::dba,
       "Unauthorized: Insufficient privileges to alter storage. DBA or System role required."},
      {Right::drop_storage, Role::dba,
       "Unauthorized: Insufficient privileges to drop storage. DBA or System role required."},
      {Right::check_storage, Role::dba,
       "Unauthorized: Insufficient privileges to check storage health. DBA or System role required."},
      {Right::create_view, Role::dba, "Unauthorized: Only DBA or System roles can create views"},
      {Right::drop_view, Role::dba, "Unauthorized: Only DBA or System roles can drop views"},
      {Right::create_user, Role::dba, "Unauthorized: CREATE USER requires DBA or System role"},
      {Right::alter_user, Role::dba, "Unauthorized: ALTER USER requires DBA or System role"},
      {Right::drop_user, Role::dba, "Unauthorized: DROP USER requires DBA or System role"},
      {Right::create_topic, Role::dba, "Unauthorized: CREATE TOPIC requires DBA or System role"},
      {Right::alter_topic, Role::dba, "Unauthorized: ALTER TOPIC requires DBA or System role"},
      {Right::drop_topic, Role::dba, "Unauthorized: DROP TOPIC requires DBA or System role"},
      {Right::clear_topic, Role::dba, "Unauthorized: CLEAR TOPIC requires DBA or System role"},
      {Right::consume_topic, Role::service,
       "Permission denied: Only service, dba, or system roles can consume from topics"},
      {Right::acknowledge_topic, Role::service,
       "Permission denied: Only service, dba, or system roles can acknowledge topic offsets"},
      {Right::flush_table, Role::service, "Unauthorized: STORAGE FLUSH TABLE requires Service, DBA, or System role"},
      {Right::flush_all, Role::service, "Unauthorized: STORAGE FLUSH ALL requires Service, DBA, or System role"},
      {Right::compact_table, Role::service,
       "Unauthorized: STORAGE COMPACT TABLE requires Service, DBA, or System role"},
      {Right::compact_all, Role::service, "Unauthorized: STORAGE COMPACT ALL requires Service, DBA, or System role"},
      {Right::kill_job, Role::dba, "Unauthorized: KILL JOB requires DBA or System role"},
      {Right::kill_live_query, Role::dba, "Unauthorized: KILL LIVE QUERY requires DBA or System role"},
      {Right::cluster, Role::dba, "Unauthorized: CLUSTER requires DBA or System role"},
      {Right::backup, Role::dba, "Unauthorized: BACKUP DATABASE requires DBA or System role"},
      {Right::restore, Role::dba, "Unauthorized: RESTORE DATABASE requires DBA or System role"},
      {Right::explain, Role::dba, "Unauthorized: EXPLAIN requires DBA or System role"},
      {Right::set, Role::dba, "Unauthorized: SET requires DBA or System role"},
      {Right::show_columns, Role::dba, "Unauthorized: SHOW COLUMNS requires DBA or System role"},
      {Right::show_all, Role::dba, "Unauthorized: SHOW ALL requires DBA or System role"},
      {Right::show_manifest, Role::dba, "Unauthorized: SHOW MANIFEST requires DBA or System role"},
      {Right::describe, Role::dba, "Unauthorized: DESCRIBE requires DBA or System role"},
  };
  EXPECT_EQ(std::size(cases), kRights);
  for (const auto& c : cases) {
    for (const auto role : kRoles) {
      SCOPED_TRACE(std::string(name_of(role)) + ": " + std::string(c.refused));
      const auto checked = check(role, c.right);
      EXPECT_EQ(text_of(checked), role >= c.least ? "" : std::string(c.refused));
      if (!checked.ok()) {
        EXPECT_EQ(checked.error().code, ErrorCode::permission_denied);
      }
    }
  }
}

}  // namespace
}  // namespace kalam::auth
