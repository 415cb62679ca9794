#include "workload.h"

namespace kalam::crash {

namespace {

class Maker {
 public:
  Maker(Model model, std::mt19937_64& random, int64_t& next_id)
      : model_(std::move(model)), random_(random), next_id_(next_id) {}

  Step step() {
    std::string sql;
    while (sql.empty()) sql = some_statement();
    return {std::move(sql), model_};
  }

 private:
  size_t below(size_t bound) { return random_() % bound; }
  static std::string number(int64_t value) { return std::to_string(value); }

  std::map<int64_t, int64_t>::iterator some_account() {
    return std::next(model_.accounts.begin(), static_cast<std::ptrdiff_t>(below(model_.accounts.size())));
  }

  std::string some_statement() {
    switch (below(10)) {
      case 0:
      case 1: return insert(1);
      case 2: return insert(5);
      case 3: return deposit();
      case 4: return withdraw_all();
      case 5:
      case 6: return transfer();
      case 7: return create_table();
      case 8: return fill_table();
      default: return drop_table();
    }
  }

  std::string insert(size_t rows) {
    std::string values;
    for (size_t i = 0; i < rows; ++i) {
      const auto id = next_id_++;
      const auto balance = static_cast<int64_t>(below(1000));
      model_.accounts[id] = balance;
      values += (values.empty() ? "(" : ", (") + number(id) + ", " + number(balance) + ")";
    }
    return "INSERT INTO crash.accounts VALUES " + values;
  }
  std::string deposit() {
    if (model_.accounts.empty()) return {};
    const auto account = some_account();
    account->second += 10;
    return "UPDATE crash.accounts SET balance = balance + 10 WHERE id = " + number(account->first);
  }
  std::string withdraw_all() {  // not by key alone: a query finds the rows
    if (model_.accounts.size() < 4) return {};
    const auto first = some_account()->first;
    std::erase_if(model_.accounts, [&](const auto& each) { return each.first >= first && each.first < first + 3; });
    return "DELETE FROM crash.accounts WHERE id >= " + number(first) + " AND id < " + number(first + 3);
  }
  std::string transfer() {
    if (model_.accounts.size() < 2) return {};
    const auto from = some_account();
    const auto to = some_account();
    if (from == to) return {};
    const auto amount = static_cast<int64_t>(below(50)) + 1;
    from->second -= amount;
    to->second += amount;
    const auto update = [&](const char* sign, int64_t id) {
      return "UPDATE crash.accounts SET balance = balance " + std::string(sign) + " " + number(amount) +
             " WHERE id = " + number(id) + "; ";
    };
    // With a query inside, it is a transaction that is staged; without, one command from the start.
    const std::string look = below(2) == 0 ? "SELECT count(*) FROM crash.accounts; " : "";
    return "BEGIN; " + update("-", from->first) + look + update("+", to->first) + "COMMIT";
  }
  std::string create_table() {
    const auto name = "t" + number(next_id_++);
    model_.tables[name];
    return "CREATE SHARED TABLE crash." + name + " (id BIGINT PRIMARY KEY)";
  }
  std::string fill_table() {
    if (model_.tables.empty()) return {};
    auto& [name, ids] = *std::next(model_.tables.begin(), static_cast<std::ptrdiff_t>(below(model_.tables.size())));
    const auto id = next_id_++;
    ids.insert(id);
    return "INSERT INTO crash." + name + " VALUES (" + number(id) + ")";
  }
  std::string drop_table() {
    if (model_.tables.size() < 3) return {};
    const auto name = model_.tables.begin()->first;
    model_.tables.erase(name);
    return "DROP TABLE crash." + name;
  }

  Model model_;
  std::mt19937_64& random_;
  int64_t& next_id_;
};

}  // namespace

std::string Model::text() const {
  std::string text;
  for (const auto& [id, balance] : accounts) text += std::to_string(id) + ":" + std::to_string(balance) + " ";
  for (const auto& [name, ids] : tables) {
    text += "\n" + name + ":";
    for (const auto id : ids) text += " " + std::to_string(id);
  }
  return text;
}

std::vector<Step> steps(const Model& before, size_t count, std::mt19937_64& random, int64_t& next_id) {
  std::vector<Step> made;
  Maker maker(before, random, next_id);
  for (size_t i = 0; i < count; ++i) made.push_back(maker.step());
  return made;
}

}  // namespace kalam::crash
