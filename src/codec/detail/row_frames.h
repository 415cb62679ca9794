// RowFrames: the frames of the shapes that a thread met lately, so that each is laid out once and not for every row.
//
// One set for each thread: no locks, and bounded; a shape that finds its place taken replaces what is there.

#pragma once
#include <array>
#include <memory>
#include <string_view>

#include "codec/detail/row_frame.h"

namespace kalam::codec::detail {

class RowFrames {
 public:
  static RowFrames& of_this_thread() {
    static thread_local RowFrames frames;
    return frames;
  }

  // The frame for a row; stays until the next call. Null: one of its values is of no kind that can be stored.
  const RowFrame* frame_of(RowKind kind, const Row& row) {
    // Most often the shape of the row before: then no place has to be worked out, and nothing waits for it.
    const auto* last = last_written_[static_cast<size_t>(kind)];
    return last->shape().kind() == kind && last->fits(row) ? last : look_up(kind, row);
  }

  // The frame in which this payload lies, so that FramedRow reads it; null: not one of those that are known.
  const RowFrame* frame_around(RowKind kind, std::string_view payload) {
    const auto fingerprint = RowFrame::fingerprint_of(payload);
    auto& last = last_read_[static_cast<size_t>(kind)];
    if (last->shape().fingerprint() != fingerprint) last = &slot(fingerprint);
    const bool known = fingerprint != 0 && last->shape().fingerprint() == fingerprint;
    return known && !last->has_embeddings() && last->begins(kind, payload) ? last : nullptr;
  }

  // Is the payload's frame here, or was the payload written without one? Then there is nothing to learn from it.
  bool has_met(std::string_view payload) {
    const auto fingerprint = RowFrame::fingerprint_of(payload);
    return fingerprint == 0 || slot(fingerprint).shape().fingerprint() == fingerprint;
  }

  // A row was read from a payload that lies in no known frame: if it looks as if we had written it, the next one of
  // its shape will find a frame.
  void learn(RowKind kind, const Row& row, std::string_view payload);

 private:
  // Few enough to be small, many enough for the tables and NULL patterns that one thread works with at a time.
  static constexpr size_t kSlots = 64;
  static constexpr uint32_t kKeptColumnsMax = 256;  // wider rows share one place
  static constexpr size_t kWideBytesMax = size_t{1}
                                          << 20;  // one huge row must not cost every thread its memory for ever

  RowFrames();
  const RowFrame* look_up(RowKind kind, const Row& row);
  RowFrame& slot(uint32_t fingerprint) { return (*slots_)[fingerprint / 2 % kSlots]; }  // its lowest bit is always set

  RowShape shape_;
  std::unique_ptr<std::array<RowFrame, kSlots>> slots_;
  RowFrame wide_;
  // By kind of row.
  std::array<const RowFrame*, 4> last_written_;
  std::array<const RowFrame*, 4> last_read_;
};

}  // namespace kalam::codec::detail
