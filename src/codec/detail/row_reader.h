// Reads one row payload in place: header, then values one by one. Strict: what the format does not allow is an error.

#pragma once
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "codec/detail/flat_reader.h"
#include "codec/detail/row_root.h"
#include "types/row.h"
#include "types/value.h"

namespace kalam::codec::detail {

class RowReader {
 public:
  // `kind` is the word in error texts: "user table row".
  static Result<RowReader> open(const RowRoot& root, std::string_view kind, std::string_view payload);

  std::string_view user() const { return user_; }
  const RowHeader& header() const { return header_; }
  uint32_t table_schema_version() const { return table_schema_version_; }
  uint32_t size() const { return values_.size; }

  // Value `index`, below size().
  Status read(uint32_t index, Value& into);

 private:
  explicit RowReader(std::string_view payload) : buffer_(payload) {}
  bool is_sound(const FlatTable& table, ScalarKind kind, bool null);
  Status read_text(const FlatTable& table, ScalarKind kind, Value& into);
  Status read_decimal(const FlatTable& table, bool null, Value& into);
  Status read_fixed(const FlatTable& table, bool null, Value& into);
  Status read_embedding(const FlatTable& table, bool null, Value& into);
  Status read_timestamp(const FlatTable& table, ScalarKind kind, bool null, Value& into);

  FlatBuffer buffer_;
  std::string_view user_;
  RowHeader header_;
  uint32_t table_schema_version_ = 0;
  FlatBuffer::Vector values_;
};

}  // namespace kalam::codec::detail
