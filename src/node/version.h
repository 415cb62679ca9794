// What this program is.

#pragma once
#include <string>

namespace kalam::node {

std::string version();       // "0.1.0"
std::string build_date();    // "2026-11-24 12:00:00 UTC"
std::string version_line();  // "KalamDB Server v0.1.0 | Build: …"

}  // namespace kalam::node
