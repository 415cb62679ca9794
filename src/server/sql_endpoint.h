// POST /v1/api/sql: text of a client -> rows as JSON.
//
//   HttpRequest -> auth::open_session -> SqlRequest -> sql::parse -> query::Answerer, statement by statement -> JSON

#pragma once
#include "base/clock.h"
#include "query/answer.h"
#include "server/http_message.h"
#include "sql/parse.h"

namespace kalam::server {

class SqlEndpoint {
 public:
  // `answerer` and `clock` must outlive this.
  SqlEndpoint(const query::Answerer& answerer, const Clock& clock, sql::ParseLimits limits)
      : answerer_(answerer), clock_(clock), limits_(limits) {}

  HttpResponse answer(const HttpRequest& request) const;  // blocks: for workers
  static HttpResponse too_large(size_t bytes, size_t bytes_max);
  static HttpResponse overloaded();

 private:
  const query::Answerer& answerer_;
  const Clock& clock_;
  const sql::ParseLimits limits_;
};

}  // namespace kalam::server
