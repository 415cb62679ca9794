// POST /v1/api/sql: text of a client -> rows as JSON.
//
//   HttpRequest -> auth::open_session -> SqlRequest -> query::Runner -> JSON

#pragma once
#include "base/clock.h"
#include "query/runner.h"
#include "server/http_message.h"
#include "types/generated_ids.h"

namespace kalam::server {

class SqlEndpoint {
 public:
  // All must outlive this.
  SqlEndpoint(query::Runner& runner, const Clock& clock, TimeOrderedIds& ids)
      : runner_(runner), clock_(clock), ids_(ids) {}

  HttpResponse answer(const HttpRequest& request) const;  // blocks: for workers
  static HttpResponse too_large(size_t bytes, size_t bytes_max);
  static HttpResponse overloaded();

 private:
  query::Runner& runner_;
  const Clock& clock_;
  TimeOrderedIds& ids_;
};

}  // namespace kalam::server
