// answer: statement -> reply.
//
//   Statement -> duck::ParsedQuery -> names to sources -> auth::authorize -> duck::Instance::run -> QueryReply

#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "duck/instance.h"
#include "query/query_reply.h"
#include "sql/statement.h"
#include "types/role.h"
#include "types/row_source.h"
#include "types/value.h"

namespace kalam::query {

// The rows of schema.table, both in lower case; null when there is no such table. Sources live as long as the process.
using FindSource = std::function<const RowSource*(std::string_view schema, std::string_view table)>;

struct AnswerOptions {
  size_t parameters_max = 50;
  size_t parameter_bytes_max = 524'288;
};

// What one request asks for, besides its statements.
struct Question {
  Viewer viewer;
  std::vector<Value> parameters;
  std::string default_schema = "default";  // for names without one
};

// Safe from any thread. Blocks: for workers.
class Answerer {
 public:
  // `engine` must outlive this.
  Answerer(duck::Instance& engine, FindSource find, AnswerOptions options = {})
      : engine_(engine), find_(std::move(find)), options_(options) {}

  Result<QueryReply> answer(const sql::Statement& statement, const Question& question) const;

 private:
  Result<const RowSource*> source_of(const duck::QueryTable& table, const Question& question) const;
  Status check_parameters(const std::vector<Value>& given, size_t expected) const;

  duck::Instance& engine_;
  const FindSource find_;
  const AnswerOptions options_;
};

}  // namespace kalam::query
