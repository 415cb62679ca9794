#include "codec/command_codec.h"

#include <flatbuffers/flexbuffers.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/counters.h"
#include "codec/testing/sample_commands.h"
#include "codec/testing/sample_rows.h"

namespace kalam::codec {
namespace {

using flexbuffers::Builder;

std::string finished(Builder& builder) {
  builder.Finish();
  return {builder.GetBuffer().begin(), builder.GetBuffer().end()};
}

// A message as another program would build it.
std::string built(uint64_t v, const std::string& kind, const std::function<void(Builder&)>& payload) {
  Builder builder;
  builder.Map([&] {
    builder.UInt("v", v);
    builder.String("kind", kind);
    builder.Key("payload");
    payload(builder);
  });
  return finished(builder);
}
void ok_variant(Builder& builder) { builder.String("Ok"); }
void drop_table(Builder& builder) {
  builder.Map([&] { builder.Map("DropTable", [&] { builder.String("table_id", "chat.messages"); }); });
}

template <typename T>
void expect_refused(std::string_view bytes, ErrorCode code, std::string_view text) {
  const auto message = decode_command<T>(bytes);
  ASSERT_FALSE(message.ok()) << text;
  EXPECT_EQ(message.error().code, code) << message.error();
  EXPECT_EQ(message.error().message, text);
}

// Spec §12, commands: every variant of every command and response.
TEST(CommandCodec, EveryVariantComesBack) {
  testing::for_all_messages([]<typename T>(const std::vector<T>& messages) {
    std::set<size_t> variants;
    for (const auto& message : messages) {
      variants.insert(message.index());
      const auto bytes = encode_command(message);
      ASSERT_TRUE(bytes.ok()) << variant_name(message) << ": " << bytes.error();
      EXPECT_EQ(*command_kind(*bytes), kKindOf<T>);
      const auto back = decode_command<T>(*bytes);
      ASSERT_TRUE(back.ok()) << variant_name(message) << ": " << back.error();
      EXPECT_EQ(*back, message) << variant_name(message);
    }
    EXPECT_EQ(variants.size(), std::variant_size_v<T>) << kKindOf<T> << ": a variant without a sample";
  });
}

TEST(CommandCodec, EveryScalarComesBack) {
  for (const auto& [what, value] : testing::sample_scalars()) {
    SharedInsert insert;
    insert.table_id = {NamespaceId("chat"), TableName("t")};
    insert.rows = {{{"c", value}}};
    const auto bytes = encode_command<SharedDataCommand>(insert);
    ASSERT_TRUE(bytes.ok()) << what << ": " << bytes.error();
    const auto back = decode_command<SharedDataCommand>(*bytes);
    ASSERT_TRUE(back.ok()) << what << ": " << back.error();
    EXPECT_EQ(*back, SharedDataCommand(insert)) << what;
  }
}

TEST(SerializationSpec, Case15_AMetaCommandUnderAnotherKindIsRefusedNamingBoth) {
  expect_refused<MetaCommand>(built(1, "user_data_command", drop_table), ErrorCode::unknown_command_kind,
                              "Unexpected command kind: 'user_data_command' (expected 'meta_command')");
  expect_refused<UserDataCommand>(*encode_command<MetaCommand>(command::DeleteNamespace{NamespaceId("chat")}),
                                  ErrorCode::unknown_command_kind,
                                  "Unexpected command kind: 'meta_command' (expected 'user_data_command')");
}

TEST(SerializationSpec, Case16_UnknownKeysAreIgnoredUnknownVariantsRefused) {
  Builder builder;
  builder.Map([&] {
    builder.UInt("v", 1);
    builder.String("kind", "meta_command");
    builder.Vector("of the future", [&] { builder.Int(1); });
    builder.Map("payload", [&] {
      builder.Map("DropTable", [&] {
        builder.String("table_id", "chat.messages");
        builder.Map("cascade", [&] { builder.Bool("x", true); });
      });
    });
  });
  const auto command = decode_command<MetaCommand>(finished(builder));
  ASSERT_TRUE(command.ok()) << command.error();
  EXPECT_EQ(*command, MetaCommand(command::DropTable{{NamespaceId("chat"), TableName("messages")}}));

  const auto of_the_future = [](Builder& into) { into.Map([&] { into.Map("DropGalaxy", [] {}); }); };
  expect_refused<MetaCommand>(built(1, "meta_command", of_the_future), ErrorCode::corrupt_payload,
                              "meta_command decode failed: unknown variant 'DropGalaxy'");
}

TEST(SerializationSpec, Case17_TransactionCommittedKeepsItsFiveCounters) {
  const response::TransactionCommitted committed{11, CommitSeq(22), 33, 44, 55};
  const auto back = decode_command<DataResponse>(*encode_command<DataResponse>(committed));
  ASSERT_TRUE(back.ok()) << back.error();
  const auto& kept = std::get<response::TransactionCommitted>(*back);
  EXPECT_EQ(kept.rows_affected, 11u);
  EXPECT_EQ(kept.commit_seq, CommitSeq(22));
  EXPECT_EQ(kept.notifications_sent, 33u);
  EXPECT_EQ(kept.manifest_updates, 44u);
  EXPECT_EQ(kept.publisher_events, 55u);
}

// Spec §12, negative.
TEST(CommandCodec, OtherVersionsAreRefused) {
  for (const uint64_t v : {uint64_t{0}, uint64_t{2}, uint64_t{65537}, UINT64_MAX}) {
    const auto text = "Unsupported command codec version: " + std::to_string(v) + " (expected 1)";
    expect_refused<MetaResponse>(built(v, "meta_response", ok_variant), ErrorCode::unsupported_command_version, text);
    EXPECT_EQ(command_kind(built(v, "meta_response", ok_variant)).error().message, text);
  }
  // The version comes first: a kind of the future is not judged.
  expect_refused<MetaResponse>(built(2, "galaxy", ok_variant), ErrorCode::unsupported_command_version,
                               "Unsupported command codec version: 2 (expected 1)");
}

TEST(CommandCodec, EveryKindIsRefusedAsEveryOther) {
  testing::for_all_messages([]<typename Written>(const std::vector<Written>& messages) {
    const auto bytes = *encode_command(messages.front());
    testing::for_all_messages([&]<typename Read>(const std::vector<Read>&) {
      if (std::is_same_v<Written, Read>) return;
      expect_refused<Read>(bytes, ErrorCode::unknown_command_kind,
                           "Unexpected command kind: '" + std::string(kKindOf<Written>) + "' (expected '" +
                               std::string(kKindOf<Read>) + "')");
    });
  });
  const auto unknown = command_kind(built(1, "galaxy", ok_variant));
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::unknown_command_kind);
}

TEST(CommandCodec, TruncatedAtEveryLengthIsRefused) {
  testing::for_all_messages([]<typename T>(const std::vector<T>& messages) {
    for (const auto& message : messages) {
      const auto bytes = *encode_command(message);
      for (size_t length = 0; length < bytes.size(); ++length) {
        ASSERT_FALSE(decode_command<T>(std::string_view(bytes).substr(0, length)).ok())
            << variant_name(message) << " cut at " << length;
      }
    }
  });
}

TEST(CommandCodec, RefusesWhatIsNotAsItShouldBe) {
  const auto variant = [](const char* name, const std::function<void(Builder&)>& fields) {
    return [=](Builder& into) { into.Map([&] { into.Map(name, [&] { fields(into); }); }); };
  };
  struct Case {
    std::function<void(Builder&)> payload;
    std::string_view text;
  };
  const Case cases[] = {
      {[](Builder& into) { into.Null(); }, "missing payload"},
      {[](Builder& into) { into.Int(1); }, "expected a map of one key"},
      {[](Builder& into) { into.String("DropTable"); }, "variant 'DropTable' without its fields"},
      {[](Builder& into) { into.Map([] {}); }, "expected a map of one key"},
      {variant("DropTable", [](Builder&) {}), "DropTable: missing table_id"},
      {variant("DropTable", [](Builder& into) { into.Null("table_id"); }), "DropTable: missing table_id"},
      {variant("DropTable", [](Builder& into) { into.Int("table_id", 3); }), "DropTable: table_id: expected a text"},
      {variant("DropTable", [](Builder& into) { into.String("table_id", "a/b.c"); }),
       "DropTable: table_id: Namespace ID cannot contain path separators"},
      {variant("DeleteNamespace", [](Builder& into) { into.String("namespace_id", "\xFF"); }),
       "DeleteNamespace: namespace_id: text is not valid UTF-8"},
      {variant("ClaimJob",
               [](Builder& into) {
                 into.String("job_id", "j");
                 into.Int("node_id", -1);
                 into.Int("claimed_at", 1);
               }),
       "ClaimJob: node_id: Can't cast value -1 to type UInt64"},
  };
  for (const auto& [payload, text] : cases) {
    expect_refused<MetaCommand>(built(1, "meta_command", payload), ErrorCode::corrupt_payload,
                                "meta_command decode failed: " + std::string(text));
  }
  expect_refused<MetaResponse>(built(1, "meta_response", [](Builder& into) { into.Map([&] { into.Null("Ok"); }); }),
                               ErrorCode::corrupt_payload, "meta_response decode failed: variant 'Ok' has no fields");
  Builder bare;
  bare.Map([&] { bare.String("kind", "meta_response"); });
  expect_refused<MetaResponse>(finished(bare), ErrorCode::corrupt_payload, "meta_response decode failed: missing v");
  Builder kindless;
  kindless.Map([&] { kindless.UInt("v", 1); });
  expect_refused<MetaResponse>(finished(kindless), ErrorCode::corrupt_payload,
                               "meta_response decode failed: missing kind");
}

TEST(CommandCodec, RefusesScalarsThatAreNotSound) {
  const auto insert = [](const std::function<void(Builder&)>& scalar) {
    return built(1, "shared_data_command", [&](Builder& into) {
      into.Map([&] {
        into.Map("Insert", [&] {
          into.String("table_id", "chat.t");
          into.Vector("rows", [&] { into.Map([&] { into.Key("c"), scalar(into); }); });
        });
      });
    });
  };
  struct Case {
    std::function<void(Builder&)> scalar;
    ErrorCode code;
    std::string_view text;
  };
  const Case cases[] = {
      {[](Builder& into) { into.Map([&] { into.Int("Galaxy", 1); }); }, ErrorCode::unknown_scalar_tag,
       "unknown scalar tag 'Galaxy'"},
      {[](Builder& into) { into.Map([&] { into.Int("Int8", 128); }); }, ErrorCode::corrupt_payload,
       "Int8: Can't cast value 128 to type Int8"},
      {[](Builder& into) { into.Map([&] { into.String("Int64", "01"); }); }, ErrorCode::corrupt_payload,
       "Int64: expected a decimal integer, got '01'"},
      {[](Builder& into) { into.Map([&] { into.String("UInt64", "-1"); }); }, ErrorCode::corrupt_payload,
       "UInt64: integer does not fit"},
      {[](Builder& into) { into.Map([&] { into.Map("Embedding", [&] { into.Int("size", 8193); }); }); },
       ErrorCode::corrupt_payload, "Embedding: Embedding without a size between 1 and 8192"},
  };
  for (const auto& [scalar, code, text] : cases) {
    expect_refused<SharedDataCommand>(insert(scalar), code,
                                      "shared_data_command decode failed: Insert: rows: c: " + std::string(text));
  }
}

// Deep and self-repeating bytes cost no more than they are worth.
TEST(CommandCodec, DepthAndRepetitionAreBounded) {
  const auto deep = [](size_t levels) {
    return built(1, "meta_response", [&](Builder& into) {
      std::vector<size_t> starts;
      for (size_t i = 0; i < levels; ++i) starts.push_back(into.StartVector());
      for (; !starts.empty(); starts.pop_back()) into.EndVector(starts.back(), false, false);
    });
  };
  expect_refused<MetaResponse>(deep(10), ErrorCode::corrupt_payload,
                               "meta_response decode failed: expected a map of one key");
  expect_refused<MetaResponse>(deep(200), ErrorCode::corrupt_payload,
                               "meta_response decode failed: structure is damaged or too deep");

  const auto repeated = [](int times) {
    return built(1, "shared_data_command", [=](Builder& into) {
      into.Map([&] {
        into.Map("Delete", [&] {
          into.String("table_id", "chat.t");
          const auto start = into.StartVector("pk_values");
          into.String(std::string(1000, 'x'));
          const auto text = into.LastValue();
          for (int i = 1; i < times; ++i) into.ReuseValue(text);
          into.EndVector(start, false, false);
        });
      });
    });
  };
  EXPECT_TRUE(decode_command<SharedDataCommand>(repeated(1)).ok());
  expect_refused<SharedDataCommand>(repeated(8), ErrorCode::corrupt_payload,
                                    "shared_data_command decode failed: Delete: pk_values: refers to more values than "
                                    "its bytes can hold");
  EXPECT_FALSE(decode_command<SharedDataCommand>(repeated(100'000)).ok());
}

TEST(CommandCodec, RefusesToWriteWhatCouldNotBeRead) {
  using namespace command;
  const MetaCommand cases[] = {
      DeleteNamespace{NamespaceId("Chat")},
      DeleteNamespace{NamespaceId("")},
      DropTable{{NamespaceId("a.b"), TableName("c")}},
      DeleteUser{UserId("shared"), 0},
      FailJob{JobId("j"), "\xFF", 0},
      CreateUser{{"no envelope"}},
      AlterTable{{NamespaceId("a"), TableName("b")}, {}},
  };
  for (const auto& message : cases) {
    const auto bytes = encode_command(message);
    ASSERT_FALSE(bytes.ok()) << variant_name(message);
    EXPECT_EQ(bytes.error().message.rfind("meta_command encode failed: ", 0), 0u) << bytes.error();
  }
  for (const auto& column : {std::string(), std::string("a\0b", 3), std::string("\xFF"), std::string(2000, 'c')}) {
    SharedInsert insert;
    insert.table_id = {NamespaceId("chat"), TableName("t")};
    insert.rows = {{{column, Value::int32(1)}}};
    EXPECT_FALSE(encode_command<SharedDataCommand>(insert).ok()) << column.size();
  }
}

TEST(CommandCodec, FailuresAreCounted) {
  auto& failures = counters::counter(
      "serialization_decode_failures_total",
      {{"schema_id", "kalamdb.raft.meta_response"}, {"schema_version", "1"}, {"kind", "unsupported_command_version"}});
  const auto before = failures.value();
  EXPECT_FALSE(decode_command<MetaResponse>(built(2, "meta_response", ok_variant)).ok());
  EXPECT_EQ(failures.value(), before + 1);
}

}  // namespace
}  // namespace kalam::codec
