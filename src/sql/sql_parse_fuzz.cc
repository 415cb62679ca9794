// Any text: parsing it ends, and what it accepts keeps the promises of the headers.

#include <cstdlib>

#include "sql/fingerprint.h"
#include "sql/parse.h"
#include "sql/subscription.h"

namespace {

using kalam::sql::Statement;

void expect(bool promise) {
  if (!promise) std::abort();
}

// A statement is one statement: parsed again it is the same.
void check_text(const Statement& statement) {
  const auto again = kalam::sql::parse(statement.text);
  expect(again.ok() && again->size() == 1);
  expect(again->front().text == statement.text && again->front().kind == statement.kind);
  expect(statement.body.index() == static_cast<size_t>(statement.kind));
}

// The fast form, printed as SQL, is read as the same cells.
void check_insert(const Statement& statement) {
  const auto* insert = std::get_if<kalam::sql::Insert>(&statement.body);
  if (!insert || !insert->values) return;
  const auto& values = *insert->values;
  expect(values.width > 0 && values.cells.size() % values.width == 0);
  const auto again = kalam::sql::read_insert_values(kalam::sql::print(values));
  expect(again && *again == values);
}

// A shape has nothing left to lift, and is a statement of the same kind.
void check_shape(const Statement& statement) {
  const auto shape = kalam::sql::shape_of(statement);
  if (shape.lifted.empty()) return expect(shape.text == statement.text);
  const auto again = kalam::sql::parse(shape.text);
  expect(again.ok() && again->size() == 1 && again->front().kind == statement.kind);
  const auto twice = kalam::sql::shape_of(again->front());
  expect(twice.lifted.empty() && twice.written == shape.written + shape.lifted.size());
}

// A subscription query, printed, is read as the same query.
void check_subscription(std::string_view text) {
  const auto query = kalam::sql::parse_subscription(text);
  if (!query.ok()) return;
  const auto again = kalam::sql::parse_subscription(kalam::sql::print(*query));
  expect(again.ok() && again->table == query->table && again->columns.size() == query->columns.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto script = kalam::sql::read_script(text, {.text_bytes = 4096});
  expect(script.refusal || !script.statements.empty());
  for (const auto& statement : script.statements) {
    check_text(statement);
    check_insert(statement);
    check_shape(statement);
  }
  if (size <= 4096) check_subscription(text);
  return 0;
}
