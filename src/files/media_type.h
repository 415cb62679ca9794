// Media types: what a file is, by what its sender says, its first bytes or its name; and which of them a browser may
// show without running what is in them.

#pragma once
#include <string>
#include <string_view>

namespace kalam::files {

inline constexpr std::string_view kUnknownMediaType = "application/octet-stream";

// By magic bytes, else by the extension of the name, else unknown.
std::string_view guess_media_type(std::string_view bytes, std::string_view name);
std::string_view media_type_of_name(std::string_view name);

// May a browser show it in our name? Of everything else (HTML, SVG, scripts, unknown bytes) it gets a download.
bool is_shown_inline(std::string_view media_type);

}  // namespace kalam::files
