// POST /v1/api/sql: text of a client -> rows as JSON.
//
//   HttpRequest -> auth::Authenticator -> SqlRequest -> query::Runner -> JSON

#pragma once
#include "auth/attempt_rate.h"
#include "auth/authenticate.h"
#include "base/clock.h"
#include "query/runner.h"
#include "server/file_uploads.h"
#include "server/http_message.h"
#include "server/slow_log.h"
#include "types/generated_ids.h"

namespace kalam::server {

// What stands around the statements; each may be missing.
struct SqlEndpointOptions {
  auth::AttemptRate* rate = nullptr;  // by user
  SlowLog* slow_log = nullptr;
  const FileUploads* uploads = nullptr;
};

class SqlEndpoint {
 public:
  // All must outlive this.
  SqlEndpoint(query::Runner& runner, const auth::Authenticator& authenticator, const Clock& clock, TimeOrderedIds& ids,
              SqlEndpointOptions options = {})
      : runner_(runner), authenticator_(authenticator), clock_(clock), ids_(ids), options_(options) {}

  HttpResponse answer(const HttpRequest& request) const;  // blocks: for workers
  static HttpResponse too_large(size_t bytes, size_t bytes_max);
  static HttpResponse overloaded();

 private:
  query::Runner& runner_;
  const auth::Authenticator& authenticator_;
  const Clock& clock_;
  TimeOrderedIds& ids_;
  const SqlEndpointOptions options_;
};

}  // namespace kalam::server
