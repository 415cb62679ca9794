// One line of JSON: what a run measured.

#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "load/timings.h"

namespace kalam::load {

// `text` between quotes, as JSON has it.
std::string json_text(std::string_view text);

class Report {
 public:
  explicit Report(std::string_view scenario);
  void add(std::string_view name, double value);
  void add(std::string_view name, uint64_t value);
  void add(std::string_view name, std::string_view text);
  void add(std::string_view name, bool value);
  void add(std::string_view name, const std::map<std::string, uint64_t>& counts);
  // p50, p95, p99 and max; `of` comes before their names.
  void add(const Percentiles& percentiles, std::string_view of = "");
  std::string line() const { return text_ + "}"; }

 private:
  void member(std::string_view name, std::string_view json);

  std::string text_ = "{";
};

}  // namespace kalam::load
