// FaultyEnv: a real file system under RocksDB that fails on demand. For tests.

#pragma once
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace kalam::store {

struct Faults {
  std::atomic<bool> disk_full{false};         // every append, and the free space is none
  std::atomic<bool> log_sync_fails{false};    // of write-ahead logs
  std::atomic<bool> table_reads_fail{false};  // of .sst files
  std::atomic<int> log_syncs{0};
  std::function<void()> before_log_sync = [] {};  // set while nobody writes
};

class FaultyEnv {
 public:
  Faults faults;
  rocksdb::Env* env() { return env_.get(); }

 private:
  class WritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    WritableFile(std::unique_ptr<rocksdb::FSWritableFile> file, Faults* faults, bool is_log)
        : FSWritableFileOwnerWrapper(std::move(file)), faults_(faults), is_log_(is_log) {}

    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      if (faults_->disk_full) return rocksdb::IOStatus::NoSpace("injected: no space left");
      return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* debug) override {
      return Append(data, options, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      if (is_log_ && faults_->log_sync_fails) return rocksdb::IOStatus::IOError("injected: sync failed");
      if (is_log_) {
        ++faults_->log_syncs;
        faults_->before_log_sync();
      }
      return FSWritableFileOwnerWrapper::Sync(options, debug);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      return Sync(options, debug);
    }

   private:
    Faults* const faults_;
    const bool is_log_;
  };

  class ReadableFile final : public rocksdb::FSRandomAccessFileOwnerWrapper {
   public:
    ReadableFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, Faults* faults)
        : FSRandomAccessFileOwnerWrapper(std::move(file)), faults_(faults) {}
    rocksdb::IOStatus Read(uint64_t offset, size_t size, const rocksdb::IOOptions& options, rocksdb::Slice* result,
                           char* scratch, rocksdb::IODebugContext* debug) const override {
      if (faults_->table_reads_fail) return rocksdb::IOStatus::IOError("injected: read failed");
      return FSRandomAccessFileOwnerWrapper::Read(offset, size, options, result, scratch, debug);
    }

   private:
    Faults* const faults_;
  };

  class FileSystem final : public rocksdb::FileSystemWrapper {
   public:
    explicit FileSystem(Faults* faults) : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(faults) {}
    const char* Name() const override { return "faulty"; }
    rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      rocksdb::IODebugContext* debug) override {
      std::unique_ptr<rocksdb::FSWritableFile> file;
      auto status = FileSystemWrapper::NewWritableFile(path, options, &file, debug);
      if (status.ok()) *result = std::make_unique<WritableFile>(std::move(file), faults_, path.ends_with(".log"));
      return status;
    }
    rocksdb::IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                          rocksdb::IODebugContext* debug) override {
      std::unique_ptr<rocksdb::FSRandomAccessFile> file;
      auto status = FileSystemWrapper::NewRandomAccessFile(path, options, &file, debug);
      if (status.ok()) *result = std::make_unique<ReadableFile>(std::move(file), faults_);
      return status;
    }
    rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options, uint64_t* bytes,
                                   rocksdb::IODebugContext* debug) override {
      if (!faults_->disk_full) return FileSystemWrapper::GetFreeSpace(path, options, bytes, debug);
      *bytes = 0;
      return rocksdb::IOStatus::OK();
    }

   private:
    Faults* const faults_;
  };

  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(std::make_shared<FileSystem>(&faults));
};

}  // namespace kalam::store
