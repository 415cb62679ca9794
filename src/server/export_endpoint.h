// GET /v1/exports/{user_id}/{export_id}: the archive that EXPORT USER DATA made (spec http-api §6.5).

#pragma once
#include <string>

#include "auth/authenticate.h"
#include "server/http_message.h"

namespace kalam::server {

class ExportEndpoint {
 public:
  static constexpr const char* kPath = "/v1/exports/{user_id}/{export_id}";

  // `directory`: where archives lie, as <user>/<export>.zip. The authenticator outlives this.
  ExportEndpoint(std::string directory, const auth::Authenticator& authenticator)
      : directory_(std::move(directory)), authenticator_(authenticator) {}

  HttpResponse answer(const HttpRequest& request) const;  // of kPath; blocks: for workers

 private:
  const std::string directory_;
  const auth::Authenticator& authenticator_;
};

}  // namespace kalam::server
