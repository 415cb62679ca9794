// CrossUserTableStore: the rows of a table that is one for all users, with its access level. Reads as somebody are
// checked; the plain calls of EntityStore are for the server itself.

#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "store/entity_store.h"
#include "store/table_access.h"

namespace kalam::store {

template <typename K, typename V, typename KeyCodec, typename ValueCodec, typename Access>
class CrossUserTableStore : public EntityStore<K, V, KeyCodec, ValueCodec> {
  using Base = EntityStore<K, V, KeyCodec, ValueCodec>;

 public:
  static Result<CrossUserTableStore> open(Store& store, std::string_view partition_name, std::optional<Access> access,
                                          KeyCodec key_codec = {}, ValueCodec value_codec = {}) {
    return CrossUserTableStore(TRY(Base::open(store, partition_name, std::move(key_codec), std::move(value_codec))),
                               access);
  }

  std::optional<Access> access() const { return access_; }

  template <typename Role>
  bool readable_by(Role role) const {
    return may_read_cross_user_table(access_, role);
  }

  template <typename Role>
  Result<std::optional<V>> get_as(Role role, const K& key, const SnapshotPtr& snapshot = nullptr) const {
    TRY(check(role));
    return this->get(key, snapshot);
  }

  template <typename Role>
  Result<typename Base::RowScan> scan_as(Role role, ScanOptions options = {},
                                         typename Base::RowFilter filter = {}) const {
    TRY(check(role));
    return this->scan_iterator(std::move(options), std::move(filter));
  }

 private:
  CrossUserTableStore(Base base, std::optional<Access> access) : Base(std::move(base)), access_(access) {}

  template <typename Role>
  Status check(Role role) const {
    if (readable_by(role)) return {};
    return Error{ErrorCode::permission_denied, "this role may not read the table",
                 "partition=" + std::string(this->partition().name())};
  }

  std::optional<Access> access_;
};

}  // namespace kalam::store
