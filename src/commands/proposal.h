// WriteProposal: a Command on its way through the log. WriteOutcome: what apply made of it.

#pragma once
#include <memory>
#include <optional>

#include "cluster/log.h"
#include "commands/command.h"

namespace kalam::commands {

class WriteProposal final : public cluster::Proposal {
 public:
  WriteProposal(Command command, codec::command::Made made, std::optional<Remembered> remembered = {});

  const Command& command() const { return command_; }
  const codec::command::Made& made() const { return made_; }  // its `now`, wherever and whenever it is applied
  const std::optional<Remembered>& remembered() const { return remembered_; }

  Result<std::string> encode() const override;  // wire_form.h
  size_t bytes() const override { return bytes_; }

 private:
  const Command command_;
  const codec::command::Made made_;
  const std::optional<Remembered> remembered_;
  size_t bytes_ = 0;
};

using WriteProposalPtr = std::shared_ptr<const WriteProposal>;

struct WriteOutcome final : cluster::Outcome {
  explicit WriteOutcome(Applied applied) : applied(std::move(applied)) {}
  Applied applied;
};

}  // namespace kalam::commands
