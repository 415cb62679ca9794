#include "codec/detail/row_frames.h"

namespace kalam::codec::detail {

RowFrames::RowFrames() : slots_(std::make_unique<std::array<RowFrame, kSlots>>()) {
  last_written_.fill(slots_->data());
  last_read_.fill(slots_->data());
}

const RowFrame* RowFrames::look_up(RowKind kind, const Row& row) {
  if (wide_.image().size() > kWideBytesMax) wide_ = RowFrame();
  shape_.read(kind, row);
  auto& frame = shape_.size() <= kKeptColumnsMax ? slot(shape_.fingerprint()) : wide_;
  if (!(frame.shape() == shape_) && !frame.lay_out(shape_)) return nullptr;
  return last_written_[static_cast<size_t>(kind)] = &frame;
}

void RowFrames::learn(RowKind kind, const Row& row, std::string_view payload) {
  const auto fingerprint = RowFrame::fingerprint_of(payload);
  if (fingerprint == 0 || row.values.size() > kKeptColumnsMax) return;
  shape_.read(kind, row);
  auto& frame = slot(fingerprint);
  if (shape_.fingerprint() == fingerprint && !(frame.shape() == shape_)) frame.lay_out(shape_);
}

}  // namespace kalam::codec::detail
