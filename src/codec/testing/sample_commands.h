// Commands and responses of every variant, for tests, seeds and golden files: each once with every optional field and,
// where it has any, once with none.

#pragma once
#include <vector>

#include "codec/command.h"
#include "codec/response.h"

namespace kalam::codec::testing {

std::vector<MetaCommand> sample_meta_commands();
std::vector<UserDataCommand> sample_user_data_commands();
std::vector<SharedDataCommand> sample_shared_data_commands();
std::vector<RaftCommand> sample_raft_commands();
std::vector<MetaResponse> sample_meta_responses();
std::vector<DataResponse> sample_data_responses();
std::vector<RaftResponse> sample_raft_responses();

// Calls `visit(messages)` for each of them.
template <typename Visit>
void for_all_messages(Visit visit) {
  visit(sample_raft_commands());
  visit(sample_meta_commands());
  visit(sample_user_data_commands());
  visit(sample_shared_data_commands());
  visit(sample_meta_responses());
  visit(sample_data_responses());
  visit(sample_raft_responses());
}

}  // namespace kalam::codec::testing
