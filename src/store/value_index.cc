#include "store/value_index.h"

#include <algorithm>
#include <utility>

#include "store/entity_codec.h"

namespace kalam::store {
namespace {

// Reads ["…","…"], blanks between the parts allowed.
class KeyReader {
 public:
  explicit KeyReader(std::string_view json) : rest_(json) {}

  std::optional<std::vector<std::string>> read() {
    std::vector<std::string> keys;
    if (!take('[')) return std::nullopt;
    if (!take(']')) {
      do {
        auto key = read_string();
        if (!key) return std::nullopt;
        keys.push_back(std::move(*key));
      } while (take(','));
      if (!take(']')) return std::nullopt;
    }
    skip_blanks();
    if (!rest_.empty()) return std::nullopt;
    return keys;
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }
  bool take(char wanted) {
    skip_blanks();
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<std::string> read_string() {
    if (!take('"')) return std::nullopt;
    std::string text;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return text;
      if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
      if (c != '\\') {
        text.push_back(c);
      } else if (!read_escape(text)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  bool read_escape(std::string& text) {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    switch (c) {
      case '"':
      case '\\':
      case '/': text.push_back(c); return true;
      case 'b': text.push_back('\b'); return true;
      case 'f': text.push_back('\f'); return true;
      case 'n': text.push_back('\n'); return true;
      case 'r': text.push_back('\r'); return true;
      case 't': text.push_back('\t'); return true;
      case 'u': return read_unicode(text);
      default: return false;
    }
  }

  std::optional<uint32_t> read_hex() {
    if (rest_.size() < 4) return std::nullopt;
    uint32_t value = 0;
    for (const char c : rest_.substr(0, 4)) {
      const auto digit = std::string_view("0123456789abcdef").find(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
      if (digit == std::string_view::npos) return std::nullopt;
      value = value << 4 | static_cast<uint32_t>(digit);
    }
    rest_.remove_prefix(4);
    return value;
  }

  bool read_unicode(std::string& text) {
    auto point = read_hex();
    if (!point || (*point >= 0xDC00 && *point < 0xE000)) return false;
    if (*point >= 0xD800 && *point < 0xDC00) {
      if (!rest_.starts_with("\\u")) return false;
      rest_.remove_prefix(2);
      const auto low = read_hex();
      if (!low || *low < 0xDC00 || *low >= 0xE000) return false;
      point = 0x10000 + ((*point - 0xD800) << 10) + (*low - 0xDC00);
    }
    append_utf8(text, *point);
    return true;
  }

  static void append_utf8(std::string& text, uint32_t point) {
    if (point < 0x80) {
      text.push_back(static_cast<char>(point));
      return;
    }
    const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    constexpr uint32_t kLead[] = {0, 0xC0, 0xE0, 0xF0};
    text.push_back(static_cast<char>(kLead[more] | point >> (6 * more)));
    for (int i = more - 1; i >= 0; --i) text.push_back(static_cast<char>(0x80 | (point >> (6 * i) & 0x3F)));
  }

  std::string_view rest_;
};

}  // namespace

std::string json_of_keys(const std::vector<std::string>& keys) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string json = "[";
  for (const auto& key : keys) {
    if (json.size() > 1) json.push_back(',');
    json.push_back('"');
    for (const char c : key) {
      if (c == '"' || c == '\\') {
        json.append({'\\', c});
      } else if (static_cast<unsigned char>(c) < 0x20) {
        json.append("\\u00").append({kDigits[c >> 4], kDigits[c & 15]});
      } else {
        json.push_back(c);
      }
    }
    json.push_back('"');
  }
  return json.append("]");
}

Result<std::vector<std::string>> keys_from_json(std::string_view json) {
  auto keys = KeyReader(json).read();
  if (!keys) return Error{ErrorCode::corruption, "Serialization error: an index entry is not a JSON array of strings"};
  return std::move(*keys);
}

UniqueIndex::UniqueIndex(Store& store, Partition partition)
    : store_(&store), partition_(std::move(partition)), changing_(std::make_unique<std::mutex>()) {}

Result<UniqueIndex> UniqueIndex::open(Store& store, std::string_view partition_name) {
  return UniqueIndex(store, TRY(store.create_partition(partition_name)));
}

Result<std::optional<std::string>> UniqueIndex::find(std::string_view value) const {
  return store_->get(partition_, value);
}

Status UniqueIndex::add(std::string_view value, std::string_view key) {
  const std::lock_guard lock(*changing_);
  const auto present = TRY(store_->get(partition_, value));
  if (present == key) return {};
  if (present) {
    return Error{ErrorCode::unique_violation, "Unique constraint violation: Index key already exists in " +
                                                  std::string(partition_.name()) + " for different entity"};
  }
  return store_->put(partition_, value, key);
}

Status UniqueIndex::remove(std::string_view value) {
  const std::lock_guard lock(*changing_);
  return store_->remove(partition_, value);
}

NonUniqueIndex::NonUniqueIndex(Store& store, Partition partition)
    : store_(&store), partition_(std::move(partition)), changing_(std::make_unique<std::mutex>()) {}

Result<NonUniqueIndex> NonUniqueIndex::open(Store& store, std::string_view partition_name) {
  return NonUniqueIndex(store, TRY(store.create_partition(partition_name)));
}

Result<std::vector<std::string>> NonUniqueIndex::find(std::string_view value) const {
  const auto json = TRY(store_->get(partition_, value));
  if (!json) return std::vector<std::string>();
  auto keys = keys_from_json(*json);
  if (!keys.ok()) return at_entry(std::move(keys).error(), partition_.name(), value);
  return keys;
}

Status NonUniqueIndex::add(std::string_view value, std::string_view key) {
  const std::lock_guard lock(*changing_);
  auto keys = TRY(find(value));
  if (std::ranges::find(keys, key) != keys.end()) return {};
  keys.emplace_back(key);
  return write(value, keys);
}

Status NonUniqueIndex::remove(std::string_view value, std::string_view key) {
  const std::lock_guard lock(*changing_);
  auto keys = TRY(find(value));
  if (std::erase(keys, key) == 0) return {};
  return write(value, keys);
}

Status NonUniqueIndex::write(std::string_view value, const std::vector<std::string>& keys) {
  if (keys.empty()) return store_->remove(partition_, value);
  return store_->put(partition_, value, json_of_keys(keys));
}

}  // namespace kalam::store
