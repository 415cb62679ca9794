// What goes over a WebSocket: messages of clients, MessagePack, gzip.

#include "server/ws_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/must.h"
#include "server/gzip.h"
#include "server/msgpack.h"

namespace kalam::server {
namespace {

using testing::HasSubstr;

TEST(WsMessage, Subscribe) {
  const auto message = must(parse_ws_message(
      R"({"type":"subscribe","more":1,"subscription":{"id":"s","sql":"SELECT 1","options":{"batch_size":5,"last_rows":3,)"
      R"("from_seq_id":"9007199254740993"}}})"));
  const auto& subscribe = std::get<WsSubscribe>(message);
  EXPECT_EQ(subscribe.id, "s");
  EXPECT_EQ(subscribe.sql, "SELECT 1");
  EXPECT_EQ(subscribe.options->batch_size, 5);
  EXPECT_EQ(subscribe.options->last_rows, 3);
  EXPECT_EQ(subscribe.options->from, 9007199254740993);
  const auto bare =
      must(parse_ws_message(R"({"type":"subscribe","subscription":{"id":"s","sql":"x","options":null}})"));
  EXPECT_FALSE(std::get<WsSubscribe>(bare).options);
}

TEST(WsMessage, Case5_AuthenticateWithoutProtocol) {
  const auto message = must(parse_ws_message(R"({"type":"authenticate","method":"jwt","token":"t"})"));
  EXPECT_FALSE(std::get<WsAuthenticate>(message).protocol.msgpack);
  EXPECT_TRUE(std::get<WsAuthenticate>(message).protocol.gzip);
}

TEST(WsMessage, Case11_WhatIsWrongIsTold) {
  const struct {
    std::string json;
    std::string error;
  } cases[] = {
      {"hello", ""},
      {"", ""},
      {"[]", ""},
      {"{}", "missing field `type`"},
      {R"({"type":"nothing"})", "unknown variant `nothing`, expected one of `authenticate`"},
      {R"({"type":"subscribe"})", "missing field `subscription`"},
      {R"({"type":"subscribe","subscription":{"id":"x"}})", "missing field `sql`"},
      {R"({"type":"subscribe","subscription":{"id":5,"sql":"x"}})", "invalid type: integer `5`, expected a string"},
      {R"({"type":"subscribe","subscription":{"id":"x","sql":"x","options":{"last_rows":-1}}})",
       "invalid value: integer `-1`, expected u32"},
      {R"({"type":"subscribe","subscription":{"id":"x","sql":"x","options":{"batch_size":"5"}}})",
       "invalid type: string \"5\", expected usize"},
      {R"({"type":"next_batch"})", "missing field `subscription_id`"},
      {R"({"type":"authenticate","token":"t"})", "missing field `method`"},
      {R"({"type":"authenticate","method":"basic","token":"t"})", "unknown variant `basic`, expected `jwt`"},
      {R"({"type":"authenticate","method":"jwt","token":"t","protocol":{"serialization":"xml"}})",
       "unknown variant `xml`, expected `json` or `msgpack`"},
      {R"({"type":"authenticate","method":"jwt","token":"t","protocol":{"features":[1]}})", ""},
  };
  for (const auto& wrong : cases) {
    const auto message = parse_ws_message(wrong.json);
    ASSERT_FALSE(message.ok()) << wrong.json;
    EXPECT_THAT(message.error().message, HasSubstr(wrong.error)) << wrong.json;
  }
}

TEST(WsMessage, Case64_UnknownFeaturesAreLeftOut) {
  const auto message = must(parse_ws_message(
      R"({"type":"authenticate","method":"jwt","token":"t","protocol":{"features":["frames","warp"]}})"));
  const auto& protocol = std::get<WsAuthenticate>(message).protocol;
  EXPECT_EQ(auth_success_message("leo", "user", protocol, "9f2c41d07be63a18"),
            R"({"type":"auth_success","user":"leo","role":"user","protocol":{"serialization":"json",)"
            R"("compression":"gzip","features":["frames"]},"epoch":"9f2c41d07be63a18"})");
  EXPECT_EQ(auth_success_message("leo", "user", {}, "9f2c41d07be63a18"),
            R"({"type":"auth_success","user":"leo","role":"user","protocol":{"serialization":"json",)"
            R"("compression":"gzip"}})");
}

TEST(MsgPack, ThereAndBack) {
  const std::string long_text(70'000, 'x');
  std::string many = "[0";
  for (int i = 1; i < 20; ++i) many += "," + std::to_string(i);
  const std::string texts[] = {
      R"({"type":"change","rows":[{"id":"a","n":null,"yes":true,"no":false}],"last_seq_id":9223372036854775807})",
      R"([0,127,128,-1,-32,-33,-9223372036854775808,1.5,"","ä"])",
      "\"" + long_text + "\"",
      many + "]",
  };
  for (const auto& text : texts) EXPECT_EQ(must(json_of_msgpack(must(msgpack_of_json(text)))), text);
  EXPECT_EQ(must(msgpack_of_json(R"({"a":[1,"b"]})")), "\x81\xa1\x61\x92\x01\xa1\x62");
}

TEST(MsgPack, NoRubbish) {
  using namespace std::string_literals;
  std::string deep(100'000, '\x91');
  for (const auto& bytes : {""s, "\xc1"s, "\x81\x01\x01"s, "\xdd\xff\xff\xff\xff"s, "\xa5"s + "ab", "\x01\x01"s, deep,
                            "\xc4\x01x"s, "\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"s}) {
    EXPECT_FALSE(json_of_msgpack(bytes).ok());
  }
}

TEST(Gzip, ThereAndBack) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "row " + std::to_string(i * 7919 % 1000) + ";";
  for (const auto& each : {std::string("x"), text}) {
    const auto packed = gzip(each);
    ASSERT_TRUE(is_gzip(packed));
    EXPECT_EQ(must(gunzip(packed, each.size())), each);
    EXPECT_EQ(gunzip(packed, each.size() - 1).ok(), false);
  }
  const auto packed = gzip(text);
  EXPECT_LT(packed.size(), text.size() / 2);
  EXPECT_FALSE(gunzip(packed.substr(0, packed.size() / 2), 1 << 20).ok());
  auto damaged = packed;
  damaged[damaged.size() - 6] ^= 1;  // of the checksum
  EXPECT_FALSE(gunzip(damaged, 1 << 20).ok());
}

}  // namespace
}  // namespace kalam::server
