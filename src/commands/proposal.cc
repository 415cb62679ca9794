#include "commands/proposal.h"

#include <numeric>

#include "commands/wire_form.h"

namespace kalam::commands {
namespace {

size_t bytes_of(const std::vector<Value>& values) {
  return std::accumulate(values.begin(), values.end(), values.size() * sizeof(Value),
                         [](size_t sum, const Value& value) { return sum + estimated_size(value); });
}

size_t bytes_of(const RowsWrite& part) {
  size_t bytes = 0;
  for (const auto& row : part.rows) bytes += sizeof(RowWrite) + bytes_of(row.row.values);
  return bytes;
}

size_t bytes_of(const KeyedWrite& part) { return sizeof(KeyedWrite) + bytes_of(part.parameters); }

size_t bytes_of(const Command& command) {
  const auto* data = std::get_if<DataWrite>(&command);
  if (!data) return sizeof(CatalogWrite);
  size_t bytes = sizeof(DataWrite);
  for (const auto& part : data->parts) bytes += std::visit([](const auto& each) { return bytes_of(each); }, part);
  return bytes;
}

}  // namespace

WriteProposal::WriteProposal(Command command, codec::command::Made made, std::optional<Remembered> remembered)
    : command_(std::move(command)), made_(made), remembered_(std::move(remembered)), bytes_(bytes_of(command_)) {}

Result<std::string> WriteProposal::encode() const { return write_wire_form(*this); }

}  // namespace kalam::commands
