#include "codec/system_schemas.h"

#include <flatbuffers/reflection_generated.h>

#include <array>
#include <memory>

#include "codec/generated/audit_log_entry_bfbs_generated.h"
#include "codec/generated/audit_log_entry_generated.h"
#include "codec/generated/job_bfbs_generated.h"
#include "codec/generated/job_generated.h"
#include "codec/generated/job_node_bfbs_generated.h"
#include "codec/generated/job_node_generated.h"
#include "codec/generated/manifest_cache_entry_bfbs_generated.h"
#include "codec/generated/manifest_cache_entry_generated.h"
#include "codec/generated/namespace_bfbs_generated.h"
#include "codec/generated/namespace_generated.h"
#include "codec/generated/sql_view_bfbs_generated.h"
#include "codec/generated/sql_view_generated.h"
#include "codec/generated/storage_bfbs_generated.h"
#include "codec/generated/storage_generated.h"
#include "codec/generated/table_definition_bfbs_generated.h"
#include "codec/generated/table_definition_generated.h"
#include "codec/generated/topic_bfbs_generated.h"
#include "codec/generated/topic_generated.h"
#include "codec/generated/topic_message_bfbs_generated.h"
#include "codec/generated/topic_message_generated.h"
#include "codec/generated/topic_offset_bfbs_generated.h"
#include "codec/generated/topic_offset_generated.h"
#include "codec/generated/user_bfbs_generated.h"
#include "codec/generated/user_generated.h"
#include "codec/generated/vector_hot_op_bfbs_generated.h"
#include "codec/generated/vector_hot_op_generated.h"

