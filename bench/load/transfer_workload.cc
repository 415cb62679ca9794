// Transfers between accounts: two changes that happen both or not at all.

#include <utility>

#include "load/workload.h"

namespace kalam::load {
namespace {

// Enough that no account runs dry: every transfer finds its money.
constexpr uint64_t kFirstBalance = 1'000'000'000;

class Transfers : public Workload {
 public:
  Transfers(SqlSession& session, RandomKeys keys) : session_(session), keys_(std::move(keys)) {}

  asio::awaitable<void> prepare() override {
    co_await create_table(session_, "accounts", "id BIGINT PRIMARY KEY, balance BIGINT");
    co_await fill_table(session_, "accounts", keys_.count(),
                        [](size_t id) { return std::to_string(id) + "," + std::to_string(kFirstBalance); });
  }

  Ask next(Random& random) override {
    const uint64_t payer = keys_.draw(random);
    uint64_t payee = keys_.draw(random);
    if (payee == payer) payee = (payer + 1) % keys_.count();
    const std::string amount = std::to_string(1 + random() % 100);
    const std::string batch = "BEGIN; UPDATE load.accounts SET balance = balance - " + amount +
                              " WHERE id = " + std::to_string(payer) + " AND balance >= " + amount +
                              "; UPDATE load.accounts SET balance = balance + " + amount +
                              " WHERE id = " + std::to_string(payee) + " AND balance >= 0; COMMIT";
    // The server sums the counts of all changes of a batch: 1 would be half a transfer.
    return {.request = session_.request(batch), .expected = "\"row_count\":2,", .rows = 2};
  }

  asio::awaitable<std::string> verify(uint64_t, uint64_t) override {
    const std::string wanted = std::to_string(kFirstBalance * keys_.count());
    const std::string answer = co_await session_.run("SELECT 'n' || SUM(balance) || 'n' AS n FROM load.accounts");
    if (answer.find("[[\"n" + wanted + "n\"]]") != std::string::npos) co_return "";
    co_return "the sum of all balances is not " + wanted + ": " + answer;
  }

 private:
  SqlSession& session_;
  RandomKeys keys_;
};

}  // namespace

std::unique_ptr<Workload> transfers(SqlSession& session, RandomKeys keys) {
  return std::make_unique<Transfers>(session, std::move(keys));
}

}  // namespace kalam::load
