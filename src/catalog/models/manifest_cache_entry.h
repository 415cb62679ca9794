// ManifestCacheEntry: the manifest of one scope of a table, and how it stands to the file in cold storage.

#pragma once
#include "catalog/models/model.h"

namespace kalam::catalog {

enum class SyncState : uint8_t { in_sync, pending_write, syncing, stale, error };
template <>
inline constexpr EnumTexts<SyncState, 5> kTexts<SyncState> = {{{SyncState::in_sync, "in_sync"},
                                                               {SyncState::pending_write, "pending_write"},
                                                               {SyncState::syncing, "syncing"},
                                                               {SyncState::stale, "stale"},
                                                               {SyncState::error, "error"}}};

struct ManifestCacheEntry {
  std::string cache_key;  // ns:table:scope
  NamespaceId namespace_id;
  TableName table_name;
  std::string scope;  // a user id, or "shared"
  std::optional<std::string> etag;
  Timestamp last_refreshed;
  Timestamp last_accessed;
  bool in_memory = true;
  SyncState sync_state = SyncState::in_sync;
  Json manifest_json;

  bool operator==(const ManifestCacheEntry&) const = default;
};

template <>
const Model<ManifestCacheEntry>& model<ManifestCacheEntry>();

}  // namespace kalam::catalog
