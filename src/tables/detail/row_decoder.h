// RowDecoder: stored and staged versions of rows become what one scan wants of them: its columns, of rows that it can
// want at all.

#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tables/row_choice.h"
#include "tables/table.h"
#include "tables/table_reader.h"

namespace kalam::tables {

class RowDecoder {
 public:
  // `table` outlives the decoder. Columns of the request that the table does not have are `internal`.
  static Result<RowDecoder> make(const Table& table, const std::optional<UserId>& user, const ScanRequest& request,
                                 const SeqBounds& seq, CommitSeq after = CommitSeq(0));

  // The requested columns of a row; false: the row is not wanted.
  Result<bool> decode(std::string_view bytes, std::vector<Value>& row);
  bool take(const StagedVersion& staged, std::vector<Value>& row) const;

 private:
  enum class From : uint8_t { row, seq, deleted };
  // A condition on a requested column whose values are of the very kind that the condition names: then to compare here
  // gives what SQL gives.
  struct Check {
    size_t at;  // in the requested columns
    std::optional<ScanRequest::Bound> lower;
    std::optional<ScanRequest::Bound> upper;
  };
  RowDecoder(const Table& table, std::optional<UserId> user, SeqBounds seq)
      : table_(&table), user_(std::move(user)), seq_(seq) {}

  void add_checks(const ScanRequest& request);
  bool passes(const std::vector<Value>& row) const;

  const Table* table_;
  std::optional<UserId> user_;
  SeqBounds seq_;
  CommitSeq after_{0};
  bool with_deleted_ = false;
  std::vector<From> from_;      // by requested column
  std::vector<size_t> places_;  // in Row::values, of the requested user columns
  std::vector<Check> checks_;
  detail::RowPlans::Ptr plan_;  // of the version read last: most rows of a table are of one version
};

}  // namespace kalam::tables
