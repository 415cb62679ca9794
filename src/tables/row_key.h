// Row keys: the keys under which rows lie, so that the order of bytes is the order of SQL: by user, then by primary
// key.
//
//   SMALLINT, INT, BIGINT     i64: a column that is widened keeps its keys
//   FLOAT, DOUBLE             the double as an ordered u64; −0 is 0, NaN comes last
//   BOOLEAN                   u8
//   TEXT, JSON, BYTES         by byte
//   DECIMAL                   i128, unscaled at the column's scale
//   UUID                      its 16 bytes
//   DATE                      i32 days
//   TIME, TIMESTAMP, DATETIME i64 microseconds
//
// Always true: no key of a user is a prefix of one of another, or lies in his range; the end of an id is marked.

#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/key_codec.h"
#include "types/data_type.h"
#include "types/schema.h"
#include "types/value.h"

namespace kalam::tables {

// All types but EMBEDDING and FILE.
bool can_be_row_key(const DataType& type);

// Appends the key of a value that is kept just as the column's type says. Anything else, and NULL, is `invalid_input`.
Status append_key(const ColumnDefinition& column, const Value& value, codec::KeyWriter& key);

// Appends what a key compares with as the column compares with `value`, which may come from a condition and be of
// another kind: 5::SMALLINT beside a BIGINT column. False, and nothing appended: there is no such key.
bool append_comparable(const DataType& type, const Value& value, codec::KeyWriter& key);

// What all keys of a user begin with.
inline std::string user_prefix(const UserId& user) { return codec::KeyWriter().text(user.text()).take(); }

}  // namespace kalam::tables
