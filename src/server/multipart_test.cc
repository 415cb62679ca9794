#include "server/multipart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kalam::server {
namespace {

constexpr const char* kType = "multipart/form-data; boundary=gold";

// name[file name]{content type}=bytes, or the error.
std::string read(std::string_view body, std::string_view content_type = kType) {
  auto reader = MultipartReader::open(content_type, body);
  if (!reader.ok()) return "! " + reader.error().message;
  std::string out;
  while (true) {
    const auto part = reader->next();
    if (!part.ok()) {
      const auto* broken = reader->broken_part();
      return "! " + part.error().message + (broken ? " in " + broken->name : "");
    }
    if (!*part) return out;
    const auto& [name, file_name, type, bytes] = **part;
    out += name + (file_name ? "[" + *file_name + "]" : "") + (type.empty() ? "" : "{" + type + "}");
    out += "=" + std::string(bytes) + ";";
  }
}

std::string part(std::string_view head, std::string_view bytes) {
  return "--gold\r\nContent-Disposition: form-data; " + std::string(head) + "\r\n\r\n" + std::string(bytes) + "\r\n";
}

TEST(Multipart, ReadsWhatClientsSend) {
  struct Case {
    std::string body;
    std::string expected;
  };
  const Case cases[] = {
      {part("name=\"sql\"", "SELECT 1") + "--gold--\r\n", "sql=SELECT 1;"},
      {part("name=\"sql\"", "SELECT 1") + "--gold--", "sql=SELECT 1;"},
      {"\r\n" + part("name=sql", "SELECT 1") + "--gold--", "sql=SELECT 1;"},
      {part("name=\"a\"", "1") + part("name=\"b\"", "2") + "--gold--\r\n", "a=1;b=2;"},
      {part("name=\"a\"", "") + "--gold--", "a=;"},
      {"--gold\r\nContent-Disposition: form-data; name=a\r\n\r\n--gold--", "a=;"},
      {"--gold--", ""},
      {part("name=\"file:f\"; filename=\"Trip Plan.pdf\"\r\nContent-Type: application/pdf", "%PDF") + "--gold--",
       "file:f[Trip Plan.pdf]{application/pdf}=%PDF;"},
      {part("name=\"file:f\"; filename=\"文档.pdf\"", "x") + "--gold--", "file:f[文档.pdf]=x;"},
      {part(R"(name="f"; filename="a \"b\" C:\dir\c")", "x") + "--gold--", R"(f[a "b" C:\dir\c]=x;)"},
      {part("NAME=f; FileName=\"\"; other=1; filename*=UTF-8''x", "x") + "--gold--", "f[]=x;"},
      {part("name=f\r\nContent-Transfer-Encoding: Binary\r\nX-Else: y", "x") + "--gold--", "f=x;"},
      // Bytes that look like delimiters and are none.
      {part("name=f", "x--gold\n--gold--\r\n-gold\r\n--gol\r\n") + "--gold--",
       "f=x--gold\n--gold--\r\n-gold\r\n--gol\r\n;"},
      {part("name=f", std::string("\0\xff\r\n", 4)) + "--gold--", "f=" + std::string("\0\xff\r\n", 4) + ";"},
  };
  for (const auto& [body, expected] : cases) EXPECT_EQ(read(body), expected) << body;
}

TEST(Multipart, RefusesWhatIsBroken) {
  struct Case {
    std::string body;
    std::string expected;
  };
  const std::string end = "--gold--";
  const Case cases[] = {
      {"", "! Multipart stream is incomplete"},
      {"--go", "! Multipart stream is incomplete"},
      {"--gold", "! Multipart stream is incomplete"},
      {"--gold-", "! Multipart stream is incomplete"},
      {"--gold\r\n", "! Multipart stream is incomplete"},
      {"--gold\r\nContent-Disposition: form-data; name=sql\r\n", "! Multipart stream is incomplete"},
      {"--gold\r\nContent-Disposition: form-data; name=sql\r\n\r\nSELECT 1", "! Multipart stream is incomplete in sql"},
      {part("name=sql", "SELECT 1"), "! Multipart stream is incomplete in sql"},
      {part("name=sql", "SELECT 1") + "--gold", "! Multipart stream is incomplete in sql"},
      {part("name=sql", "SELECT 1") + "--goldish", "! a boundary is followed by other text in sql"},
      {part("name=sql", "SELECT 1") + end + "\r\nmore", "! there is text behind the last part in sql"},
      {"preamble\r\n" + part("name=a", "1") + end, "! the body does not begin with its boundary"},
      {"--gold\nContent-Disposition: form-data; name=a\n\n1\n--gold--", "! a boundary is followed by other text"},
      {"--gold\r\n\r\n1\r\n" + end, "! a part has no name"},
      {part("filename=x", "1") + end, "! a part has no name"},
      {part("name=a; name=b", "1") + end, "! a part has two names"},
      {part("name=a; filename=x; filename=y", "1") + end, "! a part has two file names"},
      {part("name=a\r\nContent-Disposition: form-data; name=b", "1") + end, "! two headers Content-Disposition"},
      {part("name=a\r\nContent-Type: a/b\r\nContent-Type: c/d", "1") + end, "! two headers Content-Type"},
      {part("name=\"a", "1") + end, "! a quoted parameter has no end"},
      {part("name=", "1") + end, "! a header parameter without a value"},
      {part("name", "1") + end, "! a header parameter without a name"},
      {part("name=a b", "1") + end, "! unexpected text in a header"},
      {part("name=a\r\n folded: x", "1") + end, "! a header has no name"},
      {part("name=a\r\nno colon", "1") + end, "! a header has no name"},
      {part("name=a\r\nContent-Transfer-Encoding: base64", "1") + end, "! a part is encoded"},
      {part("name=\"a\nb\"", "1") + end, "! a header holds a control character"},
      {part(std::string("name=\"a\0b\"", 10), "1") + end, "! a header holds a control character"},
      {part("name=\"\xff\"", "1") + end, "! a header is not UTF-8"},
      {"--gold\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n" + end, "! a part is no form-data"},
      {part("name=a\r\nX: " + std::string(MultipartReader::kHeadBytesMax, 'x'), "1") + end,
       "! the head of a part is too long"},
  };
  for (const auto& [body, expected] : cases) EXPECT_EQ(read(body), expected) << body;
}

TEST(Multipart, TheBoundaryIsThatOfTheContentType) {
  const std::string ok = "--a b\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--a b--";
  EXPECT_EQ(read(ok, "Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""), "x=1;");
  struct Case {
    std::string content_type;
    std::string expected;
  };
  const Case cases[] = {
      {"multipart/form-data", "! Multipart boundary is not found"},
      {"multipart/mixed; boundary=gold", "! Multipart boundary is not found"},
      {"multipart/form-data; boundary=", "! a header parameter without a value"},
      {"multipart/form-data; boundary=\"\"", "! the boundary is malformed"},
      {"multipart/form-data; boundary=\"a \"", "! the boundary is malformed"},
      {"multipart/form-data; boundary=\"a\\\"b\"", "! the boundary is malformed"},
      {"multipart/form-data; boundary=" + std::string(71, 'x'), "! the boundary is malformed"},
      {"multipart/form-data; boundary=a; boundary=b", "! two boundaries"},
  };
  for (const auto& [content_type, expected] : cases) EXPECT_EQ(read(ok, content_type), expected) << content_type;
}

TEST(Multipart, PartsAreCounted) {
  std::string body;
  for (size_t i = 0; i < MultipartReader::kPartsMax; ++i) body += part("name=a", "");
  EXPECT_THAT(read(body + "--gold--"), testing::StartsWith("a=;a=;"));
  EXPECT_EQ(read(body + part("name=a", "") + "--gold--"), "! too many parts");
}

}  // namespace
}  // namespace kalam::server
