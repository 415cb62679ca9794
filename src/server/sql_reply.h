// The JSON of a successful answer of the SQL endpoint (spec http-api §3.3).

#pragma once
#include <string>
#include <vector>

#include "query/query_reply.h"
#include "types/json_text.h"

namespace kalam::server {

std::string success_body(const std::vector<query::QueryReply>& replies, double took_ms);

// "took": milliseconds, at most three decimals.
void append_took(JsonText& json, double took_ms);

}  // namespace kalam::server
