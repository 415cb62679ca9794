#include "catalog/models/manifest_cache_entry.h"

namespace kalam::catalog {

template <>
const Model<ManifestCacheEntry>& model<ManifestCacheEntry>() {
  using Entry = ManifestCacheEntry;
  static const Model<Entry> manifests{
      .schema = codec::SystemModel::manifest_cache_entry,
      .table = "manifest",
      .comment = "Manifest cache entries for query optimization",
      .fields = {
          field<&Entry::cache_key>(1, "cache_key").key().comment("namespace:table:scope"),
          field<&Entry::namespace_id>(2, "namespace_id").comment("Namespace"),
          field<&Entry::table_name>(3, "table_name").comment("Table"),
          field<&Entry::scope>(4, "scope").comment("User id, or shared"),
          field<&Entry::etag>(5, "etag").comment("Version of the file in cold storage"),
          field<&Entry::last_refreshed>(6, "last_refreshed")
              .shown_in_micros()
              .comment("When it was last read or written"),
          field<&Entry::last_accessed>(7, "last_accessed").shown_in_micros().comment("When it was last used"),
          field<&Entry::in_memory>(8, "in_memory").comment("Is the entry cached?"),
          field<&Entry::sync_state>(9, "sync_state").comment("in_sync, pending_write, syncing, stale or error"),
          field<&Entry::manifest_json>(10, "manifest_json").comment("The manifest"),
      }};
  return manifests;
}

}  // namespace kalam::catalog
