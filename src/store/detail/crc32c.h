// CRC-32C (Castagnoli): the checksum in RocksDB's files.

#pragma once
#include <cstdint>
#include <string_view>

namespace kalam::store {

uint32_t crc32c(std::string_view bytes);  // by the processor's instruction where there is one
uint32_t crc32c_by_table(std::string_view bytes);

}  // namespace kalam::store
