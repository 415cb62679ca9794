// QueryReply: the answer to one statement, ready to be put into a response.

#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "duck/row_stream.h"

namespace kalam::query {

struct QueryReply {
  enum class Shape : uint8_t {
    rows,      // columns and rows
    inserted,  // row_count rows: "Inserted 2 row(s)"; batches add these up
    updated,
    deleted,
    message,  // done: `message` says what
  };

  Shape shape = Shape::rows;
  std::vector<duck::ResultColumn> columns = {};
  std::string rows_json = {};  // `[1,"a"],[2,"b"]`: the elements of an array
  size_t row_count = 0;
  bool truncated = false;  // a row limit of the server's kept rows back
  std::string message = {};
  std::string as_user = {};

  static QueryReply done(std::string message) {
    QueryReply reply;
    reply.shape = Shape::message;
    reply.message = std::move(message);
    return reply;
  }
};

}  // namespace kalam::query
