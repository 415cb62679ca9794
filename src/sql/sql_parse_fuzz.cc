// Any text: parsing it ends, and what it accepts keeps the promises of parse.h.

#include <cstdlib>

#include "sql/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto statements = kalam::sql::parse(text, {.text_bytes = 4096});
  if (!statements.ok()) return 0;
  if (statements->empty()) std::abort();
  for (const auto& statement : *statements) {
    // A statement is one statement: parsed again it is the same.
    const auto again = kalam::sql::parse(statement.text);
    if (!again.ok() || again->size() != 1 || again->front().text != statement.text) std::abort();
  }
  return 0;
}
