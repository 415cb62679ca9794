// ParsedWrite: an INSERT, UPDATE or DELETE that DuckDB's parser understood and our walk allowed. It is never run by
// DuckDB: its parts become queries over rows, and what those give becomes a command.
//
// Always true: it reads nothing but the tables it names, as ParsedQuery.

#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "duck/parsed_query.h"
#include "types/value.h"

namespace kalam::duck {

class ParsedWrite {
 public:
  enum class Kind : uint8_t { insert, update, remove };

  // `invalid_input`: no SQL; `not_supported`: SQL that is not allowed; with the texts of spec sql §11 for RETURNING, ON
  // CONFLICT, LIMIT, FROM, USING and a missing WHERE.
  static Result<ParsedWrite> parse(std::string_view text, const ParseOptions& options = {},
                                   const ViewLookup& views = {});

  ParsedWrite(ParsedWrite&&) noexcept;
  ParsedWrite& operator=(ParsedWrite&&) noexcept;
  ~ParsedWrite();

  Kind kind() const;
  const QueryTable& target() const;
  const std::vector<QueryTable>& tables() const;  // read by subqueries and sources; the target only when it is read so
  const std::vector<UsedView>& views() const;     // as ParsedQuery
  size_t parameters() const;                      // the highest $n

  // INSERT: the columns it names, folded; empty: none named.
  const std::vector<std::string>& columns() const;
  // INSERT … VALUES: is element `column` of row `row` the word DEFAULT? Rows of a SELECT have none.
  bool is_default(size_t row, size_t column) const;
  // INSERT … VALUES whose columns hold cells of several kinds: the rows stand side by side in the one row of source(),
  // each so many elements wide, since as rows they would get one type a column: 007 and '007' would be equal. 0: rows
  // come as rows.
  size_t row_width() const;
  // INSERT: what it inserts, as a query (for DEFAULT it gives NULL).
  ParsedQuery source() const;

  // UPDATE: assigned columns, folded, in the order written.
  const std::vector<std::string>& assigned() const;
  // UPDATE, DELETE: `SELECT <leading columns>, <assigned values> FROM target WHERE …`.
  ParsedQuery touched(std::span<const std::string> leading) const;

  // UPDATE, DELETE whose WHERE is `key = constant or parameter [AND rest]` and whose expressions are deterministic and
  // about that row alone.
  struct Keyed {
    std::variant<Value, size_t> key;       // a constant, or the index of a parameter from 0
    std::optional<std::string> condition;  // the rest
    std::vector<std::string> values;       // of assigned()
  };
  std::optional<Keyed> keyed(std::string_view key_column) const;

  struct Impl;

 private:
  explicit ParsedWrite(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kalam::duck
