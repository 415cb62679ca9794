#include "live/changes.h"

#include "live/messages.h"

namespace kalam::live {

namespace {

// Of a STREAM an event is named by whose it is and its `_seq`; a projection shows nothing of it.
std::string removed_event(const Plan& plan, const std::optional<UserId>& user, RowSeq seq) {
  std::string text;
  JsonText json(text);
  json.begin_object();
  if (plan.shows_all()) {
    json.key("row_id").string((user ? user->value() : std::string()) + ":" + std::to_string(seq.value()));
  }
  json.end_object();
  return text;
}

Result<std::string> key_of(const Plan& plan, const FullRow& row, bool wanted) {
  std::string text;
  JsonText json(text);
  if (wanted) TRY(plan.write_key(json, row));
  return text;
}

}  // namespace

RowStep step_of(const Plan& plan, const RowChange& change) {
  RowStep step;
  step.seq = change.header.seq;
  if (change.before) step.before = plan.full_row(*change.before, change.before_seq, false);
  if (change.after) step.after = plan.full_row(*change.after, change.header.seq, false);
  return step;
}

Result<ChangeBody> arrival_of(const Plan& plan, const FullRow& row, const Viewer& viewer, bool with_key) {
  std::string text;
  JsonText json(text);
  TRY(plan.write_row(json, row, viewer));
  return ChangeBody{insert_body(text), TRY(key_of(plan, row, with_key))};
}

Result<ChangeBody> removal_of(const Plan& plan, const FullRow& row, bool with_key) {
  std::string text;
  JsonText json(text);
  TRY(plan.write_removed_key(json, row));
  return ChangeBody{delete_body(text), TRY(key_of(plan, row, with_key))};
}

Result<std::optional<ChangeBody>> body_of(const Plan& plan, const RowStep& step, const std::optional<UserId>& user,
                                          const Viewer& viewer, bool with_key) {
  const bool was = step.before && TRY(plan.wants(*step.before, viewer));
  const bool is = step.after && TRY(plan.wants(*step.after, viewer));
  if (!was && !is) return std::optional<ChangeBody>();
  if (!was) return std::optional(TRY(arrival_of(plan, *step.after, viewer, with_key)));
  ChangeBody body{{}, TRY(key_of(plan, is ? *step.after : *step.before, with_key))};
  std::string text, old_text;
  JsonText json(text), old_json(old_text);
  if (is) {
    TRY(plan.write_updated(json, *step.after, viewer));
    TRY(plan.write_replaced(old_json, *step.before, *step.after, viewer));
    body.text = update_body(text, old_text);
  } else if (!plan.table().keyed()) {
    body.text = delete_body(removed_event(plan, user, step.seq));
  } else {
    TRY(plan.write_row(json, plan.as_deleted(*step.before, step.seq), viewer));
    body.text = delete_body(text);
  }
  return std::optional(std::move(body));
}

Result<bool> shows_difference(const Plan& plan, const RowStep& step, const Viewer& viewer) {
  if (!step.before || !step.after) return true;
  std::string before, after;
  JsonText before_json(before), after_json(after);
  TRY(plan.write_row(before_json, plan.with_seq(*step.before, step.seq), viewer));
  TRY(plan.write_row(after_json, plan.with_seq(*step.after, step.seq), viewer));
  return before != after;
}

}  // namespace kalam::live
