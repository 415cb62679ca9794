#include "live/outgoing.h"

#include "live/messages.h"
#include "types/json_text.h"

namespace kalam::live {

namespace {

constexpr size_t kFrameBytes = 1u << 20;

}  // namespace

void Outgoing::add(Subscription& subscription, const ChangeBody& body) {
  const auto& features = subscription.client->features;
  if (features.frames) {
    if (!subscription.ended) {
      frames_[subscription.client].push_back(frame_change(subscription.id, body.text, body.key_json));
    }
    return;
  }
  ChangeExtras extras;
  if (features.exact_resume) extras = {.key_json = body.key_json, .cursor = cursor_text_, .more = {}};
  subscription.send_change(change_message(subscription.id, body.text, extras));
}

void Outgoing::send_frames() {
  for (const auto& [client, changes] : frames_) {
    const std::string_view cursor = client->features.exact_resume ? std::string_view(cursor_text_) : "";
    for (auto& frame : frame_messages(cursor_.commit, cursor, changes, false)) {
      client->sink->send_change(std::move(frame));
    }
  }
}

std::vector<std::string> frame_messages(CommitSeq commit, std::string_view cursor,
                                        const std::vector<std::string>& changes, bool replay) {
  std::vector<std::string> frames;
  for (size_t at = 0; at < changes.size();) {
    size_t end = at, bytes = 0;
    while (end < changes.size() && (end == at || bytes + changes[end].size() <= kFrameBytes)) {
      bytes += changes[end++].size();
    }
    std::string text;
    text.reserve(bytes + 160);
    JsonText json(text);
    json.begin_object();
    json.key("type").string("frame");
    json.key("commit").quoted_number(commit.value());
    if (!cursor.empty() && end == changes.size()) json.key("cursor").string(cursor);
    if (replay) json.key("replay").boolean(true);
    json.key("more").boolean(end < changes.size());
    json.key("changes").begin_array();
    for (; at < end; ++at) json.raw(changes[at]);
    json.end_array();
    json.end_object();
    frames.push_back(std::move(text));
  }
  return frames;
}

}  // namespace kalam::live
