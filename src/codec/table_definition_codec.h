// TableDefinition <-> stored bytes: schema/system/table_definition.fbs in its envelope.

#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/envelope.h"
#include "types/schema.h"

namespace kalam::codec {

Result<std::string> encode_table_definition(const TableDefinition& definition);

// Structure, texts and enum words are checked here; whether the definition makes sense as a whole is asked by
// TableDefinition::check(), which runs too.
Result<TableDefinition> decode_table_definition(std::string_view bytes, const Origin& origin = {});

}  // namespace kalam::codec
