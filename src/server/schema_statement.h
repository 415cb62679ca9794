// The bodies of the schema routes as the statements that they stand for (spec catalog §11).

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "types/ids.h"

namespace kalam::server {

struct CreateTableBody {
  std::string sql = {};  // one CREATE TABLE
  TableId table = {};
  bool if_not_exists = false;
};
// `invalid_input`: what is wrong with the body.
Result<CreateTableBody> read_create_table(std::string_view content_type, std::string_view body);

struct AlterTableBody {
  std::string sql = {};
  std::optional<uint32_t> expected_version = {};
};
Result<AlterTableBody> read_alter_table(const TableId& table, std::string_view content_type, std::string_view body);

std::string quoted_name(std::string_view name);  // "order"
std::string quoted_text(std::string_view text);  // 'it''s'
std::string quoted_table(const TableId& table);  // "app"."order"

}  // namespace kalam::server
