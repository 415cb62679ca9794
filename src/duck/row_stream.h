// RowStream: the result of a query, read in chunks while DuckDB makes them.

#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"
#include "types/value.h"

namespace kalam::duck {

struct ResultColumn {
  std::string name;
  DataType type;
  // Of the table's column, when this is one and nothing was done to it.
  bool primary_key = false;
  bool not_null = false;
};

// One thread at a time. The sources of the query must outlive it, and the instance too.
class RowStream {
 public:
  RowStream(RowStream&&) noexcept;
  RowStream& operator=(RowStream&&) noexcept;
  ~RowStream();

  const std::vector<ResultColumn>& columns() const;

  // Appends the next rows as JSON arrays, `[1,"a"],[2,"b"]`, with a comma in front unless they are the first of the
  // stream. Returns how many; 0 at the end. Cells have the form of spec types §7; one that has none is an error.
  Result<size_t> append_json_rows(std::string& out);

  // The next row as values, each of the kind in which a column of its type keeps them; false at the end. What has no
  // scalar (INTERVAL, lists) comes as text. Of the two ways to read a stream, use one.
  Result<bool> next(std::vector<Value>& row);

  // Of a stream read to its end: there were more rows than the run was allowed to give.
  bool cut() const;

  struct Impl;

 private:
  friend class Instance;
  explicit RowStream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kalam::duck
