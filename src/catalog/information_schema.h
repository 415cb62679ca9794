// information_schema: seven views over what exists, each showing what its viewer may read.

#pragma once
#include <memory>
#include <string>
#include <vector>

#include "catalog/catalog_views.h"
#include "catalog/provided_views.h"
#include "catalog/system_view.h"

namespace kalam::catalog {

inline constexpr char kCatalogName[] = "kalam";

struct EngineSetting {
  std::string name;
  std::optional<std::string> value;
  std::optional<std::string> description;
};
// What clients of the original ask for, with our values.
std::vector<EngineSetting> default_engine_settings();

// May this role read rows of the table? USER and STREAM tables: everybody, their own rows. SHARED: by access level.
bool may_read(const TableDefinition& table, Role role);

// `system_views` are all others, in the order in which they are listed; all three outlive the views.
std::vector<std::unique_ptr<SystemView>> make_information_schema(
    CurrentSnapshot current, const std::vector<std::unique_ptr<SystemView>>& system_views,
    const ProvidedViews& provided, std::vector<EngineSetting> settings);

}  // namespace kalam::catalog
