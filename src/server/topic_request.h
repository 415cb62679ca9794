// Bodies of POST /v1/api/topics/consume and …/ack (spec http-api §7).

#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "topics/consumers.h"

namespace kalam::server {

struct ConsumeRequest {
  std::string topic;
  std::string group;
  uint32_t partition = 0;
  topics::Start start = topics::Latest{};
  uint64_t limit = 100;
  std::chrono::seconds wait{0};  // for the first message
};
struct AckRequest {
  std::string topic;
  std::string group;
  uint32_t partition = 0;
  uint64_t upto = 0;
};

// `invalid_input`: what is wrong.
Result<ConsumeRequest> read_consume_request(std::string_view content_type, std::string_view body);
Result<AckRequest> read_ack_request(std::string_view content_type, std::string_view body);

}  // namespace kalam::server
