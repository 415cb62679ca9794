#include "catalog/models/storage.h"

namespace kalam::catalog {

template <>
const Model<Storage>& model<Storage>() {
  static const Model<Storage> storages{
      .schema = codec::SystemModel::storage,
      .table = "storages",
      .comment = "Storage configurations for data persistence",
      .fields = {
          field<&Storage::storage_id>(1, "storage_id").key().comment("Identity"),
          field<&Storage::storage_name>(2, "storage_name").comment("Name for people"),
          field<&Storage::description>(3, "description").comment("What the storage is for"),
          field<&Storage::storage_type>(4, "storage_type").comment("filesystem, s3, gcs or azure"),
          field<&Storage::base_directory>(5, "base_directory").comment("Directory or bucket that holds everything"),
          field<&Storage::credentials>(6, "credentials").comment("Secrets of the provider"),
          field<&Storage::config_json>(7, "config_json").comment("Settings of the provider"),
          field<&Storage::shared_tables_template>(8, "shared_tables_template").comment("Path of a shared table"),
          field<&Storage::user_tables_template>(9, "user_tables_template")
              .comment("Path of one user's part of a table"),
          field<&Storage::created_at>(10, "created_at").comment("When the storage was created"),
          field<&Storage::updated_at>(11, "updated_at").comment("When the storage was last changed"),
      }};
  return storages;
}

}  // namespace kalam::catalog
