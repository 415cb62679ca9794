#include "files/file_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/log.h"
#include "base/sha256.h"
#include "files/media_type.h"
#include "types/ascii.h"
#include "types/json_reader.h"
#include "types/json_text.h"
#include "types/numeric.h"

namespace kalam::files {

namespace {

namespace fs = std::filesystem;

constexpr size_t kRemembered = 10'000;  // folders, and checksums: enough, and bounded
constexpr uint32_t kFoldersMax = 9999;
constexpr size_t kPieceBytes = 1u << 20;

Error io_error(std::string_view what, const std::string& path, int number) {
  const auto code = number == ENOSPC || number == EDQUOT ? ErrorCode::disk_full : ErrorCode::io;
  return {code, "File storage failed", std::string(what) + " " + path + ": " + std::strerror(number)};
}
Error missing() { return {ErrorCode::not_found, "File not found", {}}; }

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

Status sync_directory(const std::string& path) {
  const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || ::fsync(directory.get()) != 0) return io_error("sync", path, errno);
  return {};
}

// With its parents; every directory that is made is durable.
Status make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0750) == 0) return sync_directory(fs::path(path).parent_path().string());
  if (errno == EEXIST) return {};
  if (errno != ENOENT) return io_error("create", path, errno);
  const auto parent = fs::path(path).parent_path().string();
  if (parent.empty() || parent == path) return io_error("create", path, ENOENT);
  TRY(make_directory(parent));
  if (::mkdir(path.c_str(), 0750) != 0 && errno != EEXIST) return io_error("create", path, errno);
  return sync_directory(parent);
}

// A new file, durable but for its name.
Status write_file(const std::string& path, std::string_view bytes) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (file.get() < 0) return io_error("create", path, errno);
  while (!bytes.empty()) {
    const auto written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error("write", path, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (::fsync(file.get()) != 0) return io_error("sync", path, errno);
  return {};
}

Status remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) return io_error("remove", path, errno);
  return {};
}

// The allow-list of what may lie in a folder: `{id}.{ext}` and `{id}-{words}.{ext}`.
bool is_stored_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 && is_ascii_digit(name.front()) &&
         name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_ascii_alphanumeric(c) || c == '-' || c == '.'; });
}

std::string_view id_of(std::string_view name) {
  const auto end = std::find_if(name.begin(), name.end(), [](char c) { return !is_ascii_digit(c); });
  return name.substr(0, static_cast<size_t>(end - name.begin()));
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator each(directory, error), end; !error && each != end; each.increment(error)) {
    names.push_back(each->path().filename().string());
  }
  return names;
}

std::string note_of(const StoredFile& file) {
  std::string text;
  JsonText json(text);
  json.begin_object();
  json.key("namespace").string(file.scope.table.ns.value());
  json.key("table").string(file.scope.table.table.value());
  if (file.scope.user) json.key("user").string(file.scope.user->value());
  json.key("directory").string(file.scope.directory);
  json.key("file").string(file.ref.json());
  json.end_object();
  return text;
}

Result<StoredFile> read_note(std::string_view text) {
  StoredFile file;
  JsonReader json(text);
  TRY(json.begin_object());
  while (const auto key = TRY(json.key())) {
    auto value = TRY(json.string());
    if (*key == "namespace") file.scope.table.ns = NamespaceId(std::move(value));
    else if (*key == "table") file.scope.table.table = TableName(std::move(value));
    else if (*key == "user") file.scope.user = UserId(std::move(value));
    else if (*key == "directory") file.scope.directory = std::move(value);
    else if (*key == "file") file.ref = TRY(FileRef::parse(value));
    else return json.error("unknown key '" + *key + "'");
  }
  TRY(json.end());
  if (file.ref.id.empty() || file.scope.directory.empty()) return json.error("it is not whole");
  return file;
}

}  // namespace

