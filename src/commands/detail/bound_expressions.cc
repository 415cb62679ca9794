#include "commands/detail/bound_expressions.h"

#include "codec/key_codec.h"

namespace kalam::commands::detail {
namespace {

constexpr size_t kBoundMax = 256;  // statements of an application; more of them are bound anew

std::string key_of(const tables::TablePtr& table, const KeyedWrite& write) {
  const auto& definition = table->definition();
  codec::KeyWriter key;
  key.u64(definition.generation).u32(definition.schema_version).u8(write.has_condition);
  for (const auto place : write.assigned) key.u64(place);
  for (const auto& text : write.texts) key.text(text);
  return key.take();
}

}  // namespace

Result<RowExpressionsPtr> BoundExpressions::of(const tables::TablePtr& table, const KeyedWrite& write) {
  if (write.texts.empty()) return RowExpressionsPtr();
  if (!bind_) return Error{ErrorCode::internal, "a write came over the wire to where none is expected"};
  const auto columns = table->definition().user_columns().size();
  for (const auto place : write.assigned) {
    if (place >= columns) {
      return Error{ErrorCode::corrupt_payload, "table " + table->definition().id.dotted() +
                                                   ": a write by key assigns to column " + std::to_string(place) +
                                                   " of " + std::to_string(columns)};
    }
  }
  auto key = key_of(table, write);
  if (const auto known = bound_.find(key); known != bound_.end()) return known->second;
  auto bound = TRY(bind_(table, write));
  if (bound_.size() >= kBoundMax) bound_.clear();
  bound_.emplace(std::move(key), bound);
  return bound;
}

}  // namespace kalam::commands::detail
