// Any body of a form: reading it ends, in parts that lie inside of it one behind the other, or in an error of its
// sender.

#include <cstdlib>

#include "server/multipart.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // The first line is the content type's end, so that boundaries are found, too.
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line = input.substr(0, input.find('\n'));
  const auto body = input.substr(std::min(size, line.size() + 1));
  auto reader = kalam::server::MultipartReader::open("multipart/form-data; boundary=" + std::string(line), body);
  if (!reader.ok()) {
    if (reader.error().code != kalam::ErrorCode::invalid_input) std::abort();
    return 0;
  }
  const char* reached = body.data();
  while (true) {
    const auto part = reader->next();
    if (!part.ok()) {
      if (part.error().code != kalam::ErrorCode::invalid_input) std::abort();
      return 0;
    }
    if (!*part) return 0;
    if ((*part)->bytes.data() < reached) std::abort();
    reached = (*part)->bytes.data() + (*part)->bytes.size();
    if (reached > body.data() + body.size()) std::abort();
  }
}
