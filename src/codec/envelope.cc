#include "codec/envelope.h"

#include <cstring>

#include "base/counters.h"
#include "codec/detail/flat_reader.h"

namespace kalam::codec {
namespace {

constexpr std::string_view kIdentifier = "KENV";
constexpr std::string_view kFailed = "entity envelope decode failed: ";

// Field ids of schema/entity_envelope.fbs.
enum Field : uint32_t { kCodecKind = 0, kSchemaId = 1, kSchemaVersion = 2, kPayload = 3 };

template <typename T>
void append(std::string& out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.append(bytes, sizeof(T));
}

// Up to the payload's length. Every field is written, so that all envelopes of one schema begin with the same bytes and
// opening one is a comparison.
std::string make_head(std::string_view id, CodecKind codec, uint16_t version) {
  constexpr uint32_t kVtable = 8;
  constexpr uint32_t kTable = 20;
  constexpr uint32_t kText = 36;
  uint32_t text_end = kText + 4 + static_cast<uint32_t>(id.size()) + 1;
  while ((text_end + 4) % 8 != 0) ++text_end;  // the payload starts behind its length, at a multiple of 8

  std::string head;
  append<uint32_t>(head, kTable);
  head.append(kIdentifier);
  for (const uint16_t entry : {12, 16, 14, 4, 12, 8}) append(head, entry);  // sizes, then fields 0 to 3
  append<int32_t>(head, kTable - kVtable);
  append<uint32_t>(head, kText - (kTable + 4));
  append<uint32_t>(head, text_end - (kTable + 8));
  append<uint16_t>(head, version);
  append<uint8_t>(head, static_cast<uint8_t>(codec));
  append<uint8_t>(head, 0);
  append<uint32_t>(head, static_cast<uint32_t>(id.size()));
  head.append(id);
  head.append(text_end - head.size(), '\0');
  return head;
}

Error corrupt(std::string_view what) { return Error{ErrorCode::corrupt_envelope, std::string(kFailed).append(what)}; }

Result<Opened> open_any(std::string_view bytes, const PayloadSchema& expected, const Origin& origin,
                        uint16_t& version) {
  auto read = read_envelope(bytes);
  if (!read.ok()) {
    auto error = std::move(read).error();
    const bool legacy = error.code == ErrorCode::invalid_identifier && !bytes.empty() && !origin.partition.empty();
    if (legacy) return Error{ErrorCode::legacy_format, remediation(expected, origin), std::move(error.message)};
    return error;
  }
  const auto envelope = std::move(read).value();
  version = envelope.schema_version;
  if (envelope.codec > static_cast<uint8_t>(CodecKind::flexbuffers)) {
    return Error{ErrorCode::unknown_codec,
                 std::string(kFailed) + "unknown codec kind " + std::to_string(envelope.codec)};
  }
  if (envelope.schema_id != expected.id()) {
    return Error{ErrorCode::schema_id_mismatch, std::string(kFailed) + "schema_id mismatch: expected " + expected.id() +
                                                    ", got " + std::string(envelope.schema_id)};
  }
  if (!expected.supports(envelope.schema_version)) {
    return Error{ErrorCode::unsupported_schema_version,
                 "schema_version mismatch: expected " + std::to_string(expected.version()) + ", got " +
                     std::to_string(envelope.schema_version),
                 "schema_id " + expected.id()};
  }
  if (envelope.codec != static_cast<uint8_t>(expected.codec())) {
    return corrupt("codec kind mismatch: expected " + std::string(name_of(expected.codec())));
  }
  return Opened{envelope.payload, envelope.schema_version};
}

}  // namespace

std::string_view name_of(CodecKind kind) { return kind == CodecKind::flatbuffers ? "FlatBuffers" : "FlexBuffers"; }

PayloadSchema::PayloadSchema(std::string id, CodecKind codec, Versions versions)
    : id_(std::move(id)),
      codec_(codec),
      versions_(versions),
      head_(make_head(id_, codec, versions.current)),
      encode_ns_(&counters::histogram("serialization_encode_ns", {{"schema_id", id_}})),
      decode_ns_(&counters::histogram("serialization_decode_ns", {{"schema_id", id_}})),
      payload_bytes_(&counters::histogram("serialization_payload_bytes",
                                          {{"schema_id", id_}, {"codec", std::string(name_of(codec))}})) {}

Error PayloadSchema::decode_failed(Error error, uint16_t version) const {
  counters::counter(
      "serialization_decode_failures_total",
      {{"schema_id", id_}, {"schema_version", std::to_string(version)}, {"kind", std::string(name_of(error.code))}})
      .add();
  if (error.code == ErrorCode::unsupported_schema_version) {
    counters::counter("schema_version_unsupported_total", {{"schema_id", id_}, {"version", std::to_string(version)}})
        .add();
  }
  return error;
}

Error PayloadSchema::encode_failed(Error error) const {
  counters::counter(
      "serialization_encode_failures_total",
      {{"schema_id", id_}, {"schema_version", std::to_string(version())}, {"kind", std::string(name_of(error.code))}})
      .add();
  return error;
}

size_t begin_payload(const PayloadSchema& schema, std::string& out) {
  out.append(schema.envelope_head());
  append<uint32_t>(out, 0);
  return out.size();
}

void end_payload(std::string& out, size_t payload_start) {
  const auto length = static_cast<uint32_t>(out.size() - payload_start);
  std::memcpy(out.data() + payload_start - sizeof(length), &length, sizeof(length));
}

std::string wrap(const PayloadSchema& schema, std::string_view payload) {
  std::string out;
  out.reserve(schema.envelope_head().size() + 4 + payload.size());
  const auto start = begin_payload(schema, out);
  out.append(payload);
  end_payload(out, start);
  return out;
}

Result<Opened> open(std::string_view bytes, const PayloadSchema& expected, const Origin& origin) {
  // Nearly always: the very head that we write, then the payload and nothing behind it.
  const auto head = expected.envelope_head();
  if (bytes.size() >= head.size() + 4 && std::memcmp(bytes.data(), head.data(), head.size()) == 0) {
    uint32_t length;
    std::memcpy(&length, bytes.data() + head.size(), sizeof(length));
    if (length == bytes.size() - head.size() - 4) return Opened{bytes.substr(head.size() + 4), expected.version()};
  }
  uint16_t version = expected.version();
  auto opened = open_any(bytes, expected, origin, version);
  if (!opened.ok()) return expected.decode_failed(std::move(opened).error(), version);
  return opened;
}

Result<Envelope> read_envelope(std::string_view bytes) {
  detail::FlatBuffer buffer(bytes);
  if (!buffer.has_identifier(kIdentifier)) {
    return Error{ErrorCode::invalid_identifier, std::string(kFailed) + "invalid file identifier (expected KENV)"};
  }
  const auto table = detail::FlatTable::root(buffer);
  Envelope envelope;
  envelope.codec = table.scalar<uint8_t>(kCodecKind, 0);
  envelope.schema_version = table.scalar<uint16_t>(kSchemaVersion, 1);
  envelope.schema_id = table.text(kSchemaId);
  const auto payload_at = table.reference(kPayload);
  const auto payload = payload_at ? buffer.vector_at(payload_at, 1) : detail::FlatBuffer::Vector();
  if (buffer.corrupt()) return corrupt("structure is damaged");
  if (payload_at == 0) return Error{ErrorCode::missing_payload, std::string(kFailed) + "missing payload"};
  if (envelope.schema_id.data() == nullptr) return corrupt("missing schema_id");
  envelope.payload = buffer.bytes(payload.first, payload.size);
  return envelope;
}

std::string remediation(const PayloadSchema& expected, const Origin& origin) {
  const std::string path(origin.data_path.empty() ? std::string_view("the data directory") : origin.data_path);
  return "Unsupported legacy value in partition '" + std::string(origin.partition) + "' (expected schema " +
         expected.id() + " v" + std::to_string(expected.version()) +
         "). This data directory was written by an incompatible version. Stop the server, back up and remove " + path +
         ", then restart; or restore from a logical export.";
}

}  // namespace kalam::codec
