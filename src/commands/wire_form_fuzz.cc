// Any bytes as a command on the wire: an error, or a command that is written again and read as the same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "commands/wire_form.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using kalam::commands::read_wire_form;
  const auto proposal = read_wire_form(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!proposal.ok()) return 0;
  const auto bytes = (*proposal)->encode();
  if (!bytes.ok()) std::abort();
  const auto again = read_wire_form(*bytes);
  if (!again.ok() || *(*again)->encode() != *bytes) std::abort();
  return 0;
}
