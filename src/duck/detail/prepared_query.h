// What a Prepared holds.

#pragma once
#include <duckdb.hpp>
#include <vector>

#include "duck/prepared.h"

namespace kalam::duck {

class PreparedQuery final : public Prepared {
 public:
  PreparedQuery(duckdb::unique_ptr<duckdb::SQLStatement> statement, std::vector<QueryTable> tables,
                std::vector<SourceShape> shapes, std::vector<ScalarKind> kinds)
      : statement_(std::move(statement)),
        tables_(std::move(tables)),
        shapes_(std::move(shapes)),
        kinds_(std::move(kinds)) {}

  const std::vector<QueryTable>& tables() const override { return tables_; }
  std::span<const ScalarKind> parameters() const override { return kinds_; }
  bool native() const override { return false; }

  duckdb::unique_ptr<duckdb::SQLStatement> copy() const { return statement_->Copy(); }

 private:
  const duckdb::unique_ptr<const duckdb::SQLStatement> statement_;
  const std::vector<QueryTable> tables_;
  const std::vector<SourceShape> shapes_;
  const std::vector<ScalarKind> kinds_;
};

}  // namespace kalam::duck
