#include <rocksdb/utilities/backup_engine.h>

#include <filesystem>
#include <memory>
#include <system_error>

#include "store/detail/rocks_backup.h"
#include "store/detail/rocks_options.h"
#include "store/detail/rocks_status.h"
#include "store/lock_file.h"
#include "store/store.h"

namespace kalam::store {
namespace {

Error at(const rocksdb::Status& status, const std::string& directory) {
  return error_from(status).within("backup '" + directory + "': ");
}

Status make_directories(const std::string& directory) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) return Error{ErrorCode::io, "I/O error: '" + directory + "': " + failed.message()};
  return {};
}

rocksdb::BackupEngineOptions backup_options(const std::string& directory) {
  rocksdb::BackupEngineOptions options(directory);
  options.sync = true;
  options.share_table_files = true;
  options.max_background_operations = 1;
  return options;
}

}  // namespace

Status create_backup(rocksdb::DB& db, rocksdb::Env* env, const std::string& directory) {
  TRY(make_directories(directory));
  const auto logger = log_bridge();
  auto options = backup_options(directory);
  options.info_log = logger.get();
  rocksdb::BackupEngine* opened = nullptr;
  const auto status = rocksdb::BackupEngine::Open(options, env, &opened);
  if (!status.ok()) return at(status, directory);
  const std::unique_ptr<rocksdb::BackupEngine> engine(opened);
  rocksdb::CreateBackupOptions how;
  how.flush_before_backup = true;
  const auto created = engine->CreateNewBackup(how, &db);
  if (!created.ok()) return at(created, directory);
  // Only the newest stays: RocksDB 7.8 cannot restore after the newest was removed and an older one kept.
  const auto purged = engine->PurgeOldBackups(1);
  if (!purged.ok()) return at(purged, directory);
  return {};
}

Status restore_backup(const std::string& backup_directory, const std::string& target) {
  std::error_code failed;
  const auto found = std::filesystem::status(backup_directory, failed);
  if (found.type() == std::filesystem::file_type::not_found) {
    return Error{ErrorCode::not_found, "Backup directory '" + backup_directory + "' not found"};
  }
  if (!std::filesystem::is_directory(found)) {
    return Error{ErrorCode::invalid_operation, "'" + backup_directory + "' is not a directory"};
  }
  const auto logger = log_bridge();
  auto options = backup_options(backup_directory);
  options.info_log = logger.get();
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  const auto status = rocksdb::BackupEngineReadOnly::Open(options, rocksdb::Env::Default(), &opened);
  const Error empty{ErrorCode::not_found, "'" + backup_directory + "' holds no backup that can be read"};
  if (status.IsNotFound()) return empty;
  if (!status.ok()) return at(status, backup_directory);
  const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(opened);
  std::vector<rocksdb::BackupInfo> backups;
  engine->GetBackupInfo(&backups);
  if (backups.empty()) return empty;
  // Before anything is emptied: is the whole backup what was written?
  const auto verified = engine->VerifyBackup(backups.back().backup_id, true);
  if (!verified.ok()) return at(verified, backup_directory);
  TRY(make_directories(target));
  const auto lock = TRY(LockFile::acquire_beside(target));
  const auto restored = engine->RestoreDBFromBackup(backups.back().backup_id, target, target);
  if (!restored.ok()) return at(restored, backup_directory);
  return {};
}

}  // namespace kalam::store
