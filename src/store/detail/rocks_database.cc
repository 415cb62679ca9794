#include "store/detail/rocks_database.h"

#include <rocksdb/listener.h>

#include <filesystem>
#include <system_error>

#include "base/log.h"
#include "store/detail/rocks_status.h"
#include "store/detail/wal_check.h"

namespace kalam::store {
namespace {

namespace fs = std::filesystem;

// RocksDB needs room for the flush with which it recovers.
constexpr uint64_t kResumeFreeBytes = 16u << 20;

Error io_error(const std::string& path, const std::error_code& cause) {
  const auto full = cause == std::errc::no_space_on_device;
  return {.code = full ? ErrorCode::disk_full : ErrorCode::io,
          .message = "I/O error: '" + path + "': " + cause.message()};
}

// A full disk found by a flush or compaction stops the background work; the next write resumes it.
class FullDiskListener final : public rocksdb::EventListener {
 public:
  explicit FullDiskListener(std::shared_ptr<WriteHealth> health) : health_(std::move(health)) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    if (status->IsNoSpace()) health_->note(error_from(*status));
  }
  // Not by RocksDB's own timer, which looks every five seconds and refuses a Resume meanwhile.
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* automatic) override {
    *automatic = false;
  }

 private:
  std::shared_ptr<WriteHealth> health_;
};

Status prepare_directory(const std::string& path) {
  if (path.empty()) return Error{ErrorCode::invalid_input, "Storage error: the store needs a path"};
  std::error_code failed;
  const auto status = fs::status(path, failed);
  if (status.type() == fs::file_type::none || status.type() == fs::file_type::unknown) return io_error(path, failed);
  if (fs::exists(status) && !fs::is_directory(status)) {
    return Error{ErrorCode::io, "I/O error: '" + path + "' is not a directory"};
  }
  failed.clear();
  fs::create_directories(path, failed);
  if (failed) return io_error(path, failed);
  return {};
}

// RocksDB takes a directory without CURRENT for an empty one and would write a new database over the remains.
Status check_not_beheaded(const std::string& path) {
  std::error_code failed;
  bool data = false;
  for (auto entry = fs::directory_iterator(path, failed); !failed && entry != fs::directory_iterator();
       entry.increment(failed)) {
    const auto name = entry->path().filename().string();
    if (name == "CURRENT") return {};
    data = data || name.starts_with("MANIFEST-") || name.ends_with(".sst") || name.ends_with(".log");
  }
  if (failed) return io_error(path, failed);
  if (data) {
    return Error{ErrorCode::corruption,
                 "Storage error: '" + path + "' holds a database but its file CURRENT is missing; restore a backup"};
  }
  return {};
}

}  // namespace

void WriteHealth::note(const Error& error) {
  if (error.code != ErrorCode::io && error.code != ErrorCode::disk_full && error.code != ErrorCode::corruption) return;
  const std::lock_guard lock(mutex_);
  // A full disk may heal, the others may not.
  if (error_ && error_->code != ErrorCode::disk_full) return;
  if (!error_) log::error("store", "writing failed", {{"code", name_of(error.code)}, {"error", error.message}});
  error_ = error;
  failed_.store(true);
}

std::optional<Error> WriteHealth::failure() const {
  if (!failed_.load()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return error_;
}

void WriteHealth::recovered() {
  const std::lock_guard lock(mutex_);
  error_.reset();
  failed_.store(false);
}

RocksDatabase::RocksDatabase(const StoreOptions& options, rocksdb::Env* env, LockFile lock)
    : options_(options), env_(env), lock_(std::move(lock)), health_(std::make_shared<WriteHealth>()) {}

Result<std::shared_ptr<RocksDatabase>> RocksDatabase::open(const StoreOptions& wanted, rocksdb::Env* env) {
  auto options = wanted;
  while (options.path.size() > 1 && options.path.ends_with('/')) options.path.pop_back();
  TRY(prepare_directory(options.path));
  auto lock = TRY(LockFile::acquire_beside(options.path));
  TRY(check_not_beheaded(options.path));
  TRY(check_logs(env, options.path));

  const std::shared_ptr<RocksDatabase> database(new RocksDatabase(options, env, std::move(lock)));
  auto settings = database_options(options, env);
  settings.listeners.push_back(std::make_shared<FullDiskListener>(database->health_));
  if (const auto status = database->open_or_create(settings); !status.ok()) {
    return error_from(status).within("cannot open '" + options.path + "': ");
  }
  return database;
}

rocksdb::Status RocksDatabase::open_or_create(const rocksdb::DBOptions& settings) {
  auto wanted = family_descriptors(options_);
  std::vector<rocksdb::ColumnFamilyDescriptor> later;
  // RocksDB creates missing families one at a time and writes its OPTIONS file anew after each, with two syncs. In a
  // new database they are created together instead. After a crash in between, the next open finds some missing.
  if (env_->FileExists(options_.path + "/CURRENT").IsNotFound()) {
    later.assign(wanted.begin() + 1, wanted.end());
    wanted.resize(1);
  }
  rocksdb::DB* opened = nullptr;
  auto status = rocksdb::DB::Open(settings, options_.path, wanted, &families_, &opened);
  if (!status.ok()) return status;
  db_.reset(opened);
  if (later.empty()) return status;
  std::vector<rocksdb::ColumnFamilyHandle*> created;
  const auto completed = db_->CreateColumnFamilies(later, &created);
  families_.insert(families_.end(), created.begin(), created.end());
  return completed;
}

RocksDatabase::~RocksDatabase() {
  if (!db_) return;
  // What was only `buffered` need not wait for the kernel's mercy after an orderly end.
  if (!health_->failure()) {
    const auto synced = db_->SyncWAL();
    if (!synced.ok()) log::error("store", "last sync failed", {{"error", synced.ToString()}});
  }
  for (auto* family : families_) {
    const auto released = db_->DestroyColumnFamilyHandle(family);
    if (!released.ok()) log::warn("store", "closing a family failed", {{"error", released.ToString()}});
  }
  const auto closed = db_->Close();
  if (!closed.ok()) log::warn("store", "closing failed", {{"error", closed.ToString()}});
}

Status RocksDatabase::check_writable() {
  const auto failure = health_->failure();
  if (!failure) return {};
  if (failure->code != ErrorCode::disk_full) return *failure;
  const std::unique_lock attempt(resuming_, std::try_to_lock);
  if (!attempt) return *failure;
  uint64_t free_bytes = 0;
  if (env_->GetFreeSpace(options_.path, &free_bytes).ok() && free_bytes < kResumeFreeBytes) return *failure;
  // Flushes what is in memory and starts a new log, so that nothing depends on the torn end of the old one.
  if (!db_->Resume().ok()) return *failure;
  health_->recovered();
  log::warn("store", "writing goes on after a full disk", {{"free_bytes", free_bytes}});
  return {};
}

Status RocksDatabase::write(rocksdb::WriteBatch& batch, Durability durability) {
  TRY(check_writable());
  rocksdb::WriteOptions how;
  how.sync = durability == Durability::synced && options_.sync_writes;
  const auto status = db_->Write(how, &batch);
  if (status.ok()) return {};
  auto error = error_from(status);
  health_->note(error);
  return error;
}

}  // namespace kalam::store
