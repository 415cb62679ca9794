#include "commands/writer.h"

#include "commands/proposal.h"

namespace kalam::commands {

Result<Applied> Writer::write(Command command, WriteOptions options) {
  std::optional<Remembered> remembered;
  if (options.write_id) remembered = Remembered{*std::move(options.write_id)};
  auto outcome =
      TRY(log_.propose_and_wait(std::make_shared<const WriteProposal>(std::move(command), std::move(remembered))));
  return static_cast<const WriteOutcome&>(*outcome).applied;
}

}  // namespace kalam::commands
