// authorize: may this viewer do that? Plain values in, yes or an error out; SQL is none of its business.

#pragma once
#include <string>

#include "base/result.h"
#include "types/role.h"

namespace kalam::auth {

// Reading one table, by the names it has in the catalog.
struct ReadAccess {
  std::string schema;
  std::string table;
};

// Tables of schema `system` are for administrators: spec catalog §1.1. `permission_denied` with its text.
Status authorize(const Viewer& viewer, const ReadAccess& access);

}  // namespace kalam::auth
