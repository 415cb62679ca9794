#include "commands/write_ids.h"

#include <algorithm>

#include "codec/key_codec.h"
#include "codec/table_definition_codec.h"

namespace kalam::commands {
namespace {

using WriteId = WriteIds::WriteId;

constexpr uint8_t kAnswers = 0;
constexpr uint8_t kByTime = 1;
constexpr uint8_t kFormat = 1;  // of a stored answer
constexpr size_t kExpiredAtOnce = 4;

std::string answer_key(const UserId& user, std::string_view key, uint32_t statement) {
  return codec::KeyWriter().u8(kAnswers).text(user.text()).text(key).u32(statement).take();
}
std::string answer_key(const WriteId& id) { return answer_key(id.user, id.key, id.statement); }

std::string time_key(const WriteId& id, int64_t at_ms) {
  return codec::KeyWriter().u8(kByTime).i64(at_ms).text(id.user.text()).text(id.key).u32(id.statement).take();
}

struct Kept {
  std::string fingerprint;
  int64_t at_ms = 0;
  Result<Applied> answer = Applied();
};

std::optional<ErrorCode> parse_error_code(std::string_view name) {
  for (auto code = ErrorCode::invalid_input;; code = static_cast<ErrorCode>(static_cast<uint8_t>(code) + 1)) {
    if (name_of(code) == name) return code;
    if (code == ErrorCode::unknown_command_kind) return std::nullopt;
  }
}

Status write_applied(codec::KeyWriter& out, const Applied& applied) {
  out.u64(applied.commit.value()).u32(static_cast<uint32_t>(applied.rows.size()));
  for (const auto rows : applied.rows) out.u64(rows);
  out.u8(applied.alteration ? 1 : 0);
  if (applied.alteration) {
    out.u8(applied.alteration->changed).text(applied.alteration->action);
    out.text(TRY(codec::encode_table_definition(applied.alteration->after)));
  }
  out.u32(static_cast<uint32_t>(applied.dropped.size()));
  for (const auto& table : applied.dropped) out.text(TRY(codec::encode_table_definition(table)));
  return {};
}

Result<TableDefinition> read_table(codec::KeyReader& in) {
  const auto bytes = TRY(in.text());
  return codec::decode_table_definition(bytes);
}

Result<Applied> read_applied(codec::KeyReader& in) {
  Applied applied;
  applied.repeated = true;
  applied.commit = CommitSeq(TRY(in.u64()));
  for (auto count = TRY(in.u32()); count > 0; --count) applied.rows.push_back(TRY(in.u64()));
  if (TRY(in.u8()) != 0) {
    catalog::Alteration alteration;
    alteration.changed = TRY(in.u8()) != 0;
    alteration.action = TRY(in.text());
    alteration.after = TRY(read_table(in));
    applied.alteration = std::move(alteration);
  }
  for (auto count = TRY(in.u32()); count > 0; --count) {
    applied.dropped.push_back(TRY(read_table(in)));
  }
  return applied;
}

Result<std::string> encode(const WriteId& id, const Result<Applied>& answer, int64_t at_ms) {
  codec::KeyWriter out;
  out.u8(kFormat).text(id.fingerprint).i64(at_ms).u8(answer.ok() ? 1 : 0);
  if (answer.ok()) TRY(write_applied(out, *answer));
  else out.text(name_of(answer.error().code)).text(answer.error().message);
  return out.take();
}

Result<Kept> decode(std::string_view bytes) {
  codec::KeyReader in(bytes);
  if (const auto format = TRY(in.u8()); format != kFormat) {
    return Error{ErrorCode::corruption, "answer of a write id in an unknown format " + std::to_string(format)};
  }
  Kept kept;
  kept.fingerprint = TRY(in.text());
  kept.at_ms = TRY(in.i64());
  if (TRY(in.u8()) != 0) {
    kept.answer = TRY(read_applied(in));
  } else {
    const auto code = parse_error_code(TRY(in.text()));
    kept.answer = Error{code.value_or(ErrorCode::internal), TRY(in.text())};
  }
  TRY(in.end());
  return kept;
}

bool expired(int64_t at_ms, int64_t now_ms) { return at_ms + kWriteIdsKeptMs <= now_ms; }

}  // namespace

Result<WriteIds> WriteIds::open(store::Store& store) {
  return WriteIds(store, TRY(store.create_partition("write_ids")));
}

Result<std::optional<Result<Applied>>> WriteIds::find(const WriteId& id, int64_t now_ms) const {
  const auto key = answer_key(id);
  std::optional<std::string> bytes;
  if (const auto fresh = in_batch_.find(key); fresh != in_batch_.end()) bytes = fresh->second;
  else bytes = TRY(store_->get(partition_, key));
  if (!bytes) return std::nullopt;
  auto kept = TRY(decode(*bytes));
  if (expired(kept.at_ms, now_ms)) return std::nullopt;
  if (kept.fingerprint != id.fingerprint) {
    return Error{ErrorCode::conflict, "Idempotency-Key was used with a different request"};
  }
  return std::optional<Result<Applied>>(std::move(kept.answer));
}

Status WriteIds::put(store::Batch& batch, const WriteId& id, const Result<Applied>& answer, int64_t now_ms) {
  TRY(remove_expired(batch, now_ms));
  auto key = answer_key(id);
  auto bytes = TRY(encode(id, answer, now_ms));
  batch.put(partition_, key, bytes);
  batch.put(partition_, time_key(id, now_ms), {});
  in_batch_.insert_or_assign(std::move(key), std::move(bytes));
  return {};
}

Status WriteIds::remove_expired(store::Batch& batch, int64_t now_ms) {
  store::ScanOptions options{.prefix = codec::KeyWriter().u8(kByTime).take(), .limit = kExpiredAtOnce};
  if (!expired_up_to_.empty()) options.start = expired_up_to_;
  auto scan = TRY(store_->scan(partition_, std::move(options)));
  for (; scan->valid(); scan->next()) {
    codec::KeyReader in(scan->key());
    TRY(in.u8());
    const auto at_ms = TRY(in.i64());
    if (!expired(at_ms, now_ms)) break;
    const UserId user(TRY(in.text()));
    const auto id_key = TRY(in.text());
    const auto key = answer_key(user, id_key, TRY(in.u32()));
    batch.remove(partition_, scan->key());
    // The id may have been used again since.
    const auto bytes = TRY(store_->get(partition_, key));
    if (bytes && !in_batch_.contains(key) && TRY(decode(*bytes)).at_ms == at_ms) batch.remove(partition_, key);
    expired_up_to_ = std::string(scan->key());
  }
  return scan->status();
}

bool WriteIds::worth_keeping(const Result<Applied>& answer, const Command& command) {
  if (answer.ok()) return true;
  switch (answer.error().code) {
    case ErrorCode::not_found:
    case ErrorCode::already_exists:
    case ErrorCode::unique_violation:
    case ErrorCode::invalid_operation:
    case ErrorCode::constraint_violation:
    case ErrorCode::invalid_schema_evolution: return true;
    case ErrorCode::conflict: {
      // A statement on its own is tried again at once, under the same id.
      const auto* data = std::get_if<DataWrite>(&command);
      return data && data->transaction;
    }
    default: return false;
  }
}

}  // namespace kalam::commands