namespace kalam::codec {
namespace {

namespace fbs = kalamdb::system;

template <typename Table>
bool verify_table(const uint8_t* bytes, size_t size) {
  flatbuffers::Verifier verifier(bytes, size);
  return verifier.VerifyBuffer<Table>(nullptr);
}

// Pairs the generated table with its generated binary schema.
template <typename Table, typename Binary>
std::unique_ptr<const SystemSchema> schema_of(std::string_view model) {
  const std::string_view reflection(reinterpret_cast<const char*>(Binary::data()), Binary::size());
  return std::make_unique<const SystemSchema>(model, &verify_table<Table>, reflection);
}

using Schemas = std::array<std::unique_ptr<const SystemSchema>, kSystemModels>;

const Schemas& schemas() {
  // In the order of SystemModel.
  static const Schemas all = {
      schema_of<fbs::User, fbs::UserBinarySchema>("user"),
      schema_of<fbs::Namespace, fbs::NamespaceBinarySchema>("namespace"),
      schema_of<fbs::Storage, fbs::StorageBinarySchema>("storage"),
      schema_of<fbs::Job, fbs::JobBinarySchema>("job"),
      schema_of<fbs::JobNode, fbs::JobNodeBinarySchema>("job_node"),
      schema_of<fbs::AuditLogEntry, fbs::AuditLogEntryBinarySchema>("audit_log_entry"),
      schema_of<fbs::ManifestCacheEntry, fbs::ManifestCacheEntryBinarySchema>("manifest_cache_entry"),
      schema_of<fbs::Topic, fbs::TopicBinarySchema>("topic"),
      schema_of<fbs::TopicOffset, fbs::TopicOffsetBinarySchema>("topic_offset"),
      schema_of<fbs::TableDefinition, fbs::TableDefinitionBinarySchema>("table_definition"),
      schema_of<fbs::TopicMessage, fbs::TopicMessageBinarySchema>("topic_message"),
      schema_of<fbs::VectorHotOp, fbs::VectorHotOpBinarySchema>("vector_hot_op"),
      schema_of<fbs::SqlView, fbs::SqlViewBinarySchema>("sql_view"),
  };
  return all;
}

FieldType field_type(const reflection::Type& type) {
  if (type.index() != -1) return FieldType::other;  // an enum or another table
  switch (type.base_type()) {
    case reflection::Bool: return FieldType::boolean;
    case reflection::Short: return FieldType::i16;
    case reflection::Int: return FieldType::i32;
    case reflection::Long: return FieldType::i64;
    case reflection::UInt: return FieldType::u32;
    case reflection::ULong: return FieldType::u64;
    case reflection::String: return FieldType::text;
    case reflection::Vector:
      if (type.element() == reflection::UByte) return FieldType::bytes;
      if (type.element() == reflection::Float) return FieldType::floats;
      return FieldType::other;
    default: return FieldType::other;
  }
}

bool is_reference(const reflection::Type& type) {
  const auto base = type.base_type();
  return base == reflection::String || base == reflection::Vector || base == reflection::Obj ||
         base == reflection::Union;
}

// The fields of the schema's root table.
std::vector<ModelField> read_fields(std::string_view reflection) {
  const auto& root = *reflection::GetSchema(reflection.data())->root_table();
  std::vector<ModelField> fields;
  for (const auto* field : *root.fields()) {
    if (field->id() >= fields.size()) fields.resize(field->id() + size_t{1});
    auto& into = fields[field->id()];
    into.id = field->id();
    into.name = field->name()->str();
    into.type = field_type(*field->type());
    into.retired = field->deprecated();
    into.nullable = is_reference(*field->type()) ? !field->required() : field->optional();
  }
  return fields;
}

}  // namespace

std::string_view name_of(FieldType type) {
  switch (type) {
    case FieldType::boolean: return "bool";
    case FieldType::i16: return "short";
    case FieldType::i32: return "int";
    case FieldType::i64: return "long";
    case FieldType::u32: return "uint";
    case FieldType::u64: return "ulong";
    case FieldType::text: return "string";
    case FieldType::bytes: return "[ubyte]";
    case FieldType::floats: return "[float]";
    case FieldType::other: return "other";
  }
  return "other";
}

SystemSchema::SystemSchema(std::string_view model, Verify verify, std::string_view reflection)
    : model_(model),
      payload_("kalamdb.system." + std::string(model)),
      verify_(verify),
      fields_(read_fields(reflection)) {}

const ModelField* SystemSchema::field(std::string_view name) const {
  for (const auto& field : fields_) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

bool SystemSchema::verify(std::string_view payload) const {
  constexpr size_t kAlignment = 8;
  const auto* bytes = reinterpret_cast<const uint8_t*>(payload.data());
  if (reinterpret_cast<uintptr_t>(bytes) % kAlignment == 0) return verify_(bytes, payload.size());
  // Values of the store lie anywhere in memory, and the verifier loads words.
  std::vector<uint64_t> aligned(payload.size() / sizeof(uint64_t) + 1);
  std::memcpy(aligned.data(), payload.data(), payload.size());
  return verify_(reinterpret_cast<const uint8_t*>(aligned.data()), payload.size());
}

const SystemSchema& system_schema(SystemModel model) { return *schemas()[static_cast<size_t>(model)]; }

const SystemSchema* find_system_schema(std::string_view schema_id) {
  for (const auto& schema : schemas()) {
    if (schema->payload().id() == schema_id) return schema.get();
  }
  return nullptr;
}

std::span<const SystemModel> all_system_models() {
  static constexpr SystemModel kAll[] = {
      SystemModel::user,
      SystemModel::namespace_,
      SystemModel::storage,
      SystemModel::job,
      SystemModel::job_node,
      SystemModel::audit_log_entry,
      SystemModel::manifest_cache_entry,
      SystemModel::topic,
      SystemModel::topic_offset,
      SystemModel::table_definition,
      SystemModel::topic_message,
      SystemModel::vector_hot_op,
      SystemModel::sql_view,
  };
  static_assert(std::size(kAll) == kSystemModels);
  return kAll;
}

}  // namespace kalam::codec
