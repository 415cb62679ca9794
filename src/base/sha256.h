// SHA-256, of bytes that are at hand or come piece by piece.

#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  Result<std::string> finish();  // 32 bytes; once, and nothing is added afterwards

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

Result<std::string> sha256(std::string_view bytes);  // 32 bytes

}  // namespace kalam
