// The format: blocks of 32 KiB, each a row of fragments, zeros where less than a header is left.
//
//   fragment  masked CRC-32C of all that follows (4 bytes), payload size (2), type (1), payload
//   record    one full fragment, or a first, any number of middle, and a last one; first and middle fill their block
//   payload   of a record: a write batch, beginning with its sequence number (8) and how many numbers it takes (4)

#include "store/detail/wal_check.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "store/detail/crc32c.h"
#include "store/detail/rocks_status.h"

namespace kalam::store {
namespace {

constexpr size_t kBlockBytes = 32u << 10;
constexpr size_t kReadBytes = 32 * kBlockBytes;
constexpr size_t kHeaderBytes = 7;
constexpr size_t kRecyclableHeaderBytes = 11;
constexpr size_t kBatchHeaderBytes = 12;
// More numbers than the logs of one database can take.
constexpr uint64_t kSequenceSpan = uint64_t{1} << 32;

enum class Type : uint8_t { zero, full, first, middle, last, recyclable_full, recyclable_last = 8 };

struct Fragment {
  Type type;
  std::string_view payload;
  bool begins_record() const { return type == Type::full || type == Type::first; }
  bool ends_record() const { return type == Type::full || type == Type::last; }
};

uint64_t little_endian(std::string_view bytes) {
  uint64_t number = 0;
  for (size_t i = bytes.size(); i > 0; --i) number = number << 8 | static_cast<uint8_t>(bytes[i - 1]);
  return number;
}

// The header says where the fragment would end; nothing when that is outside of the block. Not yet checked by its sum.
std::optional<Fragment> claimed_fragment(std::string_view block, size_t at) {
  if (block.size() < kHeaderBytes || at > block.size() - kHeaderBytes) return std::nullopt;
  const auto size = little_endian(block.substr(at + 4, 2));
  const auto type = static_cast<Type>(block[at + 6]);
  if (size > block.size() - at - kHeaderBytes) return std::nullopt;
  const bool must_fill = type == Type::first || type == Type::middle;
  if (must_fill && at + kHeaderBytes + size != kBlockBytes) return std::nullopt;
  return Fragment{type, block.substr(at + kHeaderBytes, size)};
}

bool sum_is_right(std::string_view block, size_t at, size_t end) {
  if (end > block.size()) return false;
  const auto sum = crc32c(block.substr(at + 6, end - at - 6));
  return little_endian(block.substr(at, 4)) == ((sum >> 15 | sum << 17) + 0xA282EAD8u);
}

std::optional<Fragment> fragment_at(std::string_view block, size_t at) {
  const auto claimed = claimed_fragment(block, at);
  if (!claimed || claimed->type < Type::full || claimed->type > Type::last) return std::nullopt;
  return sum_is_right(block, at, at + kHeaderBytes + claimed->payload.size()) ? claimed : std::nullopt;
}

// Recycled or compressed logs: whole, but of a database set up in another way.
bool foreign_fragment_at(std::string_view block, size_t at) {
  const auto claimed = claimed_fragment(block, at);
  if (!claimed || claimed->type <= Type::last) return false;
  const bool recyclable = claimed->type >= Type::recyclable_full && claimed->type <= Type::recyclable_last;
  return sum_is_right(block, at, at + (recyclable ? kRecyclableHeaderBytes : kHeaderBytes) + claimed->payload.size());
}

class LogCheck {
 public:
  // One file after the other, oldest first.
  Status read(rocksdb::Env* env, const std::string& path) {
    path_ = path;
    head_.reset();
    std::unique_ptr<rocksdb::SequentialFile> file;
    const auto opened = env->NewSequentialFile(path, &file, rocksdb::EnvOptions());
    if (!opened.ok()) return error_from(opened);
    uint64_t offset = 0;
    while (true) {
      rocksdb::Slice bytes;
      const auto status = file->Read(kReadBytes, &bytes, buffer_.data());
      if (!status.ok()) return error_from(status).within("'" + path + "': ");
      for (size_t begin = 0; begin < bytes.size(); begin += kBlockBytes) {
        TRY(read_block({bytes.data() + begin, std::min(kBlockBytes, bytes.size() - begin)}, offset + begin));
      }
      offset += bytes.size();
      if (bytes.size() < kReadBytes) break;
    }
    if (head_) note_damage(record_offset_);  // its end is missing
    return {};
  }

 private:
  struct Damage {
    std::string path;
    uint64_t offset;
  };

