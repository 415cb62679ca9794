#include "server/form_request.h"

#include <gtest/gtest.h>

namespace kalam::server {
namespace {

std::string part(std::string_view name, std::string_view bytes, std::string_view more = "") {
  return "--gold\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"" + std::string(more) +
         "\r\n\r\n" + std::string(bytes) + "\r\n";
}

// What was read, or the code and message of the refusal.
std::string read(std::string_view parts, const FileLimits& limits = {}) {
  const auto body = std::string(parts) + "--gold--";
  const auto form = read_form_request("multipart/form-data; boundary=gold", body, limits);
  if (const auto* refused = std::get_if<SqlFailure>(&form)) {
    EXPECT_EQ(refused->status, 400u);
    return refused->code + ": " + refused->message;
  }
  const auto& [request, files] = std::get<FormRequest>(form);
  auto out = request.default_schema + "|" + request.sql;
  for (const auto& parameter : request.parameters) out += "|" + parameter;
  for (const auto& file : files)
    out += "|" + file.key + ":" + file.name + ":" + file.media_type + "=" + std::string(file.bytes);
  return out;
}

TEST(FormRequest, HasAStatementParametersAndFiles) {
  const auto sql = part("sql", "SELECT 1");
  EXPECT_EQ(read(sql), "default|SELECT 1");
  EXPECT_EQ(read(part("file:f", "x") + part("namespace_id", "App") + part("other", "y") + sql), "app|SELECT 1|f:f:=x");
  EXPECT_EQ(read(sql + part("params", R"([5, "a", {"b":[]}])")), R"(default|SELECT 1|5|"a"|{"b":[]})");
  EXPECT_EQ(read(part("sql", "SELECT 2") + part("file:f", "1") + sql +
                 part("file:f", "2", "; filename=\"a b.pdf\"\r\nContent-Type: application/pdf")),
            "default|SELECT 1|f:a b.pdf:application/pdf=2");
}

TEST(FormRequest, RefusalsHaveCodeAndText) {
  const auto sql = part("sql", "SELECT 1");
  struct Case {
    std::string parts;
    std::string expected;
  };
  const Case cases[] = {
      {"", "EMPTY_SQL: SQL statement is required"},
      {part("params", "[]"), "EMPTY_SQL: SQL statement is required"},
      {part("sql", " \n"), "EMPTY_SQL: SQL statement is required"},
      {part("sql", "\xff"), "INVALID_INPUT: Failed to read SQL field: it is not UTF-8"},
      {sql + part("params", "{}"), "INVALID_PARAMETER: Params must be a JSON array"},
      {sql + part("params", "[] []"), "INVALID_PARAMETER: Invalid params JSON: "},
      {sql + part("params", "[1e400]"), "INVALID_PARAMETER: Invalid params JSON: "},
      {sql + part("params", ""), "INVALID_PARAMETER: Invalid params JSON: "},
      {sql + part("file:", "x"), "INVALID_INPUT: Failed to read file '': it has no name"},
      {sql + part("file:f", "12345", "; filename=big.txt"),
       "FILE_TOO_LARGE: File 'big.txt' exceeds maximum size of 4 bytes"},
      {sql + part("file:a", "") + part("file:b", "") + part("file:c", ""),
       "TOO_MANY_FILES: Too many files: maximum 2 allowed"},
      {sql + "--gold\r\nContent-Disposition: form-data; name=\"file:f\"\r\n\r\nx\r\n--goldish\r\n",
       "INVALID_INPUT: Failed to read file 'f': a boundary is followed by other text"},
      {sql + "--gold\r\n\r\n", "INVALID_INPUT: Multipart parse error: a part has no name"},
  };
  for (const auto& [parts, expected] : cases) {
    EXPECT_EQ(read(parts, {.files_max = 2, .file_bytes_max = 4}).substr(0, expected.size()), expected) << parts;
  }
}

TEST(FormRequest, NoSettingAllowsMoreThanTheAbsoluteMaximum) {
  const std::string big(FileLimits::kFileBytesMax + 1, 'x');
  EXPECT_EQ(read(part("sql", "SELECT 1") + part("file:f", big), {.files_max = 2, .file_bytes_max = ~0ull}),
            "FILE_TOO_LARGE: File exceeds absolute maximum size");
}

}  // namespace
}  // namespace kalam::server
