#include "commands/writer.h"

#include "commands/proposal.h"

namespace kalam::commands {

Result<Applied> Writer::write(Command command, WriteOptions options) {
  std::optional<Remembered> remembered;
  if (options.write_id) remembered = Remembered{*std::move(options.write_id)};
  auto proposal = std::make_shared<const WriteProposal>(
      std::move(command), codec::command::Made{clock_.now_ms(), worker_}, std::move(remembered));
  const auto outcome = TRY(log_.propose_and_wait(std::move(proposal)));
  return static_cast<const WriteOutcome&>(*outcome).applied;
}

}  // namespace kalam::commands
