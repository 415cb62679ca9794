// A small model for the tests of the typed stores: jobs with ids, states and counters, in a codec of their own.

#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/interner.h"
#include "base/strong_id.h"
#include "store/indexed_entity_store.h"

namespace kalam::store {

struct SampleIdTag;
using SampleId = StrongId<SampleIdTag, std::string>;
struct OtherIdTag;
using OtherId = StrongId<OtherIdTag, std::string>;

struct SampleJob {
  std::string state;
  std::string owner;  // empty: nobody's
  int runs = 0;
  bool operator==(const SampleJob&) const = default;
};

struct SampleIdCodec {
  static std::string encode(const SampleId& id) { return id.value(); }
  static std::string encode_prefix(std::string_view part) { return std::string(part); }
  static Result<SampleId> decode(std::string_view bytes) {
    if (bytes.starts_with("bad")) return Error{ErrorCode::corrupt_payload, "bad key"};
    return SampleId(std::string(bytes));
  }
};

// state \n owner \n runs. The state "unstorable" is the value that has no bytes.
struct SampleJobCodec {
  static Result<std::string> encode(const SampleJob& job) {
    if (job.state == "unstorable") return Error{ErrorCode::invalid_scalar, "cannot encode"};
    return job.state + "\n" + job.owner + "\n" + std::to_string(job.runs);
  }
  static Result<SampleJob> decode(std::string_view bytes) {
    const auto first = bytes.find('\n');
    const auto second = first == bytes.npos ? first : bytes.find('\n', first + 1);
    if (second == bytes.npos) return Error{ErrorCode::corrupt_payload, "bad value"};
    SampleJob job{std::string(bytes.substr(0, first)), std::string(bytes.substr(first + 1, second - first - 1)), 0};
    for (const char digit : bytes.substr(second + 1)) job.runs = job.runs * 10 + (digit - '0');
    return job;
  }
  // Only the state; fails on an empty one to show that errors of projections surface too.
  struct StateOnly {};
  static Result<std::string> decode_projected(std::string_view bytes, const StateOnly&) {
    const auto end = bytes.find('\n');
    if (end == bytes.npos) return Error{ErrorCode::corrupt_payload, "bad value"};
    return std::string(bytes.substr(0, end));
  }
};

// The key of a row of somebody's, its owner interned; and the same with the owner's text.
struct SampleRowKey {
  InternedId<SampleId> owner;
  uint8_t number = 0;
  bool operator==(const SampleRowKey&) const = default;
};
struct SampleTextRowKey {
  SampleId owner;
  uint8_t number = 0;
  bool operator==(const SampleTextRowKey&) const = default;
};

// owner \0 number
struct SampleTextRowKeyCodec {
  static std::string encode(const SampleTextRowKey& key) {
    return encode_prefix(key.owner.value()) + static_cast<char>(key.number);
  }
  static std::string encode_prefix(std::string_view owner) { return std::string(owner) + '\0'; }
  static Result<SampleTextRowKey> decode(std::string_view bytes) {
    const auto [owner, number] = TRY(split(bytes));
    return SampleTextRowKey{SampleId(std::string(owner)), number};
  }
  static Result<std::pair<std::string_view, uint8_t>> split(std::string_view bytes) {
    if (bytes.size() < 2 || bytes.find('\0') != bytes.size() - 2) return Error{ErrorCode::corrupt_payload, "bad key"};
    return std::pair(bytes.substr(0, bytes.size() - 2), static_cast<uint8_t>(bytes.back()));
  }
};
class SampleRowKeyCodec {
 public:
  explicit SampleRowKeyCodec(Interner& owners) : owners_(&owners) {}  // which outlives the keys
  std::string encode(const SampleRowKey& key) const {
    return encode_prefix(owners_->view(key.owner)) + static_cast<char>(key.number);
  }
  static std::string encode_prefix(std::string_view owner) { return SampleTextRowKeyCodec::encode_prefix(owner); }
  Result<SampleRowKey> decode(std::string_view bytes) const {
    const auto [owner, number] = TRY(SampleTextRowKeyCodec::split(bytes));
    return SampleRowKey{TRY(owners_->intern_id<SampleId>(owner)), number};
  }

 private:
  Interner* owners_;
};

struct SampleFilter {
  std::string column;
  std::string equals;
};

using SampleStore = EntityStore<SampleId, SampleJob, SampleIdCodec, SampleJobCodec>;
using SampleIndexedStore = IndexedEntityStore<SampleId, SampleJob, SampleIdCodec, SampleJobCodec, SampleFilter>;

enum SampleIndex : size_t { by_state, by_owner };
inline std::vector<SampleIndexedStore::Definition> sample_indexes() {
  const auto prefix_on = [](std::string column) {
    return [column](const SampleFilter& filter) -> std::optional<std::string> {
      if (filter.column != column) return std::nullopt;
      return filter.equals + "/";
    };
  };
  return {
      {.partition = "system_samples_state_idx",
       .columns = {"state"},
       .extract_key = [](const SampleId& id, const SampleJob& job) -> Result<std::optional<std::string>> {
         return job.state + "/" + id.value();
       },
       .filter_to_prefix = prefix_on("state")},
      {.partition = "system_samples_owner_idx",
       .columns = {"owner"},
       .extract_key = [](const SampleId& id, const SampleJob& job) -> Result<std::optional<std::string>> {
         if (job.owner.empty()) return std::nullopt;
         return job.owner + "/" + id.value();
       },
       .filter_to_prefix = prefix_on("owner")},
  };
}

}  // namespace kalam::store
