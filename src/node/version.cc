#include "node/version.h"

namespace kalam::node {

std::string version() { return KALAM_VERSION; }
std::string build_date() { return KALAM_BUILD_DATE; }
std::string version_line() { return "KalamDB Server v" + version() + " | Build: " + build_date(); }

}  // namespace kalam::node
