// plan_text: a plan in words, for EXPLAIN. The words are for people and may change; the way to the rows is always
// named.

#pragma once
#include <string>

#include "duck/detail/access_path.h"
#include "duck/detail/native_plan.h"
#include "duck/prepared.h"

namespace kalam::duck {

// "primary key lookup on id", "primary key range on id", "full scan in the order of id"; and what else is asked for.
std::string text_of(const AccessPath& path, const SourceShape& shape);

// A stage a line, the last one first.
std::string text_of(const NativePlan& plan, const QueryTable& table, const SourceShape& shape);

}  // namespace kalam::duck
