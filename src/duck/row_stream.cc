#include "duck/row_stream.h"

#include "duck/detail/row_stream_impl.h"

namespace kalam::duck {

RowStream::RowStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RowStream::RowStream(RowStream&&) noexcept = default;
RowStream& RowStream::operator=(RowStream&&) noexcept = default;
RowStream::~RowStream() = default;

const std::vector<ResultColumn>& RowStream::columns() const { return impl_->columns; }

Result<size_t> RowStream::append_json_rows(std::string& out) { return impl_->append_json_rows(out); }

Result<bool> RowStream::next(std::vector<Value>& row) { return impl_->next(row); }

bool RowStream::cut() const { return impl_->cut; }

}  // namespace kalam::duck
