// Commands that change what exists.

#include <filesystem>

#include "catalog/system_view.h"
#include "commands/commands_fixture.h"

namespace kalam::commands {
namespace {

using testing::HasSubstr;

const TableId kView{NamespaceId("app"), TableName("v")};

catalog::Storage storage(std::string id) {
  catalog::Storage made;
  made.storage_id = StorageId(id);
  made.storage_name = id;
  made.base_directory = "/data/" + id;
  return made;
}
catalog::Topic topic(const std::string& id) {
  catalog::Topic made;
  made.topic_id = TopicId(id);
  made.name = id;
  made.routes = catalog::Json{"[]"};
  return made;
}
catalog::User user(std::string id) {
  catalog::User made;
  made.user_id = UserId(std::move(id));
  return made;
}

class Ddl : public testing::Test {
 protected:
  Ddl() { must(db_.change(CreateNamespace{"app"})); }
  const catalog::CatalogSnapshot& now() {
    snapshot_ = db_.catalog->snapshot();
    return *snapshot_;
  }
  std::optional<catalog::User> stored_user(std::string id) {
    return must(db_.catalog->tables().users.get(UserId(std::move(id))));
  }
  catalog::CatalogSnapshotPtr snapshot_;
  Database db_;
};

// auth 29, 73: counted in the order of the log, from the record as it is then.
TEST_F(Ddl, AttemptsToLogInAreCounted) {
  must(db_.change(CreateUser{user("alice")}));
  const CountLogin failed{.id = UserId("alice"), .outcome = CountLogin::Outcome::failed};
  auto before = *stored_user("alice");
  must(db_.change(failed));
  EXPECT_EQ(stored_user("alice")->failed_login_attempts, 1);
  // Who saw the record before an attempt must look again: he would take it back.
  EXPECT_EQ(db_.change(AlterUser{before, Micros(before.updated_at.time_since_epoch()).count()}).error().code,
            ErrorCode::conflict);
  for (int i = 0; i < 6; ++i) must(db_.change(failed));
  EXPECT_EQ(stored_user("alice")->failed_login_attempts, 5);
  EXPECT_TRUE(stored_user("alice")->locked_until);
  EXPECT_EQ(stored_user("alice")->token_epoch, before.token_epoch);
  must(db_.change(CountLogin{.id = UserId("alice"), .outcome = CountLogin::Outcome::succeeded}));
  EXPECT_EQ(stored_user("alice")->failed_login_attempts, 0);
  EXPECT_TRUE(stored_user("alice")->last_login_at);
  EXPECT_FALSE(db_.change(CountLogin{.id = UserId("nobody")}).ok());
}

// auth 6.9.
TEST_F(Ddl, ADroppedUserStartsANewEpoch) {
  must(db_.change(CreateUser{user("alice")}));
  const auto before = stored_user("alice")->token_epoch.value_or(0);
  must(db_.change(DropUser{UserId("alice")}));
  EXPECT_GT(stored_user("alice")->token_epoch, before);
  EXPECT_TRUE(stored_user("alice")->revoked_at);
}

TEST_F(Ddl, Refusals) {
  db_.create_table("app.t");
  must(db_.change(CreateTopic{topic("app.events")}));
  must(db_.change(CreateUser{user("alice")}));
  must(db_.change(CreateUser{user("gone")}));
  must(db_.change(DropUser{UserId("gone")}));
  must(db_.change(CreateStorage{storage("s3")}));
  const auto id = [](std::string_view dotted) { return must(parse_table_id(dotted)); };
  auto used = catalog::NewTable{.id = id("app.cold"),
                                .type = TableType::shared,
                                .columns = sample_columns(),
                                .options = SharedTableOptions{.storage_id = StorageId("s3")}};
  must(db_.change(CreateTable{used}));
  must(db_.change(CreateView{kView, "SELECT 1", {}, UserId("root")}));

  auto seen_storage = storage("s3");
  seen_storage.storage_name = "as somebody saw it";
  auto seen_topic = topic("app.events");
  seen_topic.routes = catalog::Json{"[1]"};

  struct Case {
    Change change;
    ErrorCode code;
    std::string_view text;
  };
  const Case cases[] = {
      {CreateNamespace{"app"}, ErrorCode::already_exists, "Namespace 'app' already exists"},
      {AlterNamespace{NamespaceId("no"), "{}"}, ErrorCode::not_found, "Namespace 'no' not found"},
      {DropNamespace{NamespaceId("no")}, ErrorCode::not_found, "Namespace 'no' not found"},
      {DropNamespace{NamespaceId("app")}, ErrorCode::invalid_operation,
       "Namespace 'app' is not empty: 2 table(s). Use CASCADE to drop them"},
      {DropTable{id("app.no")}, ErrorCode::not_found, "Table 'no' not found in namespace 'app'"},
      {CreateView{kView, "SELECT 2", {}, UserId("root")}, ErrorCode::already_exists, "Table 'app.v' already exists"},
      {CreateView{id("app.t"), "SELECT 2", {}, UserId("root"), true}, ErrorCode::already_exists,
       "Table 'app.t' already exists"},
      {CreateView{id("system.users"), "SELECT 2", {}, UserId("root")}, ErrorCode::invalid_operation,
       "Cannot create system table 'system.users'"},
      {CreateTable{
           {.id = kView, .type = TableType::shared, .columns = sample_columns(), .options = SharedTableOptions{}}},
       ErrorCode::already_exists, "Table app.v already exists"},
      {DropView{id("app.t")}, ErrorCode::not_found, "View 't' not found in namespace 'app'"},
      {CreateStorage{storage("local")}, ErrorCode::invalid_operation, "Storage 'local' already exists"},
      {AlterStorage{storage("no"), storage("no")}, ErrorCode::invalid_operation, "Storage 'no' not found"},
      {AlterStorage{storage("s3"), seen_storage}, ErrorCode::conflict, "storage 's3' changed meanwhile; try again"},
      {DropStorage{StorageId("no")}, ErrorCode::invalid_operation, "Storage 'no' not found"},
      {DropStorage{StorageId("local")}, ErrorCode::invalid_operation, "Cannot drop storage 'local'"},
      {DropStorage{StorageId("s3")}, ErrorCode::invalid_operation,
       "Cannot drop storage 's3': 1 table(s) still using it"},
      {CreateTopic{topic("app.events")}, ErrorCode::already_exists, "Topic 'app.events' already exists"},
      {CreateTopic{topic("events")}, ErrorCode::invalid_operation,
       "Topic name must be namespace-qualified: <namespace>.<topic>"},
      {CreateTopic{topic("no.events")}, ErrorCode::not_found, "Namespace 'no' does not exist"},
      {AlterTopic{topic("app.no"), topic("app.no")}, ErrorCode::not_found, "Topic 'app.no' does not exist"},
      {AlterTopic{topic("app.events"), seen_topic}, ErrorCode::conflict, "topic 'app.events' changed meanwhile"},
      {DropTopic{TopicId("app.no")}, ErrorCode::not_found, "Topic 'app.no' does not exist"},
      {CreateUser{user("alice")}, ErrorCode::already_exists, "User 'alice' already exists"},
      {CreateUser{user("gone")}, ErrorCode::already_exists, "User 'gone' already exists"},
      {AlterUser{user("no")}, ErrorCode::not_found, "User 'no' not found"},
      {AlterUser{user("gone")}, ErrorCode::not_found, "User 'gone' not found"},
      {AlterUser{user("alice"), 5000}, ErrorCode::conflict, "user 'alice' changed meanwhile"},
      {DropUser{UserId("gone")}, ErrorCode::not_found, "User 'gone' not found"},
  };
  for (const auto& [change, code, text] : cases) {
    SCOPED_TRACE(text);
    const auto bytes = db_.bytes();
    const auto refused = db_.change(change);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, code);
    EXPECT_THAT(refused.error().message, HasSubstr(text));
    EXPECT_EQ(db_.bytes(), bytes);
  }
}

TEST_F(Ddl, OptionsOfANamespaceAreMerged) {
  must(db_.change(AlterNamespace{NamespaceId("app"), R"({"a": 1, "b": "x"})"}));
  must(db_.change(AlterNamespace{NamespaceId("app"), R"({"b":true,"c":2.5})"}));
  EXPECT_EQ(now().ns(NamespaceId("app"))->options->text, R"({"a":1,"b":true,"c":2.5})");
  EXPECT_EQ(db_.change(AlterNamespace{NamespaceId("app"), "[]"}).error().code, ErrorCode::invalid_input);
}

TEST_F(Ddl, ViewsStayAndAreListed) {
  must(db_.change(CreateView{kView, "SELECT 1 AS a", {"a"}, UserId("root")}));
  must(db_.change(CreateView{kView, "SELECT 2 AS b", {"b"}, UserId("root"), true}));
  db_.restart();
  const auto* view = now().view("app", "v");
  ASSERT_TRUE(view);
  EXPECT_EQ(view->query, "SELECT 2 AS b");
  EXPECT_EQ(must(catalog::names_of(view->columns)), std::vector<std::string>{"b"});

  const auto listed = [&](std::string_view schema, std::string_view name, std::vector<size_t> columns) {
    ScanRequest request{.columns = std::move(columns)};
    request.viewer = {UserId("root"), Role::system};
    auto cursor = must(db_.catalog->source(schema, name)->open(request));
    std::vector<std::string> rows;
    std::vector<Value> row;
    while (must(cursor->next(row))) {
      std::string text;
      for (const auto& value : row) text += value.is_null() ? "NULL " : std::string(value.as_text()) + " ";
      if (text.starts_with("app ")) rows.push_back(std::move(text));
    }
    return rows;
  };
  EXPECT_EQ(listed("system", "tables", {0, 1, 2, 3, 5}),
            std::vector<std::string>{R"(app v view NULL {"table_type":"VIEW","sql":"SELECT 2 AS b"} )"});
  EXPECT_EQ(listed("information_schema", "tables", {1, 2, 3}), std::vector<std::string>{"app v VIEW "});
  EXPECT_EQ(listed("information_schema", "views", {1, 2, 3}), std::vector<std::string>{"app v SELECT 2 AS b "});

  must(db_.change(DropView{kView}));
  EXPECT_FALSE(now().view("app", "v"));
  db_.restart();
  EXPECT_FALSE(now().view("app", "v"));
}

TEST_F(Ddl, UsersAreDroppedSoftly) {
  must(db_.change(CreateUser{user("alice")}));
  auto alice = *stored_user("alice");
  alice.email = "a@example.org";
  must(db_.change(AlterUser{alice, alice.updated_at.time_since_epoch().count() * 1000}));
  EXPECT_EQ(stored_user("alice")->email, "a@example.org");
  must(db_.change(DropUser{UserId("alice")}));
  EXPECT_EQ(stored_user("alice")->deleted_at, catalog::timestamp(db_.clock.now_ms()));
}

TEST_F(Ddl, ANamespaceGoesWithAllThatIsInIt) {
  const auto table = db_.create_table("app.t");
  const auto other = db_.create_table("other.t");
  must(db_.rows(table, {insert(row(1))}));
  must(db_.change(CreateView{kView, "SELECT 1", {}, UserId("root")}));
  must(db_.change(CreateTopic{topic("app.events")}));
  must(db_.change(CreateTopic{topic("other.events")}));
  const auto applied = must(db_.change(DropNamespace{NamespaceId("app"), true}));
  ASSERT_EQ(applied.dropped.size(), 1u);
  EXPECT_EQ(applied.dropped[0].id, table->id);
  EXPECT_FALSE(now().ns(NamespaceId("app")));
  EXPECT_FALSE(now().view("app", "v"));
  EXPECT_FALSE(now().topic(TopicId("app.events")));
  EXPECT_TRUE(now().topic(TopicId("other.events")));
  EXPECT_TRUE(now().table(other->id));
  EXPECT_THAT(db_.store->list_partitions(), testing::Not(testing::Contains(HasSubstr("app:t"))));
  EXPECT_TRUE(must(db_.catalog->definitions().dropped()).empty());
}

TEST_F(Ddl, AChangeOfManyIsAllOrNothingWithItsAudit) {
  catalog::AuditLogEntry entry;
  entry.audit_id = AuditId("1");
  entry.actor_user_id = UserId("root");
  entry.action = "CREATE_TOPIC";
  entry.target = "app.a";
  const auto count = [&] { return must(db_.catalog->tables().audit_log.rows().count()); };
  EXPECT_FALSE(db_.write(CatalogWrite{{CreateTopic{topic("app.a")}, DropTopic{TopicId("app.b")}}, {entry}, 1}).ok());
  EXPECT_EQ(count(), 0u);
  EXPECT_FALSE(now().topic(TopicId("app.a")));
  must(db_.write(CatalogWrite{{CreateTopic{topic("app.a")}, CreateTopic{topic("app.b")}}, {entry}, 1}));
  EXPECT_EQ(count(), 1u);
  EXPECT_TRUE(now().topic(TopicId("app.b")));
  must(db_.write(CatalogWrite{{}, {entry}, 1}));
}

TEST_F(Ddl, JobsGoFromStateToState) {
  catalog::Job job;
  job.job_id = JobId("FL-1");
  job.job_type = catalog::JobType::flush;
  must(db_.change(PutJob{job}));
  job.status = catalog::JobStatus::running;
  EXPECT_FALSE(db_.change(PutJob{job}).ok()) << "it does not say when it started";
  job.started_at = catalog::timestamp(5);
  must(db_.change(PutJob{job}));
  EXPECT_EQ(must(db_.catalog->tables().jobs.get(job.job_id))->status, catalog::JobStatus::running);
}

TEST_F(Ddl, AlterAsksTheRowsOfAllUsers) {
  const auto table = db_.create_table("app.mine", TableType::user);
  must(db_.rows(table, {insert(row(1, "x", std::nullopt))}, UserId("alice")));
  must(db_.rows(table, {insert(row(1))}, UserId("bob")));
  const auto alter = [&](catalog::AlterAction action) { return db_.change(AlterTable{table->id, std::move(action)}); };
  const catalog::AddColumn required{
      .name = "req", .type = DataType(TypeTag::text), .nullable = false, .default_value = {}};
  EXPECT_EQ(alter(required).error().message, "Column 'req' is NOT NULL and has no DEFAULT");
  EXPECT_EQ(alter(catalog::SetNullable{"n", false}).error().message, "Column 'n' contains NULL values");
  must(db_.rows(table, {remove(1)}, UserId("alice")));
  const auto altered = must(alter(catalog::SetNullable{"n", false}));
  EXPECT_EQ(altered.alteration->after.schema_version, 2u);
  EXPECT_EQ(now().table(table->id)->schema_version, 2u);
  must(db_.rows(db_.table("app.mine"), {remove(1)}, UserId("bob")));
  EXPECT_TRUE(must(alter(required)).alteration->changed) << "rows that are deleted do not count";
}

// What a crash between two steps of DDL leaves, made by hand.
TEST_F(Ddl, AStartFinishesWhatWasCutShort) {
  const TempDirectory directory;
  Database db(directory / "db");
  const auto table = db.create_table("app.t");
  must(db.rows(table, {insert(row(1))}));
  db.stay_alone();
  auto change = db.catalog->begin();
  must(change.drop_table(table->id));
  must(db.store->write(change.batch()));
  auto never_made = *table;
  never_made.id.table = TableName("never");
  never_made.generation += 100;
  must(db.tables->create(never_made));
  db.restart();
  EXPECT_THAT(db.store->list_partitions(), testing::Not(testing::Contains(HasSubstr("app:"))));
  EXPECT_TRUE(must(db.catalog->definitions().dropped()).empty());
  EXPECT_FALSE(db.table("app.t"));
}

}  // namespace
}  // namespace kalam::commands
