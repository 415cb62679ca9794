// FileUploads: the way of files that come beside a statement into the cells that it writes (spec http-api §6.2).
//
//   FormRequest -> one statement? its table? -> files::FileStore::put -> FILE('key') becomes '{"id":…}' -> the
//   statement
//
// Always true: a file is on disk before the statement that names it runs, and gone again when that fails. What a crash
// leaves between the two, settle_leftovers() finds at the next start.

#pragma once
#include <string>
#include <variant>
#include <vector>

#include "files/file_store.h"
#include "query/runner.h"
#include "query/services.h"
#include "server/form_request.h"
#include "server/sql_error.h"
#include "types/role.h"

namespace kalam::server {

// The files of one statement. Unless keep() is called they go with it.
class Upload {
 public:
  Upload(std::string sql, files::FileStore& store) : sql_(std::move(sql)), store_(&store) {}
  Upload(Upload&& other) noexcept
      : sql_(std::move(other.sql_)), store_(std::exchange(other.store_, nullptr)), files_(std::move(other.files_)) {}
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  ~Upload();

  const std::string& sql() const { return sql_; }  // with FileRefs instead of the placeholders
  void keep();

 private:
  friend class FileUploads;
  std::string sql_;
  files::FileStore* store_;  // null after a move or keep()
  std::vector<files::StoredFile> files_;
};

// Safe from any thread. Blocks on the disk.
class FileUploads {
 public:
  // All outlive this.
  FileUploads(const query::Services& services, query::Runner& runner, files::FileStore& store, FileLimits limits)
      : services_(services), runner_(runner), store_(store), limits_(std::move(limits)) {}

  const FileLimits& limits() const { return limits_; }

  std::variant<Upload, SqlFailure> store(const FormRequest& form, const Viewer& actor) const;

  // Of a statement that may not have run, because it did before: the files that a row names stay.
  void keep_named(Upload upload) const;

  // To be called at start, before requests come.
  Status settle_leftovers() const;

 private:
  // The files of a table's scope; who may have them is not asked.
  struct Target {
    TableDefinitionPtr table;
    Viewer viewer;
  };
  std::variant<Target, SqlFailure> target_of(const FormRequest& form, const Viewer& actor) const;
  Result<bool> is_named_by_a_row(const files::StoredFile& file) const;

  const query::Services& services_;
  query::Runner& runner_;
  files::FileStore& store_;
  const FileLimits limits_;
};

// Where the files of a table lie, of one of its users if it is a USER table.
Result<files::FileScope> file_scope(const catalog::Catalog& catalog, const TableDefinition& table, const UserId& user);

}  // namespace kalam::server
