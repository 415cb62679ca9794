#include "store/entity_codec.h"

namespace kalam::store {

Error at_entry(Error error, std::string_view partition, std::string_view key) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (!error.detail.empty()) error.detail.append(" ");
  error.detail.append("partition=").append(partition).append(" key=0x");
  for (const char byte : key) {
    const auto value = static_cast<unsigned char>(byte);
    error.detail.push_back(kDigits[value >> 4]);
    error.detail.push_back(kDigits[value & 15]);
  }
  return error;
}

}  // namespace kalam::store
