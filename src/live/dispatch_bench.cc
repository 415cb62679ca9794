// Does the cost of a change follow the subscriptions that match it? Subscriptions with distinct equality filters on one
// table, 1 k to 100 k: finding the one that a row concerns; and opening and ending one beside so many.

#include <benchmark/benchmark.h>

#include "live/index.h"

namespace kalam::live {
namespace {

class Nobody final : public Sink {
 public:
  void send(std::string) override {}
  void send_change(std::string) override {}
  void send_error(std::string) override {}
};

const TableId kTable{NamespaceId("app"), TableName("t")};

SubscriptionPtr subscription(const ClientPtr& client, int64_t number) {
  auto made = std::make_shared<Subscription>();
  made->client = client;
  made->id = "s" + std::to_string(number);
  made->live_id = LiveQueryId(client->viewer.user.value() + "-" + client->connection.value() + "-" + made->id);
  made->scope.table = kTable;
  made->equality = Equality{"room", *value_key(Value::int64(number))};
  return made;
}

struct Sample {
  explicit Sample(int64_t subscriptions) {
    constexpr int64_t kPerClient = 100;
    ClientPtr client;
    for (int64_t i = 0; i < subscriptions; ++i) {
      if (i % kPerClient == 0) {
        const auto number = std::to_string(i / kPerClient);
        client = std::make_shared<Client>(Viewer{UserId("u" + number), Role::user}, ConnectionId("c" + number),
                                          std::make_shared<Nobody>(), Features{});
      }
      index.add(subscription(client, i));
    }
    last = client;
    auto table = std::make_shared<TableDefinition>();
    table->id = kTable;
    ColumnDefinition room;
    room.name = "room";
    room.type = DataType(TypeTag::bigint);
    table->columns = {room};
    part.table = std::move(table);
    auto row = std::make_shared<Row>();
    row->values = {Value::int64(subscriptions / 2)};
    part.rows.push_back({.kind = ChangeKind::insert, .header = {}, .after = std::move(row)});
  }

  Index index;
  ClientPtr last;
  TableChanges part;
};

void BM_WhomARowConcerns(benchmark::State& state) {
  const Sample sample(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(sample.index.concerned(sample.part));
}
BENCHMARK(BM_WhomARowConcerns)->Arg(1'000)->Arg(10'000)->Arg(100'000);

void BM_AddAndRemove(benchmark::State& state) {
  Sample sample(state.range(0));
  const auto more = subscription(sample.last, state.range(0));
  for (auto _ : state) {
    sample.index.add(more);
    sample.index.remove(*more);
  }
}
BENCHMARK(BM_AddAndRemove)->Arg(1'000)->Arg(10'000)->Arg(100'000);

}  // namespace
}  // namespace kalam::live
