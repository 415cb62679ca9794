#include "auth/authorize.h"

namespace kalam::auth {

Status authorize(const Viewer& viewer, const ReadAccess& access) {
  if (access.schema != "system" || is_admin(viewer.role)) return {};
  return Error{ErrorCode::permission_denied, "Access denied: Role '" + std::string(variant_name(viewer.role)) +
                                                 "' cannot access table 'system." + access.table +
                                                 "'. System tables require 'dba' or 'system' role."};
}

}  // namespace kalam::auth
