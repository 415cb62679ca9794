// ObjectName: a table or view as a statement names it.

#pragma once
#include <string>

namespace kalam::sql {

struct ObjectName {
  std::string ns;  // folded; empty: the current namespace
  std::string name;

  bool operator==(const ObjectName&) const = default;
};

}  // namespace kalam::sql
