// Tables over HTTP (spec catalog §11): thin clothes over the same statements. Rights, messages and the audit log are
// theirs.
//
//   GET    /v1/api/tables/{table}/schema            DESCRIBE TABLE [HISTORY]
//   PUT    /v1/api/tables/{table}/schema            ALTER TABLE
//   POST   /v1/api/tables                           CREATE TABLE
//   DELETE /v1/api/tables/{table}                   DROP TABLE
//   GET    /v1/api/information_schema/columns       SELECT … FROM information_schema.columns

#pragma once
#include <mutex>

#include "auth/authenticate.h"
#include "query/runner.h"
#include "query/services.h"
#include "server/http_message.h"
#include "types/generated_ids.h"

namespace kalam::server {

class SchemaEndpoint {
 public:
  // All outlive this.
  SchemaEndpoint(query::Runner& runner, const query::Services& services, const auth::Authenticator& authenticator,
                 TimeOrderedIds& ids)
      : runner_(runner), services_(services), authenticator_(authenticator), ids_(ids) {}

  // They block: for workers.
  HttpResponse schema(const HttpRequest& request);
  HttpResponse alter(const HttpRequest& request);
  HttpResponse create(const HttpRequest& request);
  HttpResponse drop(const HttpRequest& request);
  HttpResponse columns(const HttpRequest& request);

 private:
  struct Caller {
    Viewer viewer;
    Micros started;
  };
  template <typename Answer>
  HttpResponse as_caller(const HttpRequest& request, Answer answer);
  query::Replies run(const HttpRequest& request, const Caller& caller, std::string_view sql,
                     std::vector<Value> parameters = {});
  HttpResponse failed(const Caller& caller, const query::Failure& failure) const;
  HttpResponse refused(const Caller& caller, unsigned status, std::string code, std::string message) const;
  HttpResponse invalid(const Caller& caller, const Error& error) const;
  // The table of the path; or why there is none.
  Result<TableId> table_of(const HttpRequest& request) const;
  HttpResponse table_answer(const Caller& caller, unsigned status, const TableId& table) const;

  query::Runner& runner_;
  const query::Services& services_;
  const auth::Authenticator& authenticator_;
  TimeOrderedIds& ids_;
  std::mutex altering_;  // what one expects of a version is still so when it alters
};

}  // namespace kalam::server
