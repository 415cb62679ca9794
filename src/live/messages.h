// What a subscription says to its client, as JSON (spec websocket §4). Who speaks another serialization rewrites these.

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kalam::live {

struct BatchControl {
  uint64_t number = 0;
  bool has_more = false;
  std::optional<int64_t> last_seq = {};
  // For clients with exact_resume. Null in the message while there is more; empty: null, a change after it has it.
  std::optional<std::string> cursor = {};
};

// What an ack has for clients with exact_resume.
struct AckExtras {
  std::string cursor;
  std::optional<bool> replay = {};  // of a resume by cursor
};

std::string ack_message(std::string_view subscription, const BatchControl& control, std::string_view schema_json,
                        const std::optional<AckExtras>& extras = {});
// `rows_json`: the elements of an array.
std::string batch_message(std::string_view subscription, std::string_view rows_json, const BatchControl& control);
std::string error_message(std::string_view subscription, std::string_view code, std::string_view message);

std::string resync_message(std::string_view subscription, std::string_view reason);

// A change is made once and sent to many: `body` is what stands behind the id, and in front of the extras and `}`.
std::string insert_body(std::string_view row_json);
std::string update_body(std::string_view row_json, std::string_view old_json);
std::string delete_body(std::string_view old_json);

// Members of a change beyond those of the original: all absent for clients that asked for nothing.
struct ChangeExtras {
  std::string_view key_json = {};
  std::string_view cursor = {};
  std::optional<bool> more = {};  // of a replayed change
};
std::string change_message(std::string_view subscription, std::string_view body, const ChangeExtras& extras = {});
// The same as an element of a frame.
std::string frame_change(std::string_view subscription, std::string_view body, std::string_view key_json);

}  // namespace kalam::live