ReadableFile::ReadableFile(ReadableFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)), size_(other.size_) {}
ReadableFile::~ReadableFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::string> ReadableFile::read(uint64_t offset, uint64_t length) const {
  std::string bytes(length, '\0');
  size_t done = 0;
  while (done < length) {
    const auto got = ::pread(descriptor_, bytes.data() + done, length - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return io_error("read", name_, got < 0 ? errno : EIO);
    done += static_cast<size_t>(got);
  }
  return bytes;
}

Result<std::unique_ptr<FileStore>> FileStore::open(FileStoreOptions options, Clock& clock) {
  for (const auto& name : names_in(options.staging_path)) {
    if (name.ends_with(".part")) TRY(remove_file(options.staging_path + "/" + name));
  }
  return std::unique_ptr<FileStore>(new FileStore(std::move(options), clock));
}

std::string FileStore::staged(const FileRef& ref, std::string_view extension) const {
  return options_.staging_path + "/" + ref.id + std::string(extension);
}

// Counts on from what lies there, when it was not asked about this directory before.
Result<std::string> FileStore::next_folder(const std::string& directory) {
  const std::lock_guard lock(mutex_);
  if (folders_.size() > kRemembered) folders_.clear();
  auto [found, is_new] = folders_.try_emplace(directory);
  auto& folder = found->second;
  if (is_new) {
    for (const auto& name : names_in(directory)) {
      if (!is_file_folder(name)) continue;
      const auto number = TRY(parse_i64(name.substr(1)));
      folder.number = std::max(folder.number, static_cast<uint32_t>(number));  // of four digits
    }
    folder.files = static_cast<uint32_t>(names_in(directory + "/" + file_folder(folder.number)).size());
  }
  if (folder.files >= options_.files_per_folder && folder.number < kFoldersMax) folder = {folder.number + 1, 0};
  ++folder.files;
  return file_folder(folder.number);
}

Result<StoredFile> FileStore::put(const FileScope& scope, const NewFile& file) {
  StoredFile stored{.scope = scope, .ref = {}};
  auto& ref = stored.ref;
  ref.id = std::to_string(TRY(ids_.next()).value());
  ref.sub = TRY(next_folder(scope.directory));
  ref.name = file.name;
  ref.size = file.bytes.size();
  ref.mime = file.media_type.empty() ? std::string(guess_media_type(file.bytes, file.name)) : file.media_type;
  ref.sha256 = to_hex(TRY(kalam::sha256(file.bytes)));

  const auto write = [&]() -> Status {
    const auto part = staged(ref, ".part");
    const auto folder = scope.directory + "/" + ref.sub;
    const auto place = folder + "/" + ref.stored_name();
    TRY(make_directory(options_.staging_path));
    TRY(write_file(part, file.bytes));
    TRY(write_file(staged(ref, ".json"), note_of(stored)));
    TRY(sync_directory(options_.staging_path));
    TRY(make_directory(folder));
    if (::rename(part.c_str(), place.c_str()) != 0) {
      // Another file system: the note makes it as safe to write it where it belongs.
      if (errno != EXDEV) return io_error("rename", place, errno);
      TRY(write_file(place, file.bytes));
      TRY(remove_file(part));
    }
    return sync_directory(folder);
  };
  if (auto written = write(); !written.ok()) {
    if (const auto removed = take_back(stored); !removed.ok()) {
      log::warn("files", "what is left of a failed upload goes at the next start", {{"file", ref.id}});
    }
    return std::move(written).error();
  }
  const std::lock_guard lock(mutex_);
  if (checksums_.size() > kRemembered) checksums_.clear();
  checksums_[ref.stored_name()] = ref.sha256;
  return stored;
}

Status FileStore::settle(const StoredFile& file) {
  TRY(remove_file(staged(file.ref, ".part")));
  return remove_file(staged(file.ref, ".json"));
}

void FileStore::keep(const StoredFile& file) {
  // A note too many costs one question at the next start.
  if (const auto settled = settle(file); !settled.ok()) {
    log::warn("files", "the note of a stored file stays", {{"file", file.ref.id}, {"detail", settled.error().detail}});
  }
}

Status FileStore::take_back(const StoredFile& file) {
  TRY(remove(file.scope.directory, file.ref));
  return settle(file);
}

Result<std::vector<StoredFile>> FileStore::unsettled() const {
  std::vector<StoredFile> files;
  for (const auto& name : names_in(options_.staging_path)) {
    if (!name.ends_with(".json")) continue;
    const auto path = options_.staging_path + "/" + name;
    std::string text;
    {
      const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
      struct stat about{};
      if (file.get() < 0 || ::fstat(file.get(), &about) != 0) return io_error("open", path, errno);
      text.resize(static_cast<size_t>(about.st_size));
      if (::pread(file.get(), text.data(), text.size(), 0) != about.st_size) return io_error("read", path, EIO);
    }
    auto note = read_note(text);
    if (note.ok()) {
      files.push_back(std::move(*note));
      continue;
    }
    // Cut off by a crash: the file was never moved to its place.
    TRY(remove_file(path));
  }
  return files;
}

Result<ReadableFile> FileStore::find(const FileScope& scope, std::string_view folder, std::string_view name) const {
  const auto id = id_of(name);
  if (!is_file_folder(folder) || !is_stored_name(name)) return missing();
  const auto directory = scope.directory + "/" + std::string(folder);
  const auto open_file = [&](const std::string& wanted) {
    return ::open((directory + "/" + wanted).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  };
  std::string found(name);
  int number = open_file(found);
  if (number < 0) {
    found.clear();
    for (auto& each : names_in(directory)) {
      if (id_of(each) == id && is_stored_name(each)) found = std::move(each);
    }
    if (found.empty()) return missing();
    number = open_file(found);
  }
  if (number < 0) return missing();
  Descriptor opened(number);
  struct stat about{};
  if (::fstat(opened.get(), &about) != 0 || !S_ISREG(about.st_mode)) return missing();
  return ReadableFile(opened.release(), std::move(found), static_cast<uint64_t>(about.st_size));
}

Result<std::string> FileStore::sha256(const ReadableFile& file) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = checksums_.find(file.stored_name()); known != checksums_.end()) return known->second;
  }
  Sha256 digest;
  for (uint64_t at = 0; at < file.size(); at += kPieceBytes) {
    digest.add(TRY(file.read(at, std::min<uint64_t>(kPieceBytes, file.size() - at))));
  }
  auto text = to_hex(TRY(digest.finish()));
  const std::lock_guard lock(mutex_);
  if (checksums_.size() > kRemembered) checksums_.clear();
  checksums_[file.stored_name()] = text;
  return text;
}

