#include "query/statements/storage_health.h"

#include <sys/statvfs.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "query/statements/naming.h"
#include "types/generated_ids.h"

namespace kalam::query {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kContent = "KALAMDB_HEALTH\n";

fs::path directory_of(std::string_view base_directory) {
  constexpr std::string_view kScheme = "file://";
  if (base_directory.starts_with(kScheme)) base_directory.remove_prefix(kScheme.size());
  return fs::path(std::string(base_directory));
}

std::string told(const std::error_code& error) {
  return error.message() + " (os error " + std::to_string(error.value()) + ")";
}
std::error_code last_error() { return {errno, std::generic_category()}; }

// One round of the probe in its own directory, which it leaves as it was.
class Probe {
 public:
  Probe(const fs::path& base, Random& random)
      : directory_(base / ".kalamdb-health-check"), file_(directory_ / print_uuid(make_uuid_v4(random))) {}

  StorageHealth run() {
    StorageHealth health;
    health.writable = write();
    // Tried without a file too: what cannot be written may still be read.
    health.listable = list(health.writable);
    if (health.writable) {
      health.readable = read();
      health.deletable = remove();
    }
    std::error_code ignored;
    fs::remove(directory_, ignored);  // unless a probe of somebody else is in it
    if (!errors_.empty()) health.error = errors_;
    return health;
  }

 private:
  void failed(std::string_view step, std::string_view why) {
    if (!errors_.empty()) errors_ += "; ";
    errors_ += std::string(step) + " failed: " + std::string(why);
  }

  bool write() {
    std::error_code error;
    fs::create_directory(directory_, error);
    if (error) return failed("PUT", told(error)), false;
    std::ofstream out(file_, std::ios::binary);
    out << kContent;
    out.close();
    if (!out) return failed("PUT", told(last_error())), false;
    return true;
  }

  bool list(bool written) {
    std::error_code error;
    const auto& where = written ? directory_ : directory_.parent_path();
    bool found = false;
    for (fs::directory_iterator it(where, error), end; !error && it != end; it.increment(error)) {
      found |= it->path() == file_;
    }
    if (error) return failed("LIST", told(error)), false;
    if (!written || found) return true;
    errors_ += "LIST succeeded but test file not found in results";
    return false;
  }

  bool read() {
    std::ifstream in(file_, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(in), {}};
    if (!in) return failed("GET", told(last_error())), false;
    if (content == kContent) return true;
    failed("GET", "content mismatch: expected " + std::to_string(kContent.size()) + " bytes, got " +
                      std::to_string(content.size()) + " bytes");
    return false;
  }

  bool remove() {
    std::error_code error;
    fs::remove(file_, error);
    if (error) return failed("DELETE", told(error)), false;
    return true;
  }

  const fs::path directory_;
  const fs::path file_;
  std::string errors_;
};

void add_sizes(StorageHealth& health, const fs::path& directory) {
  struct statvfs stats{};
  if (statvfs(directory.c_str(), &stats) != 0) return;
  const auto block = static_cast<int64_t>(stats.f_frsize);
  health.total_bytes = static_cast<int64_t>(stats.f_blocks) * block;
  health.used_bytes = (static_cast<int64_t>(stats.f_blocks) - static_cast<int64_t>(stats.f_bfree)) * block;
}

StorageHealth check_directory(const fs::path& directory, WithSizes sizes, Random& random) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    StorageHealth health;
    health.reached = false;
    health.error = "Failed to initialize storage: '" + directory.string() + "' is no directory";
    return health;
  }
  auto health = Probe(directory, random).run();
  if (sizes == WithSizes::yes) add_sizes(health, directory);
  return health;
}

}  // namespace

std::string_view StorageHealth::status() const {
  if (readable && writable && listable && deletable) return "healthy";
  if (!reached || (!readable && !writable && !listable)) return "unreachable";
  return "degraded";
}

StorageHealth check_health(const catalog::Storage& storage, WithSizes sizes, Clock& clock, Random& random) {
  const auto began = clock.monotonic();
  StorageHealth health;
  if (storage.storage_type == catalog::StorageType::filesystem) {
    health = check_directory(directory_of(storage.base_directory), sizes, random);
  } else {
    health.reached = false;
    health.error = "Failed to initialize storage: storages of type " +
                   std::string(catalog::name_of(storage.storage_type)) + " are not available yet";
  }
  health.latency_ms = std::chrono::floor<Millis>(clock.monotonic() - began).count();
  return health;
}

Status make_directory(std::string_view base_directory) {
  if (base_directory.empty()) return refused("Filesystem storage requires a non-empty base directory");
  std::error_code error;
  fs::create_directories(directory_of(base_directory), error);
  if (!error) return {};
  return refused("Failed to create filesystem storage directory '" + std::string(base_directory) + "': " + told(error));
}

}  // namespace kalam::query
