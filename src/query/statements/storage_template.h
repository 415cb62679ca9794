// Templates say where in a storage the files of a table lie: `{namespace}/{tableName}/{userId}`. Spec storage §7.1.

#pragma once
#include <string_view>

#include "base/result.h"

namespace kalam::query {

// `invalid_operation`: "Invalid storage template: …". Empty ones stand for the server's default.
Status check_shared_template(std::string_view text);
Status check_user_template(std::string_view text);

}  // namespace kalam::query
