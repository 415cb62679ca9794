#include "node/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>

#include "base/log.h"

namespace kalam::node {

namespace {

constexpr int kEndOfWatch = SIGUSR2;  // of our own destructor

sigset_t watched() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, kEndOfWatch}) sigaddset(&signals, signal);
  return signals;
}

}  // namespace

SignalWatch::SignalWatch(StopSignal& stop) : stop_(stop) {
  const auto signals = watched();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a client that went away is an error of a write
  thread_ = std::thread([this] { watch(); });
}

SignalWatch::~SignalWatch() {
  pthread_kill(thread_.native_handle(), kEndOfWatch);
  thread_.join();
}

void SignalWatch::watch() {
  const auto signals = watched();
  for (int signal = 0; sigwait(&signals, &signal) == 0;) {
    if (signal == kEndOfWatch) return;
    if (signal == SIGHUP) {
      log::reopen();
      continue;
    }
    if (first_ != 0) _exit(128 + signal);  // somebody is out of patience
    first_ = signal;
    stop_.request();
  }
}

}  // namespace kalam::node
