// WriteProposal: a Command on its way through the log. WriteOutcome: what apply made of it.

#pragma once
#include <optional>

#include "cluster/log.h"
#include "commands/command.h"

namespace kalam::commands {

class WriteProposal final : public cluster::Proposal {
 public:
  explicit WriteProposal(Command command, std::optional<Remembered> remembered = {});

  const Command& command() const { return command_; }
  const std::optional<Remembered>& remembered() const { return remembered_; }

  Result<std::string> encode() const override;  // wire_form.h
  size_t bytes() const override { return bytes_; }

 private:
  const Command command_;
  const std::optional<Remembered> remembered_;
  size_t bytes_ = 0;
};

struct WriteOutcome final : cluster::Outcome {
  explicit WriteOutcome(Applied applied) : applied(std::move(applied)) {}
  Applied applied;
};

}  // namespace kalam::commands
