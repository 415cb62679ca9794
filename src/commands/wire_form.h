// The wire form of commands: commands/command.h <-> codec/write_command.h. What one side says the other says too, for
// every command; what the bytes are is the business of the codec.
//
// Always true: read_wire_form(write_wire_form(proposal)) applies as the proposal does. Nothing of this process is in
// it: tables are named by generation and version, expressions by their text, and the applier looks them up when their
// turn has come.

#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "commands/proposal.h"

namespace kalam::commands {

Result<std::string> write_wire_form(const WriteProposal& proposal);

// Bytes of anybody: what is no command of ours is an error that says why.
Result<WriteProposalPtr> read_wire_form(std::string_view bytes);

}  // namespace kalam::commands
