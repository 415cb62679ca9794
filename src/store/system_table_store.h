// SystemTableStore: the rows of one system table. A table is a key type, a model, their codecs and its indexes; it adds
// columns to look at them, and no reading or writing of its own.

#pragma once
#include <string_view>
#include <utility>

#include "store/indexed_entity_store.h"
#include "store/table_access.h"

namespace kalam::store {

template <typename K, typename V, typename KeyCodec, typename ValueCodec, typename F>
class SystemTableStore : public IndexedEntityStore<K, V, KeyCodec, ValueCodec, F> {
  using Base = IndexedEntityStore<K, V, KeyCodec, ValueCodec, F>;

 public:
  static Result<SystemTableStore> open(Store& store, std::string_view partition_name,
                                       std::vector<typename Base::Definition> indexes = {}, KeyCodec key_codec = {},
                                       ValueCodec value_codec = {}) {
    return SystemTableStore(
        TRY(Base::open(store, partition_name, std::move(indexes), std::move(key_codec), std::move(value_codec))));
  }

  std::string_view partition_name() const { return this->rows().partition().name(); }

  template <typename Role>
  static constexpr bool readable_by(Role role) {
    return may_read_system_table(role);
  }

 private:
  explicit SystemTableStore(Base base) : Base(std::move(base)) {}
};

}  // namespace kalam::store
