// What a route behind a bearer token answers when there is none, or a bad one (spec auth §8.1).

#pragma once
#include "auth/authenticate.h"
#include "server/http_message.h"

namespace kalam::server {

// The reason goes to the log, the code to the client.
HttpResponse bearer_error(const auth::Refused& refused, double took_ms);

}  // namespace kalam::server
