// What a Prepared is: the statement, and the plans that were made of it.
//
//   statement of the client --slots--> statement of ours --bound--> NativePlan, when it is about one source
//                                                        --DuckDB--> EnginePlan, one for each run at a time

#pragma once
#include <duckdb.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "duck/detail/engine_plan.h"
#include "duck/detail/native_plan.h"
#include "duck/detail/native_rows.h"
#include "duck/detail/parameter_slots.h"
#include "duck/detail/row_stream_impl.h"
#include "duck/instance.h"
#include "duck/prepared.h"

namespace kalam::duck {

class PreparedQuery final : public Prepared, public std::enable_shared_from_this<PreparedQuery> {
 public:
  using Statement = duckdb::unique_ptr<duckdb::SQLStatement>;

  // Plans it once, to tell what is wrong with it. Throws exceptions of DuckDB.
  static std::shared_ptr<const PreparedQuery> make(Instance& instance, Statement statement,
                                                   std::vector<QueryTable> tables, Shapes shapes,
                                                   std::vector<ScalarKind> kinds);

  const std::vector<QueryTable>& tables() const override { return tables_; }
  std::span<const ScalarKind> parameters() const override { return kinds_; }
  bool native() const override { return native_ != nullptr; }
  std::string explained() const override;  // throws exceptions of DuckDB

  // Throws exceptions of DuckDB.
  Result<std::unique_ptr<RowStream::Impl>> run(RunInputs inputs) const;

 private:
  PreparedQuery(Instance& instance, Statement statement, std::vector<QueryTable> tables, Shapes shapes,
                std::vector<ScalarKind> kinds);

  Status check_sources(const std::vector<const RowSource*>& sources) const;
  bool was_made_for(const std::vector<Value>& parameters) const;
  void plan_natively();
  Result<std::unique_ptr<RowStream::Impl>> run_natively(const RunInputs& inputs, std::span<const Value> slots) const;
  Result<std::unique_ptr<RowStream::Impl>> run_engine(RunInputs inputs, std::vector<Value> slots) const;
  std::unique_ptr<EnginePlan> take_plan() const;
  void give_back(std::unique_ptr<EnginePlan> plan) const;

  Instance& instance_;
  const Statement written_;  // as the client wrote it, walked
  Statement numbered_;       // with slots; constant once made
  const std::vector<QueryTable> tables_;
  const Shapes shapes_;
  const std::vector<ScalarKind> kinds_;
  ParameterSlots slots_;  // constant once made

  // Null: for the engine. What is evaluated in rows of it, is so in the context that bound it.
  duckdb::unique_ptr<duckdb::Connection> connection_;
  std::unique_ptr<const NativePlan> native_;

  mutable std::mutex mutex_;
  mutable std::unique_ptr<Workspace> workspace_;           // guarded by mutex_; an idle one
  mutable std::vector<std::unique_ptr<EnginePlan>> idle_;  // guarded by mutex_
};

}  // namespace kalam::duck
