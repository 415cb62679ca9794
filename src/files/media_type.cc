#include "files/media_type.h"

#include <algorithm>
#include <iterator>

#include "types/file_ref.h"

namespace kalam::files {

namespace {

struct Known {
  std::string_view key;
  std::string_view type;
};

constexpr std::string_view kPng("\x89PNG\r\n\x1a\n");
constexpr Known kMagic[] = {{kPng, "image/png"},
                            {"\xff\xd8\xff", "image/jpeg"},
                            {"GIF87a", "image/gif"},
                            {"GIF89a", "image/gif"},
                            {"%PDF-", "application/pdf"},
                            {"PK\x03\x04", "application/zip"},
                            {"PK\x05\x06", "application/zip"}};

// Sorted by extension.
constexpr Known kExtensions[] = {
    {"7z", "application/x-7z-compressed"},
    {"aac", "audio/aac"},
    {"avi", "video/x-msvideo"},
    {"avif", "image/avif"},
    {"bmp", "image/bmp"},
    {"css", "text/css"},
    {"csv", "text/csv"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"epub", "application/epub+zip"},
    {"flac", "audio/flac"},
    {"gif", "image/gif"},
    {"gz", "application/gzip"},
    {"htm", "text/html"},
    {"html", "text/html"},
    {"ico", "image/x-icon"},
    {"ics", "text/calendar"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript"},
    {"json", "application/json"},
    {"m4a", "audio/mp4"},
    {"md", "text/markdown"},
    {"mjs", "text/javascript"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"ogg", "audio/ogg"},
    {"parquet", "application/vnd.apache.parquet"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"rtf", "application/rtf"},
    {"svg", "image/svg+xml"},
    {"tar", "application/x-tar"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"txt", "text/plain"},
    {"wasm", "application/wasm"},
    {"wav", "audio/wav"},
    {"webm", "video/webm"},
    {"webp", "image/webp"},
    {"xhtml", "application/xhtml+xml"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xml", "text/xml"},
    {"zip", "application/zip"},
};
static_assert(std::ranges::is_sorted(kExtensions, {}, &Known::key));

constexpr std::string_view kShown[] = {"application/pdf", "image/avif", "image/bmp",       "image/gif",    "image/jpeg",
                                       "image/png",       "image/tiff", "image/webp",      "image/x-icon", "text/csv",
                                       "text/markdown",   "text/plain", "application/json"};

bool is_webp(std::string_view bytes) {
  return bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP";
}

}  // namespace

std::string_view media_type_of_name(std::string_view name) {
  const auto extension = file_extension(name);
  const auto found = std::ranges::lower_bound(kExtensions, std::string_view(extension), {}, &Known::key);
  return found != std::end(kExtensions) && found->key == extension ? found->type : kUnknownMediaType;
}

std::string_view guess_media_type(std::string_view bytes, std::string_view name) {
  for (const auto& [magic, type] : kMagic) {
    if (bytes.starts_with(magic)) return type;
  }
  return is_webp(bytes) ? "image/webp" : media_type_of_name(name);
}

bool is_shown_inline(std::string_view media_type) {
  return media_type.starts_with("audio/") || media_type.starts_with("video/") ||
         std::ranges::find(kShown, media_type) != std::end(kShown);
}

}  // namespace kalam::files
