#include "tables/table.h"

#include <algorithm>
#include <numeric>

#include "catalog/catalog.h"
#include "codec/key_codec.h"
#include "tables/row_key.h"
#include "types/cast.h"

namespace kalam::tables {
namespace {

codec::RowKind row_kind_of(TableType type) {
  switch (type) {
    case TableType::user: return codec::RowKind::user;
    case TableType::stream: return codec::RowKind::stream;
    case TableType::shared:
    case TableType::system: break;
  }
  return codec::RowKind::shared;
}

}  // namespace

Table::Table(TableDefinitionPtr definition, store::Store& store, store::Partition rows, const catalog::Catalog& catalog)
    : definition_(std::move(definition)),
      store_(&store),
      rows_(std::move(rows)),
      catalog_(&catalog),
      kind_(row_kind_of(definition_->type)) {
  for (size_t i = 0; i < definition_->columns.size(); ++i) {
    const auto& column = definition_->columns[i];
    columns_.push_back({column.name, column.type, kind_of(column.type), column.nullable, column.primary_key});
    if (column.name == "_seq") seq_column_ = i;
    if (is_system_column(column.name)) continue;
    if (column.primary_key) {
      key_column_ = i;
      key_place_ = user_columns_.size();
    }
    all_places_.push_back(user_columns_.size());
    user_columns_.push_back(i);
  }
}

Result<std::string> Table::row_key(const std::optional<UserId>& user, const Value& primary_key) const {
  if (!keyed() || !key_column_) {
    return in_table({ErrorCode::invalid_operation, "rows of this table are not found by a primary key"});
  }
  if (user.has_value() != per_user()) {
    return in_table({ErrorCode::internal, per_user() ? "whose row is it?" : "a row of a SHARED table has no user"});
  }
  codec::KeyWriter key;
  if (user) key.text(user->text());
  TRY(append_key(definition_->columns[*key_column_], primary_key, key));
  return key.take();
}

std::string Table::stream_key(const UserId& user, RowSeq seq) const {
  return codec::KeyWriter().text(user.text()).i64(seq.value()).take();
}

Result<std::optional<Version>> Table::find(std::string_view key, const store::SnapshotPtr& snapshot) const {
  auto found = store_->get(rows_, key, snapshot);
  if (!found.ok()) return in_table(std::move(found).error());
  if (!*found) return std::nullopt;
  return TRY(decode(**found));
}

Result<std::optional<std::string>> Table::first_key_from(std::string_view key) const {
  auto scan = store_->scan(rows_, {.start = std::string(key), .limit = 1});
  if (!scan.ok()) return in_table(std::move(scan).error());
  if ((*scan)->valid()) return std::optional(std::string((*scan)->key()));
  if (auto ended = (*scan)->status(); !ended.ok()) return in_table(std::move(ended).error());
  return std::optional<std::string>();
}

Result<Version> Table::decode(std::string_view bytes) const {
  const auto row = TRY(open_row(bytes));
  const auto plan = TRY(this->plan(row.table_schema_version(), all_places_));
  Version version{row.header(), {}};
  if (auto decoded = plan->decode(row, version.row.values); !decoded.ok()) return in_table(std::move(decoded).error());
  return version;
}

Status Table::each(const std::function<Result<bool>(const Version& version)>& use) const {
  auto scan = store_->scan(rows_, {.fill_cache = false});
  if (!scan.ok()) return in_table(std::move(scan).error());
  for (; (*scan)->valid(); (*scan)->next()) {
    const auto version = TRY(decode((*scan)->value()));
    if (!TRY(use(version))) return {};
  }
  if (auto ended = (*scan)->status(); !ended.ok()) return in_table(std::move(ended).error());
  return {};
}

Status Table::put(store::Batch& batch, std::string_view key, const std::optional<UserId>& user, const RowHeader& header,
                  const Row& row) const {
  if (user.has_value() != per_user()) {
    return in_table({ErrorCode::internal, per_user() ? "whose row is it?" : "a row of a SHARED table has no user"});
  }
  if (user && !key.starts_with(user_prefix(*user))) {
    return in_table({ErrorCode::internal, "a row was to be stored under the key of another user"});
  }
  if (row.values.size() > user_columns_.size()) {
    return in_table({ErrorCode::internal, std::to_string(row.values.size()) + " values for " +
                                              std::to_string(user_columns_.size()) + " columns"});
  }
  for (size_t i = 0; i < row.values.size(); ++i) {
    const auto& value = row.values[i];
    const auto& column = definition_->columns[user_columns_[i]];
    if (is_kept_as(value, column.type) || (value.is_null() && value.kind() == ScalarKind::null)) continue;
    return in_table({ErrorCode::invalid_input, arrow_debug_name_of(value) + " in column '" + column.name +
                                                   "' of type " + column.type.sql_name()});
  }
  static thread_local std::string bytes;
  bytes.clear();
  auto written = codec::append_row(kind_, user ? user->text() : std::string_view(), header, definition_->schema_version,
                                   row, bytes);
  if (!written.ok()) return in_table(std::move(written).error());
  batch.put(rows_, key, bytes);
  constexpr size_t kKeptMax = size_t{1} << 20;  // one huge row must not cost the thread its memory for ever
  if (bytes.capacity() > kKeptMax) bytes = std::string();
  return {};
}

Result<detail::RowPlans::Ptr> Table::plan(uint32_t stored_version, std::span<const size_t> places) const {
  if (auto known = plans_.find(stored_version, places)) return known;
  auto stored = definition_;
  if (stored_version != definition_->schema_version) {
    auto version = catalog_->version(definition_->id, stored_version);
    if (!version.ok()) return in_table(std::move(version).error());
    stored = *std::move(version);
    if (stored->generation != definition_->generation) {
      return in_table({ErrorCode::not_found, "the table was dropped"});
    }
  }
  std::vector<ColumnId> wanted;
  for (const auto place : places) wanted.push_back(definition_->columns[user_columns_[place]].id);
  std::vector<TableDefinitionPtr> between;
  const bool added_later = std::ranges::any_of(wanted, [&](ColumnId id) { return !stored->column(id); });
  for (auto at = stored_version + 1; added_later && at < definition_->schema_version; ++at) {
    auto version = catalog_->version(definition_->id, at);
    if (!version.ok()) return in_table(std::move(version).error());
    between.push_back(*std::move(version));
  }
  auto made = codec::RowPlan::make(*stored, *definition_, wanted, between);
  if (!made.ok()) return in_table(std::move(made).error());
  auto plan = std::make_shared<const codec::RowPlan>(*std::move(made));
  plans_.add(stored_version, places, plan);
  return plan;
}

Result<codec::OpenedRow> Table::open_row(std::string_view bytes) const {
  auto opened = codec::OpenedRow::open(kind_, bytes, {.partition = rows_.name(), .data_path = {}});
  if (!opened.ok()) return in_table(std::move(opened).error());
  return opened;
}

Error Table::in_table(Error error) const { return std::move(error).within("table " + definition_->id.dotted() + ": "); }

}  // namespace kalam::tables
