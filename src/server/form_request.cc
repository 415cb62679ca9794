#include "server/form_request.h"

#include <algorithm>
#include <optional>

#include "base/utf8.h"
#include "server/multipart.h"
#include "types/ascii.h"
#include "types/json_reader.h"

namespace kalam::server {

namespace {

constexpr std::string_view kFilePrefix = "file:";

SqlFailure refusal(std::string code, std::string message) { return {400, std::move(code), std::move(message), {}}; }

std::string context_of(const MultipartPart* broken) {
  if (!broken) return "Multipart parse error: ";
  if (broken->name == "sql") return "Failed to read SQL field: ";
  if (broken->name.starts_with(kFilePrefix)) {
    return "Failed to read file '" + broken->name.substr(kFilePrefix.size()) + "': ";
  }
  return "Multipart parse error: ";
}

std::optional<SqlFailure> read_parameters(std::string_view text, std::vector<std::string>& parameters) {
  const auto unreadable = [](const Error& error) {
    return refusal("INVALID_PARAMETER", "Invalid params JSON: " + error.message);
  };
  if (const auto checked = check_json(text); !checked.ok()) return unreadable(checked.error());
  JsonReader json(text);
  if (const auto kind = json.peek(); kind.ok() && *kind != JsonReader::Kind::array) {
    return refusal("INVALID_PARAMETER", "Params must be a JSON array");
  }
  auto read = read_parameter_texts(json);
  if (!read.ok()) return unreadable(read.error());
  parameters = *std::move(read);
  return std::nullopt;
}

std::optional<SqlFailure> add_file(MultipartPart part, const FileLimits& limits, std::vector<SentFile>& files) {
  SentFile file;
  file.key = part.name.substr(kFilePrefix.size());
  file.name = part.file_name && !part.file_name->empty() ? std::move(*part.file_name) : file.key;
  file.media_type = std::move(part.content_type);
  file.bytes = part.bytes;
  if (file.name.empty()) return refusal("INVALID_INPUT", "Failed to read file '': it has no name");
  if (file.bytes.size() > limits.file_bytes_max) {
    return refusal("FILE_TOO_LARGE", "File '" + file.name + "' exceeds maximum size of " +
                                         std::to_string(limits.file_bytes_max) + " bytes");
  }
  if (file.bytes.size() > FileLimits::kFileBytesMax) {
    return refusal("FILE_TOO_LARGE", "File exceeds absolute maximum size");
  }
  const auto same = std::find_if(files.begin(), files.end(), [&](const auto& each) { return each.key == file.key; });
  if (same != files.end()) {
    *same = std::move(file);
    return std::nullopt;
  }
  if (files.size() == limits.files_max) {
    return refusal("TOO_MANY_FILES", "Too many files: maximum " + std::to_string(limits.files_max) + " allowed");
  }
  files.push_back(std::move(file));
  return std::nullopt;
}

}  // namespace

std::variant<FormRequest, SqlFailure> read_form_request(std::string_view content_type, std::string_view body,
                                                        const FileLimits& limits) {
  FormRequest form;
  std::string_view parameters;
  bool has_parameters = false;
  auto reader = MultipartReader::open(content_type, body);
  if (!reader.ok()) return input_failure("Multipart parse error: " + reader.error().message);
  while (true) {
    auto next = reader->next();
    if (!next.ok()) return input_failure(context_of(reader->broken_part()) + next.error().message);
    if (!*next) break;
    auto& part = **next;
    if (part.name == "sql") {
      if (!is_utf8(part.bytes)) return input_failure("Failed to read SQL field: it is not UTF-8");
      form.request.sql = std::string(part.bytes);
    } else if (part.name == "params") {
      parameters = part.bytes;
      has_parameters = true;
    } else if (part.name == "namespace_id") {
      if (!is_utf8(part.bytes)) return input_failure("Multipart parse error: the namespace is not UTF-8");
      form.request.default_schema = ascii_lower(part.bytes);
    } else if (part.name.starts_with(kFilePrefix)) {
      if (auto refused = add_file(std::move(part), limits, form.files)) return std::move(*refused);
    }
  }
  if (trimmed(form.request.sql).empty()) return refusal("EMPTY_SQL", "SQL statement is required");
  if (has_parameters) {
    if (auto refused = read_parameters(parameters, form.request.parameters)) return std::move(*refused);
  }
  return form;
}

}  // namespace kalam::server
