// Scenarios over WebSocket: how fast changes reach those who subscribed to them.

#pragma once
#include "load/report.h"
#include "load/sql_session.h"

namespace kalam::load {

// Each false when a message was lost or came twice, or an insert failed.

// Inserts at a steady rate while 1000 subscriptions on 100 sockets wait, one of them for each: from the answer to the
// insert until its delivery.
asio::awaitable<bool> run_latency(const Options& options, SqlSession& session, Report& report);

// The same with many subscriptions (10,000) of distinct filters: also what opening them takes and what each costs.
asio::awaitable<bool> run_filters(const Options& options, SqlSession& session, Report& report);

// One change for 10,000 subscriptions on 1000 sockets, again and again: how long until all have it.
asio::awaitable<bool> run_fanout(const Options& options, SqlSession& session, Report& report);

}  // namespace kalam::load
