// A workload whose effects are known: each step is a request, and what the database holds after it.

#pragma once
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace kalam::crash {

// What the database holds.
struct Model {
  std::map<int64_t, int64_t> accounts;              // crash.accounts: id -> balance
  std::map<std::string, std::set<int64_t>> tables;  // crash.<name>: ids
  bool operator==(const Model&) const = default;
  std::string text() const;
};

struct Step {
  std::string sql;
  Model after;
};

// Inserts, updates, deletes, transfers in a transaction, tables made, filled and dropped. `next_id`: of rows and tables
// that are new; no name is used twice.
std::vector<Step> steps(const Model& before, size_t count, std::mt19937_64& random, int64_t& next_id);

}  // namespace kalam::crash
