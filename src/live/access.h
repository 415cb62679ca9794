// Refusal: why a subscription is not made, or ends, in the words of the protocol; and who may subscribe to what.

#pragma once
#include <optional>
#include <string>

#include "base/error.h"
#include "types/role.h"
#include "types/schema.h"

namespace kalam::live {

struct Refusal {
  std::string code;  // "NOT_FOUND"
  std::string message;
};

// Spec websocket §6.3. Asked again while a subscription lives.
std::optional<Refusal> refuse_table(const Viewer& viewer, const TableDefinition& table);
// Of names in schemas of the system, whether they exist or not.
std::optional<Refusal> refuse_system_table(const Viewer& viewer, const TableId& table);

// Of sql::parse_subscription.
Refusal refusal_of_text(const Error& error);
// Of Plan::bind and of reading rows.
Refusal refusal_of_binding(const Error& error, const std::optional<std::string>& where);
Refusal refusal_of_reading(const Error& error, std::string_view code);

}  // namespace kalam::live
