#include "live/changes.h"

#include "live/messages.h"

namespace kalam::live {

namespace {

// Of a STREAM an event is named by whose it is and its `_seq`; a projection shows nothing of it.
std::string removed_event(const Plan& plan, const TableChanges& rows, RowSeq seq) {
  std::string text;
  JsonText json(text);
  json.begin_object();
  if (plan.shows_all()) {
    json.key("row_id").string((rows.user ? rows.user->value() : std::string()) + ":" + std::to_string(seq.value()));
  }
  json.end_object();
  return text;
}

}  // namespace

Result<std::optional<std::string>> body_of(const Plan& plan, const TableChanges& rows, const RowChange& change,
                                           const Viewer& viewer) {
  const auto seq = change.header.seq;
  FullRow before, after;
  bool was = false, is = false;
  if (change.before) {
    before = plan.full_row(*change.before, change.before_seq, false);
    was = TRY(plan.wants(before, viewer));
  }
  if (change.after) {
    after = plan.full_row(*change.after, seq, false);
    is = TRY(plan.wants(after, viewer));
  }
  std::string text, old_text;
  JsonText json(text), old_json(old_text);
  if (!was && !is) return std::optional<std::string>();
  if (!was) {
    TRY(plan.write_row(json, after, viewer));
    return std::optional(insert_body(text));
  }
  if (is) {
    TRY(plan.write_updated(json, after, viewer));
    TRY(plan.write_replaced(old_json, before, after, viewer));
    return std::optional(update_body(text, old_text));
  }
  if (!plan.table().keyed()) return std::optional(delete_body(removed_event(plan, rows, seq)));
  TRY(plan.write_row(json, plan.full_row(*change.before, seq, true), viewer));
  return std::optional(delete_body(text));
}

}  // namespace kalam::live
