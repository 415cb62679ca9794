// Services: what statements work with. Session: for whom, and in which namespace. Both are handed down to every
// statement; nothing here owns anything.

#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "auth/external_identity.h"
#include "auth/password_policy.h"
#include "base/clock.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "commands/writer.h"
#include "duck/instance.h"
#include "query/defaults.h"
#include "tables/tables.h"
#include "topics/consumers.h"
#include "types/role.h"

namespace kalam::query {

struct ServicesOptions {
  int bcrypt_cost = 12;
  bool enforce_password_complexity = false;
  auth::PasswordLengths password_lengths = {};
  auth::TrustedIssuers trusted_issuers = {};
  bool audit_reads = true;         // SHOW and DESCRIBE leave rows in the audit log
  std::string public_origin = {};  // where clients reach this server: "https://db.example.com"; empty: unknown
  std::string data_path = "./data";
};

struct Services {
  catalog::Catalog& catalog;
  tables::Tables& tables;
  commands::Writer& writer;
  duck::Instance& engine;
  Clock& clock;
  Random& random;
  Generators generators;
  std::function<CommitSeq()> last_commit;  // the greatest that is durable
  ServicesOptions options = {};
  // Ends a live query and tells its client; false: there is none of that id. Empty: nothing is live here.
  std::function<bool(std::string_view live_id)> kill_live_query = {};
  // Null: nothing is published to topics here.
  topics::MessageLog* messages = nullptr;
  topics::Consumers* consumers = nullptr;
};

// One request's, on one thread.
struct Session {
  Viewer viewer;  // whose rights and rows: under EXECUTE AS USER the target, with the role user
  Viewer actor;   // who authenticated
  std::string current_namespace = "default";
  std::string request_id = {};
  std::string client_address = {};
};

}  // namespace kalam::query
