// Outgoing: the changes of one commit on their way: one message each, or all of a client's in one frame.

#pragma once
#include <map>
#include <string>
#include <vector>

#include "live/changes.h"
#include "live/cursor.h"
#include "live/subscription.h"

namespace kalam::live {

class Outgoing {
 public:
  explicit Outgoing(const Cursor& cursor) : cursor_(cursor), cursor_text_(print(cursor)) {}
  ~Outgoing() { send_frames(); }
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  void add(Subscription& subscription, const ChangeBody& body);

 private:
  void send_frames();

  const Cursor cursor_;
  const std::string cursor_text_;
  std::map<ClientPtr, std::vector<std::string>> frames_;  // elements of `changes`
};

// `changes` in as many parts as its size asks for. `cursor` is empty for clients without exact_resume.
std::vector<std::string> frame_messages(CommitSeq commit, std::string_view cursor,
                                        const std::vector<std::string>& changes, bool replay);

}  // namespace kalam::live
