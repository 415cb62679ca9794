// MultipartReader: the parts of a multipart/form-data body that is already in memory, one after the other (RFC 7578).
//
//   auto reader = TRY(MultipartReader::open(content_type, body));
//   while (const auto part = TRY(reader.next())) use(part->name, part->bytes);
//
// Always true: nothing of a part is copied but its names; the bytes are views into the body, which must outlive them.
// Strict: what two readers could take in two ways (a folded header, a name twice, text between parts) is an error. The
// work is linear in the body, whatever it holds.

#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam::server {

struct MultipartPart {
  std::string name = {};
  std::optional<std::string> file_name = {};
  std::string content_type = {};  // empty: not said
  std::string_view bytes = {};
};

class MultipartReader {
 public:
  static constexpr size_t kPartsMax = 256;
  static constexpr size_t kHeadBytesMax = 8192;  // of one part
  static constexpr size_t kBoundaryBytesMax = 70;

  static bool is_multipart(std::string_view content_type);  // multipart/form-data, in any case

  // `invalid_input`: there is no boundary, or none that may be one.
  static Result<MultipartReader> open(std::string_view content_type, std::string_view body);

  // Empty: that was all. After an error the reader is of no more use.
  Result<std::optional<MultipartPart>> next();

  // After an error: the part whose head was read and whose content is broken; null: it was not in a part.
  const MultipartPart* broken_part() const { return inside_ ? &part_ : nullptr; }

 private:
  MultipartReader(std::string boundary, std::string_view body) : delimiter_("\r\n--" + boundary), rest_(body) {}

  Status begin();
  Status read_head();
  Status read_header(std::string_view line);
  Status read_disposition(std::string_view value);
  Result<bool> more_after_delimiter();

  std::string delimiter_;
  std::string_view rest_;
  MultipartPart part_;
  bool has_disposition_ = false;
  bool has_type_ = false;
  bool inside_ = false;
  bool begun_ = false;
  bool ended_ = false;
  size_t parts_ = 0;
};

}  // namespace kalam::server
