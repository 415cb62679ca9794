// Storage: where cold segments go: a directory or a bucket.

#pragma once
#include "catalog/models/model.h"

namespace kalam::catalog {

enum class StorageType : uint8_t { filesystem, s3, gcs, azure };
template <>
inline constexpr EnumTexts<StorageType, 4> kTexts<StorageType> = {{{StorageType::filesystem, "filesystem"},
                                                                   {StorageType::s3, "s3"},
                                                                   {StorageType::gcs, "gcs"},
                                                                   {StorageType::azure, "azure"}}};

struct Storage {
  StorageId storage_id;
  std::string storage_name;
  std::optional<std::string> description;
  StorageType storage_type = StorageType::filesystem;
  std::string base_directory;
  std::optional<Json> credentials;  // in clear: never in a log or an audit entry
  std::optional<Json> config_json;
  std::string shared_tables_template;
  std::string user_tables_template;
  Timestamp created_at;
  Timestamp updated_at;

  bool operator==(const Storage&) const = default;
};

template <>
const Model<Storage>& model<Storage>();

}  // namespace kalam::catalog
