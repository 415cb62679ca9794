// POST /v1/api/topics/consume and …/ack (spec http-api §7).
//
// A consumer that asks to wait is answered when the first message comes: until then its request is held by its
// connection (HttpHold), and no worker waits with it.

#pragma once
#include "auth/authenticate.h"
#include "query/services.h"
#include "server/http_message.h"

namespace kalam::server {

class TopicEndpoint {
 public:
  // Both outlive this.
  TopicEndpoint(const query::Services& services, const auth::Authenticator& authenticator)
      : services_(services), authenticator_(authenticator) {}

  // They block: for workers.
  HttpResponse consume(const HttpRequest& request) const;
  HttpResponse acknowledge(const HttpRequest& request) const;

 private:
  const query::Services& services_;
  const auth::Authenticator& authenticator_;
};

}  // namespace kalam::server
