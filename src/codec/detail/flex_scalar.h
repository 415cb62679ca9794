// Scalars and the simplest values in FlexBuffers: read strictly, and never more than the bytes can honestly hold.

#pragma once
#include <flatbuffers/flexbuffers.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "types/numeric.h"
#include "types/value.h"

namespace kalam::codec::detail {

Error flex_error(std::string_view what);

// One message being read. Its bytes were verified, yet they may refer to one text or vector from a thousand places;
// each value and each byte of text is paid for, and honest bytes hold enough of them.
class FlexMessage {
 public:
  explicit FlexMessage(size_t bytes) : allowance_(bytes) {}
  Status spend(size_t values);

 private:
  size_t allowance_;
};

Result<bool> flex_bool(FlexMessage& message, flexbuffers::Reference from);
Result<int64_t> flex_signed(FlexMessage& message, flexbuffers::Reference from);
Result<uint64_t> flex_unsigned(FlexMessage& message, flexbuffers::Reference from);
Result<std::string> flex_text(FlexMessage& message, flexbuffers::Reference from);  // UTF-8
Result<std::string> flex_blob(FlexMessage& message, flexbuffers::Reference from);

// A map of one key, as variants and tagged scalars are written. The key is a view into the message.
struct FlexTagged {
  std::string_view tag;
  flexbuffers::Reference body;
};
Result<FlexTagged> flex_tagged(flexbuffers::Reference from);

// Tagged scalars: what tagged JSON is in text (types/json_value.h), with bytes and floats packed.
Status write_scalar(flexbuffers::Builder& builder, const Value& value);
Result<Value> read_scalar(FlexMessage& message, flexbuffers::Reference from);

}  // namespace kalam::codec::detail
