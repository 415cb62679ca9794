// FileStore: the bytes behind FILE cells, on the disk of this machine.
//
//   put: staging/<id>.part -> note staging/<id>.json -> <scope>/f0001/<stored name>      then keep() or take_back()
//
// Always true: a file that no row names yet has a note in the staging directory, which is on disk before the file is in
// its place. So whatever a crash leaves over is found at the next start: see unsettled(). No name of a client becomes a
// path: what lies on disk is made of an id and of letters, digits and dashes.
//
// Safe from any thread. Calls block on the disk.

#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "types/file_ref.h"
#include "types/ids.h"
#include "types/snowflake.h"

namespace kalam::files {

struct FileStoreOptions {
  std::string staging_path;
  uint32_t files_per_folder = 5000;
  uint32_t worker = 0;  // of this node, in the ids it makes
};

// Whose files, and where they lie: see scope_directory.h.
struct FileScope {
  TableId table;
  std::optional<UserId> user = {};  // none: SHARED
  std::string directory;
};

struct NewFile {
  std::string name;        // as the client calls it, not empty
  std::string media_type;  // empty: guessed
  std::string_view bytes;
};

struct StoredFile {
  FileScope scope;
  FileRef ref;
};

// One file that is open for reading: it stays readable when it is removed meanwhile.
class ReadableFile {
 public:
  ReadableFile(ReadableFile&& other) noexcept;
  ReadableFile(const ReadableFile&) = delete;
  ReadableFile& operator=(const ReadableFile&) = delete;
  ~ReadableFile();

  const std::string& stored_name() const { return name_; }
  uint64_t size() const { return size_; }
  Result<std::string> read(uint64_t offset, uint64_t length) const;  // within its size

 private:
  friend class FileStore;
  ReadableFile(int descriptor, std::string name, uint64_t size)
      : descriptor_(descriptor), name_(std::move(name)), size_(size) {}
  int descriptor_;  // -1 after a move
  std::string name_;
  uint64_t size_;
};

class FileStore {
 public:
  // Half-written files in the staging directory are gone afterwards. The directory is made by the first put().
  static Result<std::unique_ptr<FileStore>> open(FileStoreOptions options, Clock& clock);

  // The file is durable and in its place. Until keep(), nobody has said that a row names it.
  Result<StoredFile> put(const FileScope& scope, const NewFile& file);
  void keep(const StoredFile& file);
  Status take_back(const StoredFile& file);

  // What was put before the last start and neither kept nor taken back: does a row name it?
  Result<std::vector<StoredFile>> unsettled() const;

  // By its whole name or by its id. `not_found`: there is none; also for names that no file of ours can have.
  Result<ReadableFile> find(const FileScope& scope, std::string_view folder, std::string_view name) const;
  Result<std::string> sha256(const ReadableFile& file);  // hex; remembered

  Status remove(const std::string& directory, const FileRef& ref);  // a missing one is none
  // Of all scopes below a table's directory: the files that were made before a moment, and directories that are empty.
  Status remove_all(const std::string& directory, int64_t before_ms);

 private:
  FileStore(FileStoreOptions options, Clock& clock) : options_(std::move(options)), ids_(clock, options_.worker) {}
  std::string staged(const FileRef& ref, std::string_view extension) const;
  Result<std::string> next_folder(const std::string& directory);
  Status settle(const StoredFile& file);

  struct Folder {
    uint32_t number = 1;
    uint32_t files = 0;
  };

  const FileStoreOptions options_;
  Snowflakes ids_;
  std::mutex mutex_;
  std::map<std::string, Folder> folders_;                   // guarded by mutex_; by directory of a scope
  std::unordered_map<std::string, std::string> checksums_;  // guarded by mutex_; by stored name
};

}  // namespace kalam::files
