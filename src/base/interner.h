// Interner: one copy of each text that the process sees again and again (user ids, column names). An InternedText is a
// number of four bytes: cheap to keep by the million, to compare and to hash. Its interner turns it back into the text.

#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kalam {

class InternedText {
 public:
  InternedText() = default;                              // the empty text, of every interner
  bool operator==(const InternedText&) const = default;  // of one interner: equal texts have the same number

 private:
  friend class Interner;
  friend struct std::hash<InternedText>;
  explicit InternedText(uint32_t slot) : slot_(slot) {}
  uint32_t slot_ = 0;
};

class Interner {
 public:
  Interner();  // knows the names of the system columns from the start
  Interner(const Interner&) = delete;
  Interner& operator=(const Interner&) = delete;

  InternedText intern(std::string_view text);
  // The text of one that this interner gave out; valid as long as the interner. Takes no lock.
  std::string_view view(InternedText text) const;

  size_t unique_texts() const;  // without the empty one
  size_t bytes() const;         // of the texts and of what finds them, roughly

  static Interner& process();  // the one that ids and column names share; never emptied

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  // Shards keep threads out of each other's way; a text always lives in the shard of its hash.
  struct Shard {
    mutable std::shared_mutex mutex;
    std::unordered_map<std::string, InternedText, Hash, std::equal_to<>> texts;  // guarded by mutex; nodes never move
  };
  static constexpr size_t kShards = 16;

  // Where the text of a slot is: in blocks that never move, each twice as long as the one before.
  using Block = std::unique_ptr<const std::string*[]>;
  static constexpr uint64_t kFirstBlockSlots = 1024;
  static constexpr size_t kBlocks = 23;  // enough for 2^32 slots
  struct Place {
    size_t block;
    size_t index;
  };
  static Place place_of(uint32_t slot) {
    const uint64_t shifted = slot + kFirstBlockSlots;
    const auto block = static_cast<size_t>(std::bit_width(shifted) - std::bit_width(kFirstBlockSlots));
    return {.block = block, .index = shifted - (kFirstBlockSlots << block)};
  }

  InternedText take_slot(const std::string& text);

  std::vector<Shard> shards_;
  // Written under slots_mutex_, read without: an entry does not change any more once its slot is given out.
  std::array<Block, kBlocks> blocks_;
  mutable std::mutex slots_mutex_;
  uint32_t next_slot_ = 1;  // guarded by slots_mutex_; 0 is the empty text
};

}  // namespace kalam

template <>
struct std::hash<kalam::InternedText> {
  size_t operator()(const kalam::InternedText& text) const { return std::hash<uint32_t>()(text.slot_); }
};
