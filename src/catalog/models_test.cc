// Every system model: its one list of fields against the stored schema, and round trips of its values.

#include "catalog/models/model.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "catalog/catalog_fixture.h"

namespace kalam::catalog {
namespace {

// One value of each model with everything set, and one with everything optional absent.
template <typename M>
struct Samples;

template <>
struct Samples<User> {
  static User full() {
    return {.user_id = UserId("alice"),
            .password_hash = "$2b$12$x",
            .role = Role::dba,
            .email = "a@example.org",
            .auth_type = AuthType::oauth,
            .auth_data = Json{R"({"issuer":"i","subject":"s"})"},
            .storage_mode = StorageMode::region,
            .storage_id = StorageId("s3"),
            .failed_login_attempts = 3,
            .locked_until = timestamp(1),
            .last_login_at = timestamp(2),
            .created_at = timestamp(1'750'000'000'000),
            .updated_at = timestamp(4),
            .last_seen = timestamp(5),
            .deleted_at = timestamp(6),
            .token_epoch = 7,
            .revoked_at = timestamp(8)};
  }
  static User bare() {
    User user;
    user.user_id = UserId("bob");
    return user;
  }
};
template <>
struct Samples<Namespace> {
  static Namespace full() { return {NamespaceId("app"), "app", timestamp(1), Json{R"({"a":1})"}, 3}; }
  static Namespace bare() { return {NamespaceId("app"), "app", timestamp(1), std::nullopt, 0}; }
};
template <>
struct Samples<Storage> {
  static Storage full() {
    return {StorageId("s3"), "Bucket",           "Cold",          StorageType::s3, "s3://b",    Json{R"({"k":"v"})"},
            Json{"{}"},      "{ns}/{tableName}", "{ns}/{userId}", timestamp(1),    timestamp(2)};
  }
  static Storage bare() {
    Storage storage;
    storage.storage_id = StorageId("local");
    return storage;
  }
};
template <>
struct Samples<Job> {
  static Job full() {
    Job job;
    job.job_id = JobId("FL-1");
    job.job_type = JobType::flush;
    job.status = JobStatus::completed;
    job.leader_status = JobStatus::running;
    job.parameters = Json{R"({"table_id":"app.t"})"};
    job.message = "done";
    job.exception_trace = "trace";
    job.idempotency_key = "FL:app:t";
    job.queue = "q";
    job.priority = -1;
    job.retry_count = 255;
    job.max_retries = 0;
    job.memory_used = INT64_MAX;
    job.cpu_used = INT64_MIN;
    job.created_at = timestamp(1);
    job.updated_at = timestamp(2);
    job.started_at = timestamp(3);
    job.finished_at = timestamp(4);
    job.node_id = NodeId(1);
    job.leader_node_id = NodeId(2);
    return job;
  }
  static Job bare() {
    Job job;
    job.job_id = JobId("FL-2");
    return job;
  }
};
template <>
struct Samples<JobNode> {
  static JobNode full() {
    return {JobId("FL-1"), NodeId(3), JobStatus::failed, "why", timestamp(1), timestamp(2), timestamp(3), timestamp(4)};
  }
  static JobNode bare() {
    JobNode node;
    node.job_id = JobId("FL-1");
    return node;
  }
};
template <>
struct Samples<AuditLogEntry> {
  static AuditLogEntry full() {
    return {AuditId("audit_1"), timestamp(1), UserId("adm"), "LOGIN", "user:adm", "d", "127.0.0.1", UserId("bob")};
  }
  static AuditLogEntry bare() {
    AuditLogEntry entry;
    entry.audit_id = AuditId("audit_2");
    entry.actor_user_id = UserId("adm");
    return entry;
  }
};
template <>
struct Samples<ManifestCacheEntry> {
  static ManifestCacheEntry full() {
    return {"app:t:bob", NamespaceId("app"),       TableName("t"), "bob", "etag", timestamp(1), timestamp(2),
            true,        SyncState::pending_write, Json{"{}"}};
  }
  static ManifestCacheEntry bare() {
    ManifestCacheEntry entry;
    entry.cache_key = "app:t:shared";
    entry.namespace_id = NamespaceId("app");
    entry.table_name = TableName("t");
    entry.manifest_json = Json{"{}"};
    return entry;
  }
};
template <>
struct Samples<Topic> {
  static Topic full() {
    return {TopicId("app.orders"), "orders",    "o", 4, 3600, 1 << 20, Json{R"([{"table_id":"app.t"}])"},
            timestamp(1),          timestamp(2)};
  }
  static Topic bare() {
    Topic topic;
    topic.topic_id = TopicId("app.orders");
    topic.routes = Json{"[]"};
    return topic;
  }
};
template <>
struct Samples<TopicOffset> {
  static TopicOffset full() { return {TopicId("t"), ConsumerGroupId("g"), 2, 99, timestamp(1)}; }
  static TopicOffset bare() { return {TopicId("t"), ConsumerGroupId("g"), 0, 0, timestamp(0)}; }
};

template <typename M>
class ModelsTest : public testing::Test {};
using Models =
    testing::Types<User, Namespace, Storage, Job, JobNode, AuditLogEntry, ManifestCacheEntry, Topic, TopicOffset>;
TYPED_TEST_SUITE(ModelsTest, Models);

codec::FieldType stored_type(ScalarKind kind) {
  switch (kind) {
    case ScalarKind::boolean: return codec::FieldType::boolean;
    case ScalarKind::int16: return codec::FieldType::i16;
    case ScalarKind::int32: return codec::FieldType::i32;
    case ScalarKind::int64:
    case ScalarKind::timestamp_ms: return codec::FieldType::i64;
    case ScalarKind::utf8: return codec::FieldType::text;
    default: return codec::FieldType::other;
  }
}

// The drift check of serialization §9: ids, names, types and nullability, in both directions.
TYPED_TEST(ModelsTest, FieldsAreThoseOfTheStoredSchema) {
  const auto& schema = codec::system_schema(model<TypeParam>().schema);
  size_t live = 0;
  for (const auto& field : schema.fields()) live += !field.retired;
  EXPECT_EQ(live, model<TypeParam>().fields.size());
  for (const auto& field : model<TypeParam>().fields) {
    const auto* stored = schema.field(stored_id(field.spec));
    ASSERT_NE(stored, nullptr) << field.spec.name;
    EXPECT_EQ(stored->name, field.spec.name);
    EXPECT_FALSE(stored->retired) << field.spec.name;
    EXPECT_EQ(stored->type, stored_type(field.spec.kind)) << field.spec.name;
    EXPECT_EQ(stored->nullable, field.spec.nullable) << field.spec.name;
  }
}

TYPED_TEST(ModelsTest, BytesAndJsonGiveTheSameValueBack) {
  for (const auto& value : {Samples<TypeParam>::full(), Samples<TypeParam>::bare()}) {
    EXPECT_EQ(must(decode<TypeParam>(must(encode(value)))), value);
    EXPECT_EQ(must(from_json<TypeParam>(to_json(value))), value) << to_json(value);
  }
}

// What a scan reads field by field is what the model would have said.
TYPED_TEST(ModelsTest, StoredValuesAreThoseOfTheModel) {
  for (const auto& value : {Samples<TypeParam>::full(), Samples<TypeParam>::bare()}) {
    std::vector<size_t> all;
    for (size_t i = 0; i < columns_of<TypeParam>().size(); ++i) all.push_back(i);
    EXPECT_EQ(must(ModelCodec<TypeParam>().decode_projected(must(encode(value)), all)), row_of(value));
  }
}

TYPED_TEST(ModelsTest, DefinitionIsSound) {
  const auto definition = table_definition<TypeParam>();
  EXPECT_TRUE(definition.check().ok()) << definition.check().error();
  EXPECT_EQ(definition.columns.size(), columns_of<TypeParam>().size());
  EXPECT_EQ(
      json_of(definition.options),
      R"({"table_type":"SYSTEM","read_only":true,"enable_cache":true,"cache_ttl_seconds":300,"localhost_only":false})");
}

TYPED_TEST(ModelsTest, TruncatedBytesAreAnErrorAtEveryLength) {
  const auto bytes = must(encode(Samples<TypeParam>::full()));
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode<TypeParam>(std::string_view(bytes).substr(0, length)).ok()) << length;
  }
}

