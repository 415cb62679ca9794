// What a header-only decode allocates: nothing. This file replaces the global operator new, to count.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "codec/row_codec.h"
#include "codec/testing/sample_rows.h"

namespace {

thread_local size_t allocations = 0;

void* counted(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(size_t size) { return counted(size); }
void* operator new[](size_t size) { return counted(size); }
// Libraries ask for temporary memory so, and give it back by the delete of the others.
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

namespace kalam::codec {
namespace {

template <typename Call>
size_t allocations_of(Call call) {
  const auto before = allocations;
  call();
  return allocations - before;
}

// Case 4: header-only decode reads seq, commit_seq, deleted and the primary key, and nothing else.
TEST(SerializationSpec, Case4_HeaderOnlyDecodeAllocatesNothing) {
  auto values = testing::ten_mixed_values(7);
  values.push_back(Value::text(std::string(10'000, 'x')));
  const auto row = testing::user_row(values);
  const auto bytes = *encode_row(row);
  for (const auto pk : {std::optional<size_t>(), std::optional<size_t>(0)}) {
    RowHead head;
    const auto count = allocations_of([&] { head = decode_row_head(RowKind::user, bytes, pk).value(); });
    EXPECT_EQ(count, 0u) << (pk ? "with" : "without") << " primary key";
    EXPECT_EQ(head.header, row.header);
    EXPECT_EQ(head.pk, pk ? "55433" : "");
  }
  // Encoding allocates once: for the bytes it returns.
  EXPECT_EQ(allocations_of([&] { EXPECT_TRUE(encode_row(row).ok()); }), 1u);
  // And the count does count: a full decode keeps the long texts.
  EXPECT_GE(allocations_of([&] { EXPECT_TRUE(decode_user_row(bytes).ok()); }), 3u);
}

}  // namespace
}  // namespace kalam::codec