  Status read_block(std::string_view block, uint64_t block_offset) {
    size_t at = 0;
    while (at + kHeaderBytes <= block.size()) {
      const auto offset = block_offset + at;
      if (const auto fragment = fragment_at(block, at)) {
        TRY(damage_ ? read_behind_damage(*fragment, offset) : read_fragment(*fragment, offset));
        at += kHeaderBytes + fragment->payload.size();
        continue;
      }
      if (foreign_fragment_at(block, at)) {
        return Error{ErrorCode::not_supported, "Storage error: the log '" + path_ + "' is of another kind at byte " +
                                                   std::to_string(offset) + " (recycled or compressed)"};
      }
      note_damage(offset);
      at = next_beginning(block, at + 1);
    }
    if (block.size() < kBlockBytes && at < block.size()) note_damage(block_offset + at);  // not even a header
    return {};
  }

  Status read_fragment(const Fragment& fragment, uint64_t offset) {
    if (fragment.begins_record() == head_.has_value()) {
      // A beginning within a record, or a record that goes on without one.
      note_damage(head_ ? record_offset_ : offset);
      return read_behind_damage(fragment, offset);
    }
    if (fragment.begins_record()) {
      head_.emplace();
      record_offset_ = offset;
    }
    head_->append(fragment.payload.substr(0, kBatchHeaderBytes - head_->size()));
    if (!fragment.ends_record()) return {};
    if (head_->size() < kBatchHeaderBytes) {
      note_damage(record_offset_);
      return {};
    }
    next_sequence_ = sequence_of(*head_) + little_endian(std::string_view(*head_).substr(8, 4));
    head_.reset();
    return {};
  }

  // Fragments that continue a record say nothing: the parts of a torn one may reach the disk in any order.
  Status read_behind_damage(const Fragment& fragment, uint64_t offset) {
    if (!fragment.begins_record()) return {};
    // After a torn write RocksDB goes on in a new file, with the number that the torn one would have had.
    const bool goes_on = offset == 0 && damage_->path != path_ && next_sequence_ &&
                         fragment.payload.size() >= kBatchHeaderBytes &&
                         sequence_of(fragment.payload) == *next_sequence_;
    if (goes_on) {
      damage_.reset();
      return read_fragment(fragment, offset);
    }
    return Error{ErrorCode::corruption, "Storage error: the log '" + damage_->path + "' is damaged at byte " +
                                            std::to_string(damage_->offset) +
                                            ", and answered writes lie behind; restore a backup"};
  }

  // Where the sizes cannot be trusted, a record is looked for at every byte. The sequence number keeps values that look
  // like a record out of this, and is cheaper to look at than the sum.
  size_t next_beginning(std::string_view block, size_t at) const {
    const auto least = next_sequence_.value_or(1);
    const auto span = next_sequence_ ? kSequenceSpan : UINT64_MAX;
    for (; at + kHeaderBytes <= block.size(); ++at) {
      const auto claimed = claimed_fragment(block, at);
      if (!claimed || !claimed->begins_record()) continue;
      if (claimed->payload.size() >= kBatchHeaderBytes) {
        const auto sequence = sequence_of(claimed->payload);
        if (sequence < least || sequence - least > span) continue;
      }
      if (fragment_at(block, at)) return at;
    }
    return block.size();
  }

  void note_damage(uint64_t offset) {
    head_.reset();
    if (!damage_) damage_ = Damage{path_, offset};
  }
  static uint64_t sequence_of(std::string_view batch) { return little_endian(batch.substr(0, 8)); }

  std::vector<char> buffer_ = std::vector<char>(kReadBytes);
  std::string path_;
  std::optional<std::string> head_;  // the batch header of the record that has begun, as far as it was read
  uint64_t record_offset_ = 0;       // of that record
  std::optional<uint64_t> next_sequence_;
  std::optional<Damage> damage_;  // the first one
};

// A file without a number in front of the ending is none of RocksDB's.
std::optional<uint64_t> log_number(std::string_view name) {
  if (!name.ends_with(".log")) return std::nullopt;
  name.remove_suffix(4);
  uint64_t number = 0;
  const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (code != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

}  // namespace

Status check_logs(rocksdb::Env* env, const std::string& directory) {
  std::vector<std::string> names;
  const auto listed = env->GetChildren(directory, &names);
  if (!listed.ok()) return error_from(listed);
  std::vector<std::pair<uint64_t, std::string>> logs;
  for (auto& name : names) {
    if (const auto number = log_number(name)) logs.emplace_back(*number, std::move(name));
  }
  std::ranges::sort(logs);
  LogCheck check;
  for (const auto& log : logs) TRY(check.read(env, directory + "/" + log.second));
  return {};
}

}  // namespace kalam::store
