#include "server/detail/ws_session.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "base/log.h"
#include "live/messages.h"
#include "server/gzip.h"
#include "server/http_text.h"
#include "server/msgpack.h"
#include "types/ascii.h"

namespace kalam::server {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view kBearer = "Bearer ";
constexpr size_t kReasonMax = 123;  // of a close frame
constexpr int64_t kExpiryLeewaySeconds = 60;
constexpr std::chrono::milliseconds kRightsEvery{2'000};
constexpr std::chrono::milliseconds kOverflowPatience{5'000};

std::string new_connection_id(Random& random) {
  std::array<uint8_t, 16> bytes{};
  random.fill(bytes);
  return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string_view query_of(std::string_view target) {
  const auto question = target.find('?');
  return question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
}

void switch_on_all(std::string_view names, live::Features& features) {
  while (!names.empty()) {
    const auto name = names.substr(0, names.find(','));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    switch_on(name, features);
  }
}

}  // namespace

WsSession::WsSession(Upgraded upgraded, const WsServices& services, const WsOptions& options,
                     std::shared_ptr<QueueBudget> budget)
    : services_(services),
      options_(options),
      budget_(std::move(budget)),
      request_(std::move(upgraded.request)),
      ws_(std::move(upgraded.socket)),
      spoke_too_soon_(upgraded.buffer.size() > 0),
      peer_(std::move(upgraded.peer)),
      tick_(ws_.get_executor()),
      written_(ws_.get_executor()),
      opened_(steady_clock::now()),
      heard_(opened_),
      refilled_(opened_),
      tokens_(static_cast<double>(options.messages_per_second)) {
  websocket::stream_base::timeout timeout{};
  timeout.handshake_timeout = std::chrono::seconds(5);  // of the closing one too
  timeout.idle_timeout = websocket::stream_base::none();
  timeout.keep_alive_pings = false;
  ws_.set_option(timeout);
  ws_.read_message_max(0);  // checked while reading, where the client can be told
  ws_.auto_fragment(false);
}

WsSession::~WsSession() {
  if (outbox_) outbox_->close();
}

asio::awaitable<void> WsSession::run() {
  const auto self = shared_from_this();
  if (spoke_too_soon_) co_return drop();
  outbox_ = std::make_shared<WsOutbox>(options_.queue_bytes_max, budget_, [weak = weak_from_this(), io = executor()] {
    asio::post(io, [weak] {
      if (const auto session = weak.lock()) session->wake_writer();
    });
  });
  ws_.control_callback([this](websocket::frame_type type, boost::beast::string_view) {
    if (type != websocket::frame_type::close) heard();
  });
  auto [error] = co_await ws_.async_accept(request_, kAwait);
  if (error) co_return drop();
  open_ = true;
  wake_writer();  // the server may have begun to stop meanwhile
  each_parameter(query_of({request_.target().data(), request_.target().size()}),
                 [&](std::string_view name, std::string_view value) {
                   if (equal_ignoring_case(name, "compress") && equal_ignoring_case(value, "false")) compress_ = false;
                 });
  asio::co_spawn(executor(), watch(), asio::detached);
  try {
    co_await serve();
  } catch (const std::exception& exception) {
    log::error("server", "a WebSocket failed", {{"error", exception.what()}});
  }
  over_ = true;
  tick_.cancel();
  outbox_->close();
  if (client_) {
    // Quick, but it may have to wait for a delivery.
    const auto leave = [client = client_, &live = services_.live] { live.disconnect(client); };
    if (!services_.workers.post(leave).ok()) leave();
  }
  drop();
}

asio::awaitable<void> WsSession::serve() {
  co_await authenticate_by_header();
  boost::beast::flat_buffer buffer;
  while (!closing_) {
    buffer.clear();
    const auto read = co_await read_message(buffer);
    if (read == Read::ended) break;
    heard();
    if (read == Read::too_large) {
      fail("protocol", "MESSAGE_TOO_LARGE",
           "Message exceeds maximum size of " + std::to_string(options_.message_bytes_max) + " bytes");
      finish(websocket::close_code::too_big, "Message too large");
      break;
    }
    // Nothing is read meanwhile, so silence says nothing.
    busy_ = true;
    const std::string_view message(static_cast<const char*>(buffer.data().data()), buffer.size());
    if (ws_.got_text()) co_await on_text(message);
    else co_await on_binary(message);
    while (!closing_ && !close_sent_ && outbox_->full()) co_await until_written();
    busy_ = false;
    heard();
    if (buffer.capacity() > 65'536) buffer.shrink_to_fit();
  }
  // What waits is sent, and the Close behind it.
  while (closing_ && !(close_sent_ && !writing_)) co_await until_written();
}

// Until the writer has done something.
asio::awaitable<void> WsSession::until_written() {
  wake_writer();
  written_.expires_at(Time::max());
  co_await written_.async_wait(kAwait);
}

asio::awaitable<WsSession::Read> WsSession::read_message(boost::beast::flat_buffer& buffer) {
  do {
    const auto room = options_.message_bytes_max + 1 - buffer.size();
    auto [error, bytes] = co_await ws_.async_read_some(buffer, room, kAwait);
    if (error) co_return Read::ended;
    if (buffer.size() > options_.message_bytes_max) co_return Read::too_large;
  } while (!ws_.is_message_done());
  co_return Read::message;
}

void WsSession::heard() {
  heard_ = steady_clock::now();
  if (client_) services_.live.heard_of(*client_);
}

// A bucket of one second's messages.
bool WsSession::take_token() {
  const auto now = steady_clock::now();
  const auto rate = static_cast<double>(options_.messages_per_second);
  tokens_ = std::min(rate, tokens_ + rate * std::chrono::duration<double>(now - refilled_).count());
  refilled_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

asio::awaitable<void> WsSession::on_text(std::string_view text) {
  if (!take_token()) {
    fail("rate_limit", "RATE_LIMIT_EXCEEDED", "Too many messages");
    co_return;
  }
  co_await on_json(text);
}

asio::awaitable<void> WsSession::on_binary(std::string_view bytes) {
  if (!protocol_.msgpack) {
    fail("protocol", "UNSUPPORTED_DATA", "Binary not supported");
    co_return;
  }
  std::string inflated;
  if (is_gzip(bytes)) {
    auto read = gunzip(bytes, options_.message_bytes_max);
    if (!read.ok()) {
      fail("protocol", "UNSUPPORTED_DATA", "Failed to decompress binary msgpack");
      co_return;
    }
    inflated = *std::move(read);
    bytes = inflated;
  }
  const auto json = json_of_msgpack(bytes);
  auto message = json.ok() ? parse_ws_message(*json) : Result<WsMessage>(json.error());
  if (!message.ok()) {
    fail("protocol", "UNSUPPORTED_DATA", "Invalid MessagePack: " + message.error().message);
    co_return;
  }
  auto understood = *std::move(message);
  co_await on_message(std::move(understood));
}

asio::awaitable<void> WsSession::on_json(std::string_view json) {
  auto message = parse_ws_message(json);
  if (!message.ok()) {
    finish(websocket::close_code::internal_error, "Invalid message: " + message.error().message);
    co_return;
  }
  auto understood = *std::move(message);
  co_await on_message(std::move(understood));
}

asio::awaitable<void> WsSession::on_message(WsMessage message) {
  if (auto* authenticate_message = std::get_if<WsAuthenticate>(&message)) {
    co_await authenticate(std::move(authenticate_message->token), authenticate_message->protocol);
    co_return;
  }
  if (std::holds_alternative<WsPing>(message)) co_return;
  if (!client_) {
    if (std::holds_alternative<WsSubscribe>(message)) {
      fail("subscribe", "AUTH_REQUIRED", "Authentication required before subscribing");
    }
    co_return;
  }
  std::function<void()> task;
  std::string id;
  std::string_view code = "SUBSCRIPTION_FAILED";
  auto& live = services_.live;
  if (auto* subscribe = std::get_if<WsSubscribe>(&message)) {
    id = subscribe->id;
    // Without the feature it is an unknown member.
    if (!protocol_.features.exact_resume && subscribe->options) subscribe->options->cursor.reset();
    task = [&live, client = client_, request = std::move(*subscribe)] { live.subscribe(client, request); };
  } else if (auto* next = std::get_if<WsNextBatch>(&message)) {
    id = next->subscription;
    code = "BATCH_FETCH_FAILED";
    task = [&live, client = client_, request = std::move(*next)] {
      live.next_batch(client, request.subscription, request.after);
    };
  } else if (auto* unsubscribe = std::get_if<WsUnsubscribe>(&message)) {
    const auto leave = [&live, client = client_, request = std::move(*unsubscribe)] {
      live.unsubscribe(client, request.subscription);
    };
    task = leave;
    const bool done = co_await on_worker(std::move(task));
    if (!done) leave();  // it cannot be refused, and waits for nothing but a delivery
    co_return;
  }
  const bool done = co_await on_worker(std::move(task));
  if (!done) fail(id, code, "The server is busy; try again");
}

asio::awaitable<void> WsSession::authenticate_by_header() {
  const auto header = request_[boost::beast::http::field::authorization];
  const std::string_view given(header.data(), header.size());
  if (!given.starts_with(kBearer)) co_return;
  WsProtocol protocol;
  each_parameter(query_of({request_.target().data(), request_.target().size()}),
                 [&](std::string_view name, std::string_view value) {
                   if (name == "serialization" && equal_ignoring_case(value, "msgpack")) protocol.msgpack = true;
                   if (name == "features") switch_on_all(value, protocol.features);
                   if (name == "compression" && equal_ignoring_case(value, "none")) protocol.gzip = false;
                 });
  std::string token(given.substr(kBearer.size()));
  co_await authenticate(std::move(token), protocol);
}

asio::awaitable<void> WsSession::authenticate(std::string token, WsProtocol protocol) {
  auth_started_ = true;
  if (!services_.attempts.allow(peer_)) {
    refuse_authentication("Too many authentication attempts. Please retry shortly.", "Authentication failed");
    co_return;
  }
  const auto users = services_.authenticator.users_version();
  const auto answer = std::make_shared<auth::Authenticated>(auth::Refused{});
  std::function<void()> task = [answer, token = std::move(token), &authenticator = services_.authenticator] {
    *answer = authenticator.by_token(token);
  };
  co_await on_worker(std::move(task));
  const auto* identity = std::get_if<auth::Identity>(answer.get());
  if (!identity || (identity_ && identity_->viewer.user != identity->viewer.user)) {
    refuse_authentication("Invalid credentials", "Authentication failed");
    co_return;
  }
  if (!identity_) {
    protocol_ = protocol;
    outbox_->set_format(protocol.msgpack, protocol.gzip && compress_);
    client_ = services_.live.connect(identity->viewer, ConnectionId(new_connection_id(services_.random)), outbox_,
                                     protocol.features);
    identity_ = *identity;
  } else {
    identity_->expires_s = identity->expires_s;
    identity_->epoch = identity->epoch;
  }
  looked_up_at_ = users;
  outbox_->send_error(auth_success_message(identity_->viewer.user.value(), name_of(identity_->viewer.role), protocol_,
                                           services_.live.epoch()));
}

void WsSession::refuse_authentication(std::string_view message, std::string_view reason) {
  outbox_->send_error(auth_error_message(message));
  finish(websocket::close_code::policy_error, reason);
}

void WsSession::fail(std::string_view subscription, std::string_view code, std::string_view message) {
  outbox_->send_error(live::error_message(subscription, code, message));
}

asio::awaitable<bool> WsSession::on_worker(std::function<void()> task) {
  const auto posted = std::make_shared<bool>(false);
  const auto io = executor();
  const auto hand_over = [&](auto handler) {
    const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    const auto come_back = [io, resume] { asio::post(io, [resume] { std::move (*resume)(); }); };
    const auto accepted = services_.workers.post([task, come_back] {
      task();
      come_back();
    });
    *posted = accepted.ok();
    if (!accepted.ok()) come_back();
  };
  co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(hand_over, asio::use_awaitable);
  co_return *posted;
}

void WsSession::finish(websocket::close_code code, std::string_view reason) {
  if (closing_ || over_) return;
  const auto shown = reason.substr(0, kReasonMax);
  closing_.emplace(code, boost::beast::string_view(shown.data(), shown.size()));
  wake_writer();
}

void WsSession::wake_writer() {
  if (!open_ || writing_ || close_sent_) return;
  writing_ = true;
  asio::co_spawn(executor(), write_all(), asio::detached);
}

asio::awaitable<void> WsSession::write_all() {
  const auto self = shared_from_this();
  for (bool failed = false; !failed;) {
    if (outbox_->overflowed()) {
      closing_.emplace(websocket::close_code::try_again_later, "Client is too slow, resume later");
    }
    const auto message = outbox_->pop();
    if (!message) {
      if (!closing_) break;
      close_sent_ = true;
      co_await ws_.async_close(*closing_, kAwait);
      break;
    }
    write_began_ = steady_clock::now();
    ws_.binary(message->binary);
    auto [error, bytes] = co_await ws_.async_write(asio::buffer(message->bytes), kAwait);
    write_began_.reset();
    written_.cancel();
    failed = static_cast<bool>(error);
    if (failed) {
      close_sent_ = true;  // there is nobody to send it to
      drop();
    }
  }
  writing_ = false;
  written_.cancel();
}

void WsSession::drop() {
  error_code ignored;
  ws_.next_layer().shutdown(Socket::shutdown_both, ignored);
  ws_.next_layer().close(ignored);
}

// ---- time

asio::awaitable<void> WsSession::watch() {
  const auto self = shared_from_this();
  const auto every = std::min(options_.heartbeat_interval, kRightsEvery);
  while (!over_) {
    tick_.expires_after(every);
    co_await tick_.async_wait(kAwait);
    if (over_) co_return;
    check_timers();
    if (!closing_) co_await check_rights();
  }
}

void WsSession::check_timers() {
  const auto now = steady_clock::now();
  // Behind one message that does not get through, a close does not either.
  const auto patience =
      outbox_->overflowed() ? std::min(options_.write_timeout, kOverflowPatience) : options_.write_timeout;
  if (write_began_ && now - *write_began_ > patience) return drop();
  if (closing_ || busy_) return;
  if (!auth_started_ && now - opened_ >= options_.auth_timeout) {
    return refuse_authentication("Authentication timeout - no auth message received within 3 seconds",
                                 "Authentication timeout");
  }
  if (now - heard_ > options_.client_timeout) finish(websocket::close_code::normal, "Heartbeat timeout");
}

asio::awaitable<void> WsSession::check_rights() {
  if (!identity_) co_return;
  if (services_.clock.now_us() / 1'000'000 > identity_->expires_s + kExpiryLeewaySeconds) {
    refuse_authentication("Token expired", "Token expired");
    co_return;
  }
  const auto users = services_.authenticator.users_version();
  if (users == looked_up_at_) co_return;
  const auto stands = std::make_shared<std::optional<bool>>();
  std::function<void()> task = [stands, identity = *identity_, &authenticator = services_.authenticator] {
    const auto known = authenticator.still_stands(identity);
    if (known.ok()) *stands = *known;
  };
  co_await on_worker(std::move(task));
  if (over_ || !*stands) co_return;  // nothing is known: the next look tells
  if (!**stands) refuse_authentication("Session revoked", "Session revoked");
  // What was looked at meanwhile by another message is later than this.
  looked_up_at_ = std::max(looked_up_at_, users);
}

}  // namespace kalam::server
