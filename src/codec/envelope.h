// Envelope: what wraps every stored value, so that bytes say what they are before anybody reads them.
//
//   [ "KENV" | codec kind | schema id | schema version | payload ]     a FlatBuffers table, schema/entity_envelope.fbs
//
// Always true: a payload is handed out only when identifier, structure, codec, schema id and version are right, checked
// in this order; the first that is not is the error. No other decoder is tried: bytes without an envelope are refused
// with a text that tells the operator what to do.

#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/result.h"

namespace kalam::counters {
class Histogram;
}

namespace kalam::codec {

enum class CodecKind : uint8_t { flatbuffers = 0, flexbuffers = 1 };
std::string_view name_of(CodecKind kind);

// One type of payload that this build reads and writes. Ids are for ever; the version rises with any change of the
// wire. Made once per type and kept for the life of the process: it holds the envelope's head, ready to be copied.
class PayloadSchema {
 public:
  struct Versions {
    uint16_t oldest = 1;   // still decoded
    uint16_t current = 1;  // written; newer ones are refused
  };
  explicit PayloadSchema(std::string id, CodecKind codec = CodecKind::flatbuffers)
      : PayloadSchema(std::move(id), codec, Versions()) {}
  PayloadSchema(std::string id, CodecKind codec, Versions versions);
  PayloadSchema(const PayloadSchema&) = delete;
  PayloadSchema& operator=(const PayloadSchema&) = delete;

  const std::string& id() const { return id_; }
  CodecKind codec() const { return codec_; }
  uint16_t version() const { return versions_.current; }
  bool supports(uint16_t version) const { return versions_.oldest <= version && version <= versions_.current; }

  // Everything of an envelope in front of the payload's length.
  std::string_view envelope_head() const { return head_; }

  // Counts a failure by schema id, version and kind, and hands the error back. Not for the hot path.
  Error decode_failed(Error error, uint16_t version) const;
  Error decode_failed(Error error) const { return decode_failed(std::move(error), version()); }
  Error encode_failed(Error error) const;

  counters::Histogram& encode_ns() const { return *encode_ns_; }
  counters::Histogram& decode_ns() const { return *decode_ns_; }
  counters::Histogram& payload_bytes() const { return *payload_bytes_; }

 private:
  std::string id_;
  CodecKind codec_;
  Versions versions_;
  std::string head_;
  counters::Histogram* encode_ns_;
  counters::Histogram* decode_ns_;
  counters::Histogram* payload_bytes_;
};

// Where bytes were found; makes the text of a refusal useful. Empty partition: not from a store (a command, a test).
struct Origin {
  std::string_view partition;
  std::string_view data_path;
};

struct Envelope {
  uint16_t codec = 0;  // as written: may be one that we do not know
  std::string_view schema_id;
  uint16_t schema_version = 1;
  std::string_view payload;
};

// The envelope with the payload in it. Payloads are smaller than 1 GiB.
std::string wrap(const PayloadSchema& schema, std::string_view payload);

// For encoders that write their payload in place: appends everything in front of the payload, whose first byte then
// lies at a multiple of 8 from the envelope's start. end_payload() fills in its length once it is written.
size_t begin_payload(const PayloadSchema& schema, std::string& out);
void end_payload(std::string& out, size_t payload_start);

inline constexpr size_t kPayloadBytesMax = size_t{1} << 30;

// The payload of an envelope that must hold `expected`. Views into `bytes`.
struct Opened {
  std::string_view payload;
  uint16_t schema_version = 1;
};
Result<Opened> open(std::string_view bytes, const PayloadSchema& expected, const Origin& origin = {});

// The envelope of anything: for start-up checks and tools, which do not know what to expect. Does not judge codec, id
// and version.
Result<Envelope> read_envelope(std::string_view bytes);

// What an operator reads when a data directory holds values of another program or of an unsupported version.
std::string remediation(const PayloadSchema& expected, const Origin& origin);

}  // namespace kalam::codec
