// For the tests of this module: a database in memory with everything real but the clock, people who write SQL, and
// clients who keep what they are told.

#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/testing/must.h"
#include "catalog/catalog.h"
#include "cluster/standalone_log.h"
#include "commands/apply.h"
#include "commands/writer.h"
#include "duck/instance.h"
#include "feed/feed.h"
#include "live/live_queries.h"
#include "query/runner.h"
#include "store/store.h"
#include "tables/tables.h"
#include "types/generated_ids.h"
#include "types/snowflake.h"

namespace kalam::live {

class Heard final : public Sink {
 public:
  void send(std::string json) override {
    const std::lock_guard lock(mutex_);
    messages_.push_back(std::move(json));
    changed_.notify_all();
  }
  void send_change(std::string json) override {
    {
      std::unique_lock lock(mutex_);
      waits_ = true;
      changed_.notify_all();
      changed_.wait(lock, [&] { return !held_; });
      waits_ = false;
    }
    send(std::move(json));
  }
  void send_error(std::string json) override { send(std::move(json)); }

  // From now on changes wait, and with them who brings them.
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  bool wait_until_held() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return held_ && waits_; });
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }

  // The next one, when it has come; empty after ten seconds of nothing.
  std::string next() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(10), [&] { return taken_ < messages_.size(); })) return {};
    return messages_[taken_++];
  }
  size_t waiting() {
    const std::lock_guard lock(mutex_);
    return messages_.size() - taken_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> messages_;
  size_t taken_ = 0;
  bool held_ = false;
  bool waits_ = false;
};

// `"_seq":"123"` → `"_seq":N`, and the same for last_seq_id.
inline std::string without_numbers(std::string text) {
  for (const std::string_view name : {R"("_seq":")", R"("last_seq_id":)", R"("row_id":"alice:)"}) {
    for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
      at += name.size();
      const auto end = text.find_first_not_of("0123456789", at);
      if (end != at) text.replace(at, end - at, "N");
    }
  }
  return text;
}

class LiveTest : public testing::Test {
 protected:
  struct Person {
    ClientPtr client;
    std::shared_ptr<Heard> heard;
  };

  explicit LiveTest(LiveOptions options = {}, feed::FeedOptions feed_options = {})
      : store_(store::open_memory_store()),
        catalog_(must(catalog::Catalog::open(*store_, clock_, random_, {}))),
        tables_(*store_, *catalog_, clock_),
        engine_(must(duck::Instance::open({}))),
        feed_(feed_options),
        applier_(must(
            commands::Applier::open(*store_, *catalog_, tables_,
                                    {.sink = [this](ChangeSetPtr changes) { feed_.publish(std::move(changes)); }}))),
        log_(*applier_),
        writer_(log_, clock_),
        snowflakes_(clock_, 1),
        ids_(clock_, random_),
        live_(LiveServices{*catalog_, tables_, *engine_, feed_, clock_}, options) {
    const query::Services services{.catalog = *catalog_,
                                   .tables = tables_,
                                   .writer = writer_,
                                   .engine = *engine_,
                                   .clock = clock_,
                                   .random = random_,
                                   .generators = {snowflakes_, ids_},
                                   .last_commit = [this] { return applier_->last_commit(); },
                                   .options = {},
                                   .kill_live_query = [this](std::string_view id) { return live_.kill(id); }};
    runner_.emplace(services, query::RunnerOptions{});
    catalog_->provided().live.set([this](const ScanRequest&) { return catalog::all_of(live_.rows()); });
    sql("CREATE NAMESPACE app");
    sql("CREATE TABLE app.t (id TEXT PRIMARY KEY, v INT, done BOOLEAN, note TEXT) WITH (TYPE='USER')");
    sql("CREATE TABLE app.pub (id INT PRIMARY KEY, v TEXT) WITH (TYPE='SHARED', ACCESS_LEVEL='public')");
  }

  // As that user; root is system. Gives rows, or "E: …".
  std::string sql(std::string_view text, std::string_view user = "root") {
    query::Request request;
    request.sql = text;
    request.session.viewer = {UserId(std::string(user)), user == "root" ? Role::system : Role::user};
    request.session.actor = request.session.viewer;
    const auto replies = runner_->run(std::move(request));
    if (replies.failure) {
      ADD_FAILURE() << text << ": " << replies.failure->error;
      return "E: " + replies.failure->error.message;
    }
    return replies.replies.empty() ? "" : replies.replies.back().rows_json;
  }

  Person connect(std::string_view user, Role role = Role::user, Features features = {}) {
    auto heard = std::make_shared<Heard>();
    const ConnectionId id("c" + std::to_string(++connections_));
    return {live_.connect({UserId(std::string(user)), role}, id, heard, features), heard};
  }

  // Subscribes and gives the first answer.
  std::string subscribe(const Person& person, std::string id, std::string sql,
                        std::optional<SubscribeRequest::Options> options = {}) {
    live_.subscribe(person.client, {std::move(id), std::move(sql), options});
    return without_numbers(person.heard->next());
  }
  static std::string next(const Person& person) { return without_numbers(person.heard->next()); }

  ManualClock clock_;
  SeededRandom random_{20261125};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<catalog::Catalog> catalog_;
  tables::Tables tables_;
  std::unique_ptr<duck::Instance> engine_;
  feed::Feed feed_;
  std::unique_ptr<commands::Applier> applier_;
  cluster::StandaloneLog log_;
  commands::Writer writer_;
  Snowflakes snowflakes_;
  TimeOrderedIds ids_;
  LiveQueries live_;
  std::optional<query::Runner> runner_;
  int connections_ = 0;
};

inline std::string change(std::string_view id, std::string_view rest) {
  return R"({"type":"change","subscription_id":")" + std::string(id) + R"(","change_type":)" + std::string(rest) + "}";
}

}  // namespace kalam::live
