#include "duck/detail/native_rows.h"

#include <algorithm>

#include "duck/detail/engine_error.h"
#include "duck/detail/value_bridge.h"
#include "duck/detail/value_json.h"
#include "types/cast.h"

namespace kalam::duck {

namespace {

// Rows that one call appends: enough to be worth it, and not so many that a reader waits.
constexpr size_t kJsonRowsMax = 1024;
constexpr size_t kJsonBytesMax = 256 * 1024;

std::unique_ptr<ExpressionBatch> batch_of(duckdb::ClientContext& context, const BoundList& list) {
  return list.empty() ? nullptr : std::make_unique<ExpressionBatch>(context, list);
}

// LIMIT and OFFSET of a run; NULL is none. Nothing for a negative one.
std::optional<size_t> count_of(const std::optional<Known>& known, std::span<const Value> slots, size_t without) {
  if (!known) return without;
  const auto& value = value_of(*known, slots);
  if (value.is_null()) return without;
  if (value.as_int64() < 0) return std::nullopt;
  return static_cast<size_t>(value.as_int64());
}

}  // namespace

Workspace::Workspace(duckdb::ClientContext& context, const NativePlan& plan)
    : filter(batch_of(context, plan.filter)),
      grouping(plan.grouping ? batch_of(context, plan.grouping->inputs) : nullptr),
      having(batch_of(context, plan.having)),
      computed(batch_of(context, plan.computed)) {}

bool Workspace::is_needed(const NativePlan& plan) {
  return !plan.filter.empty() || !plan.having.empty() || !plan.computed.empty() ||
         (plan.grouping && !plan.grouping->inputs.empty());
}

NativeRows::NativeRows(const NativePlan& plan, Inputs inputs)
    : plan_(plan), inputs_(std::move(inputs)), budget_(inputs_.memory_limit_bytes) {
  columns = plan.result;
  rows_left = inputs_.rows_max;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!is_masked(columns[i].name, inputs_.viewer.role)) continue;
    masked_.resize(columns.size());
    masked_[i] = true;
  }
}

NativeRows::~NativeRows() {
  rows_.reset();
  if (inputs_.workspace) inputs_.give_back(std::move(inputs_.workspace));
}

Result<std::unique_ptr<NativeRows>> NativeRows::start(const NativePlan& plan, Inputs inputs) {
  const auto limit = count_of(plan.limit, inputs.slots, SIZE_MAX);
  const auto offset = count_of(plan.offset, inputs.slots, 0);
  if (!limit || !offset) return std::unique_ptr<NativeRows>();
  std::unique_ptr<NativeRows> rows(new NativeRows(plan, std::move(inputs)));
  // One more than may be given, to know whether there is one.
  TRY(rows->open(*offset, std::min(*limit, rows->rows_left < SIZE_MAX ? rows->rows_left + 1 : SIZE_MAX)));
  return rows;
}

Status NativeRows::open(size_t offset, size_t limit) {
  const auto wanted = limit > SIZE_MAX - offset ? SIZE_MAX : limit + offset;
  ScanRequest request;
  request.columns = plan_.columns;
  request.viewer = inputs_.viewer;
  plan_.path.narrow(inputs_.slots, request);
  request.reverse = plan_.reverse;
  const bool all_are_shown = plan_.exact.empty() && plan_.filter.empty() && !plan_.grouping && plan_.order.empty();
  if (all_are_shown) request.limit = wanted;
  rows_ = TRY(inputs_.source.open(request));
  if (inputs_.stop.stop_possible()) rows_ = stoppable_rows(std::move(rows_), inputs_.stop);

  auto* const workspace = inputs_.workspace.get();
  if (workspace) {
    std::vector<duckdb::Value> slots;
    for (size_t i = 0; i < inputs_.slots.size(); ++i) {
      slots.push_back(TRY(to_engine(inputs_.slots[i])).DefaultCastAs(plan_.slots[i]));
    }
    for (auto* batch : {&workspace->filter, &workspace->grouping, &workspace->having, &workspace->computed}) {
      if (*batch) (*batch)->begin(slots);
    }
  }
  if (!plan_.exact.empty()) rows_ = checked_rows(std::move(rows_), ExactFilter(plan_.exact, inputs_.slots));
  if (!plan_.filter.empty()) rows_ = filtered_rows(std::move(rows_), *workspace->filter);
  if (plan_.grouping) {
    auto* const batch = workspace ? workspace->grouping.get() : nullptr;
    rows_ = grouped_rows(std::move(rows_), *plan_.grouping, batch, budget_);
  }
  if (!plan_.having.empty()) rows_ = filtered_rows(std::move(rows_), *workspace->having);
  if (!plan_.shows_rows_as_they_are()) {
    rows_ = projected_rows(std::move(rows_), plan_.outputs, workspace ? workspace->computed.get() : nullptr);
  }
  if (!plan_.order.empty()) rows_ = sorted_rows(std::move(rows_), plan_.order, wanted, budget_);
  if (wanted != SIZE_MAX || offset > 0) rows_ = limited_rows(std::move(rows_), offset, limit);
  return {};
}

Result<bool> NativeRows::take(std::vector<Value>& row) {
  if (!TRY(rows_->next(row))) return false;
  cut = rows_left == 0;
  if (!cut) --rows_left;
  return !cut;
}

Result<size_t> NativeRows::append_json_rows(std::string& out) {
  return guarded([&]() -> Result<size_t> {
    const auto before = out.size();
    size_t count = 0;
    while (count < kJsonRowsMax && out.size() - before < kJsonBytesMax) {
      auto more = take(row_);
      if (more.ok() && !*more) break;
      if (!first_) out += ',';
      auto appended = more.ok() ? append_json_row(std::span(row_).first(columns.size()), masked_, out)
                                : Status(std::move(more).error());
      if (!appended.ok()) {
        out.resize(before);
        return std::move(appended).error();
      }
      first_ = false;
      ++count;
    }
    return count;
  });
}

Result<bool> NativeRows::next(std::vector<Value>& row) {
  return guarded([&]() -> Result<bool> {
    if (!TRY(take(row))) return false;
    row.resize(columns.size());
    for (size_t i = 0; i < row.size(); ++i) {
      const auto& type = columns[i].type;
      if (row[i].is_null()) row[i] = null_of(type);
      else if (i < masked_.size() && masked_[i]) row[i] = Value::text(std::string(kMasked));
      else if (!is_kept_as(row[i], type)) row[i] = TRY(coerce(std::move(row[i]), type, columns[i].name));
    }
    return true;
  });
}

}  // namespace kalam::duck
