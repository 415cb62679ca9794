#include "query/statements/statements.h"

#include <variant>

namespace kalam::query {

namespace {

// The kinds that somebody else runs have no overload of run().
template <typename T>
concept Handled = requires(const T& statement, const Services& services, Session& session) {
  { run(statement, services, session) } -> std::same_as<Result<QueryReply>>;
};

}  // namespace

Result<QueryReply> run_statement(const sql::Statement& statement, const Services& services, Session& session) {
  return std::visit(
      [&]<typename T>(const T& body) -> Result<QueryReply> {
        if constexpr (Handled<T>) {
          return run(body, services, session);
        } else {
          return Error{ErrorCode::internal, std::string(statement.name()) + " is run by others"};
        }
      },
      statement.body);
}

}  // namespace kalam::query
