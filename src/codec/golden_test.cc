// Golden files: bytes of every schema id and version, kept for ever in tests/compat/golden. A build that cannot read
// them, or reads them differently, would do the same to the data of somebody who upgrades.
//
//   KALAM_WRITE_GOLDEN=1 codec_test --gtest_filter='*Golden*'
//
// writes the files that are missing, for a new schema, version or variant. It never touches one that is there: when an
// old file no longer reads as expected, the codec is wrong, not the file.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>

#include "codec/command_codec.h"
#include "codec/model_codec.h"
#include "codec/row_codec.h"
#include "codec/table_definition_codec.h"
#include "codec/testing/sample_commands.h"
#include "codec/testing/sample_models.h"
#include "codec/testing/sample_rows.h"
#include "codec/testing/sample_tables.h"

namespace kalam::codec {
namespace {

namespace fs = std::filesystem;

struct Golden {
  std::string file;  // without ".bin"; ends with the version
  std::string bytes;
  std::function<void(std::string_view bytes)> check;  // reads all of it, compares with what was written
};

template <typename T>
void expect_reads(const Result<T>& read, const T& expected) {
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(*read, expected);
}

void add_rows(std::vector<Golden>& all) {
  std::vector<Value> values;
  for (auto& [what, value] : testing::sample_scalars()) {
    if (estimated_size(value) < 100) values.push_back(std::move(value));  // texts of a mebibyte say nothing more
  }
  const UserRow user{UserId("user1"), {RowSeq(123), CommitSeq(55), false}, 7, {values}};
  const SharedRow shared{{RowSeq(456), CommitSeq(77), true}, 7, {values}};
  const StreamRow stream{UserId("user1"), RowSeq(9), 7, {values}};
  const SystemRow system{7, {values}};
  all.push_back({"row.user.v1", *encode_row(user), [=](auto bytes) { expect_reads(decode_user_row(bytes), user); }});
  all.push_back(
      {"row.shared.v1", *encode_row(shared), [=](auto bytes) { expect_reads(decode_shared_row(bytes), shared); }});
  all.push_back(
      {"row.stream.v1", *encode_row(stream), [=](auto bytes) { expect_reads(decode_stream_row(bytes), stream); }});
  all.push_back(
      {"row.system.v1", *encode_row(system), [=](auto bytes) { expect_reads(decode_system_row(bytes), system); }});
  // Written since rows are laid out in frames.
  all.push_back(
      {"row.user.framed.v1", *encode_row(user), [=](auto bytes) { expect_reads(decode_user_row(bytes), user); }});
  all.push_back({"row.shared.framed.v1", *encode_row(shared),
                 [=](auto bytes) { expect_reads(decode_shared_row(bytes), shared); }});
  all.push_back({"row.stream.framed.v1", *encode_row(stream),
                 [=](auto bytes) { expect_reads(decode_stream_row(bytes), stream); }});
  all.push_back({"row.system.framed.v1", *encode_row(system),
                 [=](auto bytes) { expect_reads(decode_system_row(bytes), system); }});
}

void add_models(std::vector<Golden>& all) {
  for (const auto model : all_system_models()) {
    if (model == SystemModel::table_definition) continue;
    const auto& schema = system_schema(model);
    for (const auto filling : {testing::Filling::dense, testing::Filling::sparse}) {
      const auto expected = testing::describe_sample(schema, filling);
      all.push_back(
          {"system." + std::string(schema.model()) + (filling == testing::Filling::dense ? ".dense.v1" : ".sparse.v1"),
           *testing::write_sample(schema, filling), [&schema, expected](auto bytes) {
             const auto reader = ModelReader::open(schema, bytes);
             ASSERT_TRUE(reader.ok()) << reader.error();
             EXPECT_EQ(testing::describe(schema, *reader), expected);
           }});
    }
  }
  size_t number = 0;
  for (const auto& table : testing::sample_tables()) {
    all.push_back({"system.table_definition." + std::to_string(number++) + ".v1", *encode_table_definition(table),
                   [=](auto bytes) { expect_reads(decode_table_definition(bytes), table); }});
  }
}

void add_commands(std::vector<Golden>& all) {
  testing::for_all_messages([&]<typename T>(const std::vector<T>& messages) {
    size_t number = 0;
    for (const auto& message : messages) {
      all.push_back(
          {std::string(kKindOf<T>) + "." + std::to_string(number++) + "." + std::string(variant_name(message)) + ".v1",
           *encode_command(message), [=](auto bytes) { expect_reads(decode_command<T>(bytes), message); }});
    }
  });
}

std::vector<Golden> all_golden() {
  std::vector<Golden> all;
  all.push_back({"envelope.v1", wrap(system_schema(SystemModel::topic).payload(), "payload"), [](auto bytes) {
                   const auto envelope = read_envelope(bytes);
                   ASSERT_TRUE(envelope.ok()) << envelope.error();
                   EXPECT_EQ(envelope->codec, 0);
                   EXPECT_EQ(envelope->schema_id, "kalamdb.system.topic");
                   EXPECT_EQ(envelope->schema_version, 1);
                   EXPECT_EQ(envelope->payload, "payload");
                 }});
  add_rows(all);
  add_models(all);
  add_commands(all);
  return all;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(SerializationSpec, Case25_GoldenFilesDecodeInFull) {
  const fs::path directory = KALAM_GOLDEN_DIR;
  const bool writing = std::getenv("KALAM_WRITE_GOLDEN") != nullptr;
  if (writing) fs::create_directories(directory);
  std::set<std::string> known;
  for (const auto& golden : all_golden()) {
    const auto path = directory / (golden.file + ".bin");
    SCOPED_TRACE(path.string());
    known.insert(path.filename().string());
    if (writing && !fs::exists(path)) std::ofstream(path, std::ios::binary) << golden.bytes;
    ASSERT_TRUE(fs::exists(path)) << "missing: KALAM_WRITE_GOLDEN=1 writes it";
    golden.check(read_file(path));
  }
  for (const auto& entry : fs::directory_iterator(directory)) {
    EXPECT_TRUE(known.contains(entry.path().filename().string())) << entry.path() << " is read by no test";
  }
}

// Raising a version asks for a golden file of it beside the old one, and for its line here.
TEST(GoldenFiles, EveryCurrentVersionHasOne) {
  for (const auto model : all_system_models()) EXPECT_EQ(system_schema(model).payload().version(), 1);
  for (const auto kind : {RowKind::user, RowKind::shared, RowKind::stream, RowKind::system}) {
    EXPECT_EQ(row_schema(kind).version(), 1);
  }
  EXPECT_EQ(kCommandVersion, 1);
}

}  // namespace
}  // namespace kalam::codec
