#include "catalog/system_view.h"

namespace kalam::catalog {

SystemView::SystemView(std::string_view schema, std::string_view name, std::string_view comment, Kind kind,
                       std::vector<ColumnSpec> specs)
    : schema_(schema), name_(name), comment_(comment), kind_(kind), specs_(std::move(specs)) {
  for (const auto& spec : specs_) {
    columns_.push_back({.name = spec.name,
                        .type = spec.type,
                        .kind = spec.kind,
                        .nullable = spec.nullable,
                        .primary_key = spec.primary_key});
  }
}

bool SystemView::readable_by(Role role) const { return schema_ != "system" || is_admin(role); }

const Value* demanded(const ScanRequest& request, size_t column) {
  for (const auto& equal : request.equal) {
    if (equal.column == column) return &equal.value;
  }
  return nullptr;
}

std::optional<std::string_view> demanded_text(const ScanRequest& request, size_t column) {
  const auto* value = demanded(request, column);
  if (!value || value->is_null()) return std::nullopt;
  if (value->kind() != ScalarKind::utf8 && value->kind() != ScalarKind::large_utf8) return std::nullopt;
  return value->as_text();
}

}  // namespace kalam::catalog