TYPED_TEST(ModelsTest, KeysComeBack) {
  using As = StoredAs<TypeParam>;
  const auto key = As::key_of(Samples<TypeParam>::full());
  EXPECT_EQ(must(As::decode(As::encode(key))), key);
  EXPECT_FALSE(As::decode(As::encode(key) + "x").ok());
}

TEST(Models, RetiredColumnIdIsNotGivenOutAgain) {
  for (const auto& field : model<User>().fields) EXPECT_NE(field.spec.id, ColumnId(2));
  EXPECT_EQ(table_definition<User>().next_column_id, 19u);
}

// A value as another build might have written it: one text field of a model replaced.
template <typename M>
std::string with_text(const M& value, std::string_view name, std::string_view text) {
  codec::ModelWriter writer(codec::system_schema(model<M>().schema));
  for (const auto& field : model<M>().fields) {
    if (field.spec.name == name) writer.text(stored_id(field.spec), text);
    else field.write(value, stored_id(field.spec), writer);
  }
  return must(writer.finish());
}

TEST(Models, UnknownEnumTextsAreTypedErrors) {
  const auto user = Samples<User>::full();
  for (const auto* field : {"role", "auth_type", "storage_mode"}) {
    const auto bytes = with_text(user, field, "galactic");
    const auto read = decode<User>(bytes);
    ASSERT_FALSE(read.ok()) << field;
    EXPECT_EQ(read.error().code, ErrorCode::corrupt_payload);
    EXPECT_NE(read.error().message.find(field), std::string::npos) << read.error();
    const std::vector<size_t> all = {0, 1, 2, 3, 4, 5, 6};
    EXPECT_FALSE(ModelCodec<User>().decode_projected(bytes, all).ok()) << field;
  }
  EXPECT_FALSE(decode<Job>(with_text(Samples<Job>::full(), "status", "asleep")).ok());
  EXPECT_EQ(must(decode<Job>(with_text(Samples<Job>::full(), "job_type", "dance"))).job_type, JobType::unknown);
}

