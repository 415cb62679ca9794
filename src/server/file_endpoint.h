// GET /v1/files/{namespace}/{table}/{subfolder}/{file_id}: the bytes of a FILE cell (spec http-api §6.4).
//
//   HttpRequest -> who asks -> whose files, and may he -> files::FileStore::find -> 200, 206, 304 or 416
//
// Always true: what a browser would run is only ever downloaded, and no answer tells whether a file exists that the
// sender may not read.

#pragma once
#include "auth/authenticate.h"
#include "base/clock.h"
#include "files/file_store.h"
#include "query/services.h"
#include "server/http_message.h"

namespace kalam::server {

class FileEndpoint {
 public:
  static constexpr const char* kPath = "/v1/files/{namespace}/{table}/{subfolder}/{file_id}";

  // All outlive this.
  FileEndpoint(const query::Services& services, const auth::Authenticator& authenticator, files::FileStore& store)
      : services_(services), authenticator_(authenticator), store_(store) {}

  HttpResponse answer(const HttpRequest& request) const;  // of kPath; blocks: for workers
  // The same for a sender who is known.
  HttpResponse answer(const HttpRequest& request, const Viewer& viewer) const;

 private:
  const query::Services& services_;
  const auth::Authenticator& authenticator_;
  files::FileStore& store_;
};

}  // namespace kalam::server
