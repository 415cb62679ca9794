#include "duck/row_expressions.h"

#include <algorithm>
#include <mutex>

#include "duck/detail/bound_row.h"
#include "duck/detail/engine_error.h"
#include "duck/detail/instance_impl.h"
#include "duck/instance.h"

namespace kalam::duck {

namespace {

// The expressions as text, and bound for each list of kinds that parameters came with.
class KeptExpressions final : public RowExpressions {
 public:
  KeptExpressions(duckdb::DuckDB& database, RowTexts texts) : texts_(std::move(texts)), connection_(database) {}

  // Throws what is wrong with the texts, whatever the parameters are.
  void bind() {
    std::unique_ptr<BoundRow> bound;
    try {
      bound = std::make_unique<BoundRow>(*connection_.context, texts_, std::nullopt);
    } catch (const std::exception&) {
      bound = bound_for_a_likely_kind();
      if (!bound) throw;
    }
    parameters_ = bound->slots().parameters();
    reads_ = bound->reads();
    if (parameters_ == 0) bound_.push_back(std::move(bound));
  }

  const std::vector<std::string>& texts() const override { return texts_.texts; }
  size_t parameters() const override { return parameters_; }
  const std::vector<bool>& reads() const override { return reads_; }

  Status evaluate(std::span<const Value> row, std::span<const Value> parameters, const Viewer& viewer,
                  std::vector<Value>& out) const override {
    return guarded([&]() -> Status {
      const auto bound = bound_for(parameters);
      const auto slots = TRY(bound->slots().values(parameters, viewer));
      if (bound->settled() && TRY(bound->evaluate(row, slots, out))) return {};
      const BoundRow for_these(*connection_.context, texts_, kinds_of(parameters), &slots);
      if (!TRY(for_these.evaluate(row, {}, out))) {
        return Error{ErrorCode::invalid_input, "the types of the parameters cannot be told"};
      }
      return {};
    });
  }

 private:
  std::vector<ScalarKind> kinds_of(std::span<const Value> parameters) const {
    std::vector<ScalarKind> kinds;
    for (const auto& parameter : parameters) kinds.push_back(parameter.is_null() ? ScalarKind::null : parameter.kind());
    kinds.resize(std::min(kinds.size(), parameters_));
    return kinds;
  }

  // `balance + $1` needs to know what $1 is: most are numbers or texts.
  std::unique_ptr<BoundRow> bound_for_a_likely_kind() const {
    for (const auto kind : {ScalarKind::int64, ScalarKind::utf8, ScalarKind::float64, ScalarKind::boolean}) {
      try {
        return std::make_unique<BoundRow>(*connection_.context, texts_, std::vector<ScalarKind>(kParametersMax, kind));
      } catch (const std::exception&) {
        continue;
      }
    }
    return nullptr;
  }

  std::shared_ptr<const BoundRow> bound_for(std::span<const Value> parameters) const {
    const auto fits = [&](const auto& bound) {
      const auto& kinds = bound->kinds();
      if (kinds.size() != std::min(parameters.size(), parameters_)) return false;
      for (size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] != (parameters[i].is_null() ? ScalarKind::null : parameters[i].kind())) return false;
      }
      return true;
    };
    const std::lock_guard lock(mutex_);
    const auto known = std::find_if(bound_.begin(), bound_.end(), fits);
    if (known != bound_.end()) return *known;
    auto made = std::make_shared<const BoundRow>(*connection_.context, texts_, kinds_of(parameters));
    if (bound_.size() == kBoundMax) bound_.erase(bound_.begin());
    bound_.push_back(made);
    return made;
  }

  static constexpr size_t kBoundMax = 8;         // lists of kinds; most statements see one
  static constexpr size_t kParametersMax = 256;  // of a trial: spec http-api allows 50

  const RowTexts texts_;
  mutable duckdb::Connection connection_;  // evaluation needs settings, and looks up functions
  size_t parameters_ = 0;
  std::vector<bool> reads_;
  mutable std::mutex mutex_;
  mutable std::vector<std::shared_ptr<const BoundRow>> bound_;  // guarded by mutex_
};

}  // namespace

Result<std::shared_ptr<const RowExpressions>> RowExpressions::bind(Instance& instance,
                                                                   std::span<const SourceColumn> columns,
                                                                   std::span<const std::string> texts,
                                                                   std::span<const DataType> results,
                                                                   std::span<const std::string> names) {
  if (texts.size() != results.size() || texts.empty()) {
    return Error{ErrorCode::internal, "each expression over a row has a type"};
  }
  return guarded([&]() -> Result<std::shared_ptr<const RowExpressions>> {
    auto made = std::make_shared<KeptExpressions>(*instance.impl().database, RowTexts{{columns.begin(), columns.end()},
                                                                                      {texts.begin(), texts.end()},
                                                                                      {results.begin(), results.end()},
                                                                                      {names.begin(), names.end()},
                                                                                      instance.options().parse});
    made->bind();
    return std::shared_ptr<const RowExpressions>(std::move(made));
  });
}

}  // namespace kalam::duck
