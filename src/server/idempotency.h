// The header Idempotency-Key: a client's promise that two requests are one (spec http-api §12.1).

#pragma once
#include <optional>

#include "base/result.h"
#include "query/runner.h"
#include "server/http_message.h"
#include "server/sql_request.h"

namespace kalam::server {

// Empty: the request has none. `invalid_input` when it is not 1 to 255 visible ASCII characters.
Result<std::optional<query::WriteKey>> write_key_of(const HttpRequest& request, const SqlRequest& read);

}  // namespace kalam::server
