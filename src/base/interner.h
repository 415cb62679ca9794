// Interner: one copy of each text that is held again and again (user ids, names). An InternedText is a number of four
// bytes: cheap to keep by the million, to compare and to hash. Its interner turns it back into the text.
//
//   Interner users;  // lives as long as what is kept
//   keys.push_back({TRY(users.intern_id<UserId>(text)), seq});
//   users.view(keys.front().user);
//
// Nothing is ever forgotten, so an interner belongs to whoever keeps the numbers, and goes with it. Texts that clients
// choose must not fill the memory for ever: an interner that is full knows what it knows and refuses the rest.

#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <ostream>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"

namespace kalam {

class InternedText {
 public:
  InternedText() = default;                              // the empty text, of every interner
  bool operator==(const InternedText&) const = default;  // of one interner: equal texts have the same number
  friend std::ostream& operator<<(std::ostream& out, InternedText text) { return out << '#' << text.slot_; }

 private:
  friend class Interner;
  friend struct std::hash<InternedText>;
  explicit InternedText(uint32_t slot) : slot_(slot) {}
  uint32_t slot_ = 0;
};

// The same for ids: InternedId<UserId> is no InternedId<TopicId>.
template <typename Id>
struct InternedTag;
template <typename Id>
using InternedId = StrongId<InternedTag<Id>, InternedText>;

class Interner {
 public:
  static constexpr size_t kBytesMax = 64u << 20;

  explicit Interner(size_t bytes_max = kBytesMax);  // knows the names of the system columns, whatever the limit
  Interner(const Interner&) = delete;
  Interner& operator=(const Interner&) = delete;

  Result<InternedText> intern(std::string_view text);  // `limit_exceeded`: a new text, and its limit is reached
  // The text of one that this interner gave out; valid as long as the interner. Takes no lock.
  std::string_view view(InternedText text) const;

  template <typename Id>
  Result<InternedId<Id>> intern_id(std::string_view text) {
    return InternedId<Id>(TRY(intern(text)));
  }
  template <typename Id>
  std::string_view view(const StrongId<InternedTag<Id>, InternedText>& id) const {
    return view(id.value());
  }

  size_t unique_texts() const;  // without the empty one
  size_t bytes() const;         // of the texts and of what finds them, roughly

  static Interner& process();  // for names that live as long as the process; system.stats counts it

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

  size_t bytes_max_ = SIZE_MAX;          // of the texts with their nodes
  std::atomic<size_t> entry_bytes_ = 0;  // held of these
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
