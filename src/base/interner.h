// Interner: one copy of each text that the process sees again and again (user ids, column names). An InternedText is a
// pointer: cheap to copy, to compare and to hash, and valid for the life of its interner.

#pragma once
#include <cstddef>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace kalam {

class InternedText {
 public:
  InternedText() = default;
  std::string_view view() const { return text_ ? std::string_view(*text_) : std::string_view(); }
  bool operator==(const InternedText&) const = default;  // of one interner: equal texts are the same pointer

 private:
  friend class Interner;
  friend struct std::hash<InternedText>;
  explicit InternedText(const std::string* text) : text_(text) {}
  const std::string* text_ = nullptr;
};

class Interner {
 public:
  Interner();  // knows the names of the system columns from the start
  Interner(const Interner&) = delete;
  Interner& operator=(const Interner&) = delete;

  InternedText intern(std::string_view text);
  size_t unique_texts() const;
  size_t bytes() const;  // of the texts and of what finds them, roughly

  static Interner& process();  // the one that ids and column names share; never emptied

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  // Shards keep threads out of each other's way; a text always lives in the shard of its hash.
  struct Shard {
    mutable std::shared_mutex mutex;
    std::unordered_set<std::string, Hash, std::equal_to<>> texts;  // guarded by mutex; nodes never move
  };
  static constexpr size_t kShards = 16;
  std::vector<Shard> shards_;
};

}  // namespace kalam

template <>
struct std::hash<kalam::InternedText> {
  size_t operator()(const kalam::InternedText& text) const { return std::hash<const void*>()(text.text_); }
};
