// A file system that serves no path at all: DuckDB's way to the disk of this machine ends here.

#pragma once
#include <duckdb.hpp>
#include <duckdb/common/virtual_file_system.hpp>

namespace kalam::duck {

class NoFileSystem final : public duckdb::FileSystem {
 public:
  std::string GetName() const override { return "NoFileSystem"; }
  std::string PathSeparator(const std::string&) override { return "/"; }
  bool FileExists(const std::string&, duckdb::optional_ptr<duckdb::FileOpener>) override { return false; }
  bool DirectoryExists(const std::string&, duckdb::optional_ptr<duckdb::FileOpener>) override { return false; }
  bool IsPipe(const std::string&, duckdb::optional_ptr<duckdb::FileOpener>) override { return false; }
  duckdb::unique_ptr<duckdb::FileHandle> OpenFile(const std::string& path, duckdb::FileOpenFlags flags,
                                                  duckdb::optional_ptr<duckdb::FileOpener>) override {
    if (flags.ReturnNullIfNotExists()) return nullptr;
    throw duckdb::PermissionException("no file system serves \"%s\"", path);
  }
  duckdb::vector<duckdb::OpenFileInfo> Glob(const std::string&, duckdb::FileOpener*) override { return {}; }
};

inline duckdb::unique_ptr<duckdb::FileSystem> no_files() {
  return duckdb::make_uniq<duckdb::VirtualFileSystem>(duckdb::make_uniq<NoFileSystem>());
}

}  // namespace kalam::duck