Status FileStore::remove(const std::string& directory, const FileRef& ref) {
  const auto name = ref.stored_name();
  if (!is_file_folder(ref.sub) || !is_stored_name(name)) return missing();
  return remove_file(directory + "/" + ref.sub + "/" + name);
}

Status FileStore::remove_all(const std::string& directory, int64_t before_ms) {
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(folders_,
                  [&](const auto& each) { return each.first == directory || each.first.starts_with(directory + "/"); });
  }
  std::vector<fs::path> directories;
  std::error_code error;
  if (!fs::exists(directory, error)) return {};
  directories.emplace_back(directory);
  for (fs::recursive_directory_iterator each(directory, error), end; !error && each != end; each.increment(error)) {
    const auto status = each->symlink_status(error);
    if (fs::is_directory(status)) directories.push_back(each->path());
    const auto name = each->path().filename().string();
    if (!fs::is_regular_file(status) || !is_file_folder(each->path().parent_path().filename().string())) continue;
    const auto id = parse_i64(id_of(name));
    if (!is_stored_name(name) || !id.ok() || timestamp_ms(RowSeq(*id)) >= before_ms) continue;
    TRY(remove_file(each->path().string()));
  }
  // The deepest come last. One that is not empty stays.
  for (auto each = directories.rbegin(); each != directories.rend(); ++each) ::rmdir(each->c_str());
  return {};
}

}  // namespace kalam::files
