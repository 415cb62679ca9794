// QueryReply: the answer to one statement, ready to be put into a response.

#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "duck/row_stream.h"

namespace kalam::query {

struct QueryReply {
  std::vector<duck::ResultColumn> columns;
  std::string rows_json;  // `[1,"a"],[2,"b"]`: the elements of an array
  size_t row_count = 0;
  std::string as_user;
};

}  // namespace kalam::query