TEST(Models, EnumTextsInAnyCase) {
  EXPECT_EQ(must(decode<User>(with_text(Samples<User>::full(), "auth_type", "OAUTH"))).auth_type, AuthType::oauth);
  EXPECT_EQ(must(decode<User>(with_text(Samples<User>::full(), "storage_mode", "region"))).storage_mode,
            StorageMode::region);
}

TEST(Models, JsonIsStrict) {
  EXPECT_FALSE(from_json<Namespace>(R"({"namespace_id":"a"})").ok());
  EXPECT_FALSE(
      from_json<Namespace>(R"({"namespace_id":"a","name":"a","created_at":1,"table_count":99999999999})").ok());
  EXPECT_FALSE(
      from_json<Namespace>(R"({"namespace_id":"a","name":"a","created_at":1,"table_count":0,"colour":"red"})").ok());
  EXPECT_FALSE(from_json<Namespace>(R"({"namespace_id":null,"name":"a","created_at":1,"table_count":0})").ok());
  const auto options = must(
      from_json<Namespace>(R"({"namespace_id":"a","name":"a","created_at":1,"options":{"x":[1,2]},"table_count":0})"));
  EXPECT_EQ(options.options, Json{R"({"x":[1,2]})"});
}

TEST(Models, RandomUsersRoundTrip) {
  EXPECT_TRUE(rc::check("user", [](int32_t attempts, int64_t epoch, bool locked, int64_t until) {
    User user = Samples<User>::bare();
    user.failed_login_attempts = attempts;
    user.token_epoch = epoch;
    if (locked) user.locked_until = timestamp(until);
    RC_ASSERT(must(decode<User>(must(encode(user)))) == user);
    RC_ASSERT(must(from_json<User>(to_json(user))) == user);
  }));
}

TEST(Jobs, InvariantsOfUpdates) {
  struct Case {
    JobStatus status;
    bool started, finished, message;
    std::string expected;
  };
  const Case cases[] = {
      {JobStatus::new_, false, false, false, ""},
      {JobStatus::queued, false, false, false, ""},
      {JobStatus::running, true, false, false, ""},
      {JobStatus::running, false, false, false, "started_at must be set before marking status running"},
      {JobStatus::retrying, false, false, false, "started_at must be set before marking status retrying"},
      {JobStatus::completed, false, true, true, "started_at must be set before marking status completed"},
      {JobStatus::completed, true, false, true, "finished_at must be set before marking status completed"},
      {JobStatus::completed, true, true, false, "result/message must be set before marking status completed"},
      {JobStatus::skipped, true, true, false, "message must be set before marking status skipped"},
      {JobStatus::failed, true, false, false, "finished_at must be set before marking status failed"},
      {JobStatus::failed, true, true, false, ""},
      {JobStatus::cancelled, true, true, false, ""},
  };
  for (const auto& [status, started, finished, message, expected] : cases) {
    Job job;
    job.job_id = JobId("FL-1");
    job.status = status;
    if (started) job.started_at = timestamp(1);
    if (finished) job.finished_at = timestamp(2);
    if (message) job.message = "m";
    const auto checked = job.check();
    EXPECT_EQ(checked.ok() ? "" : checked.error().message, expected.empty() ? "" : "Job FL-1: " + expected);
  }
}

}  // namespace
}  // namespace kalam::catalog
