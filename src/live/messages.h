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
};

std::string ack_message(std::string_view subscription, const BatchControl& control, std::string_view schema_json);
// `rows_json`: the elements of an array.
std::string batch_message(std::string_view subscription, std::string_view rows_json, const BatchControl& control);
std::string error_message(std::string_view subscription, std::string_view code, std::string_view message);

// A change is made once and sent to many: `body` is what stands behind the id.
std::string insert_body(std::string_view row_json);
std::string update_body(std::string_view row_json, std::string_view old_json);
std::string delete_body(std::string_view old_json);
std::string change_message(std::string_view subscription, std::string_view body);

}  // namespace kalam::live
