#include "types/file_ref.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "types/ascii.h"
#include "types/json_reader.h"
#include "types/json_text.h"
#include "types/numeric.h"

namespace kalam {
namespace {

constexpr size_t kSanitisedMax = 50;
constexpr size_t kExtensionMax = 10;

Error invalid(std::string what) {
  return Error{ErrorCode::invalid_input, "Invalid FILE reference: " + std::move(what)};
}

bool all_of(std::string_view text, bool (*test)(char)) { return std::all_of(text.begin(), text.end(), test); }

bool is_lower_hex(char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'f'); }

Status check(const FileRef& ref) {
  const auto id = parse_i64(ref.id);
  if (!id.ok() || *id < 0 || !all_of(ref.id, is_ascii_digit)) return invalid("id is not a snowflake");
  if (!is_file_folder(ref.sub)) return invalid("sub is not 'f' and four digits");
  if (ref.name.empty()) return invalid("name is empty");
  if (ref.sha256.size() != 64 || !all_of(ref.sha256, is_lower_hex)) return invalid("sha256 is not 64 hex digits");
  return {};
}

}  // namespace

std::string FileRef::json() const {
  std::string out;
  JsonText json(out);
  json.begin_object().key("id").string(id).key("sub").string(sub).key("name").string(name);
  json.key("size").number(size).key("mime").string(mime).key("sha256").string(sha256);
  if (shard) json.key("shard").number(*shard);
  json.end_object();
  return out;
}

Result<FileRef> FileRef::parse(std::string_view text) {
  JsonReader json(text);
  FileRef ref;
  std::set<std::string> seen;
  TRY(json.begin_object());
  while (const auto key = TRY(json.key())) {
    if (!seen.insert(*key).second) return invalid("key '" + *key + "' twice");
    if (*key == "id") ref.id = TRY(json.string());
    else if (*key == "sub") ref.sub = TRY(json.string());
    else if (*key == "name") ref.name = TRY(json.string());
    else if (*key == "size") ref.size = TRY(json.unsigned_integer());
    else if (*key == "mime") ref.mime = TRY(json.string());
    else if (*key == "sha256") ref.sha256 = ascii_lower(TRY(json.string()));
    else if (*key != "shard") return invalid("unknown key '" + *key + "'");
    else {
      const auto shard = TRY(json.unsigned_integer());
      ref.shard = TRY(narrow<uint32_t>(shard));
    }
  }
  TRY(json.end());
  for (const char* key : {"id", "sub", "name", "size", "mime", "sha256"}) {
    if (!seen.contains(key)) return invalid(std::string("no ") + key);
  }
  TRY(check(ref));
  return ref;
}

std::string FileRef::stored_name() const {
  const auto words = sanitised_file_name(name);
  return id + (words.empty() ? "" : "-" + words) + "." + file_extension(name);
}

bool is_file_folder(std::string_view text) {
  return text.size() == 5 && text[0] == 'f' && all_of(text.substr(1), is_ascii_digit);
}

std::string file_folder(uint32_t number) {
  char buffer[16];
  const int length = std::snprintf(buffer, sizeof buffer, "f%04u", number);
  return std::string(buffer, static_cast<size_t>(length));
}

std::string sanitised_file_name(std::string_view name) {
  const auto stem = name.substr(0, name.rfind('.'));
  std::string kept;
  for (const char c : stem) {
    if (kept.size() == kSanitisedMax) break;
    if (is_ascii_alphanumeric(c)) kept.push_back(ascii_lower(c));
    else if (c == ' ' || c == '_' || c == '-') kept.push_back('-');
  }
  // Cut first, then collapse: the order of the rule, visible in long names with many dashes.
  kept.erase(std::unique(kept.begin(), kept.end(), [](char a, char b) { return a == '-' && b == '-'; }), kept.end());
  if (kept.starts_with('-')) kept.erase(0, 1);
  if (kept.ends_with('-')) kept.pop_back();
  return kept;
}

std::string file_extension(std::string_view name) {
  const auto dot = name.rfind('.');
  const auto extension = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
  if (extension.empty() || extension.size() > kExtensionMax || !all_of(extension, is_ascii_alphanumeric)) return "bin";
  return ascii_lower(extension);
}

bool mime_allowed(std::string_view mime, std::span<const std::string> allowed) {
  return allowed.empty() || std::any_of(allowed.begin(), allowed.end(), [&](std::string_view rule) {
           return rule.ends_with("/*") ? mime.starts_with(rule.substr(0, rule.size() - 1)) : mime == rule;
         });
}

}  // namespace kalam
