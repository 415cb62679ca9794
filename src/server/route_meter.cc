#include "server/route_meter.h"

#include <algorithm>

namespace kalam::server {

RouteMeter::RouteMeter(std::string method, std::string path)
    : method_(std::move(method)),
      path_(std::move(path)),
      took_(counters::histogram("http_request_ns", {{"route", path_}})) {}

void RouteMeter::record(unsigned status, std::chrono::nanoseconds took) {
  auto& slot = by_status_[std::min<size_t>(status, kStatuses - 1)];
  auto* counter = slot.load(std::memory_order_acquire);
  if (!counter) {
    counter = &counters::counter("http_requests_total",
                                 {{"route", path_}, {"method", method_}, {"status", std::to_string(status)}});
    slot.store(counter, std::memory_order_release);
  }
  counter->add();
  took_.record(static_cast<uint64_t>(std::max<int64_t>(took.count(), 0)));
}

}  // namespace kalam::server
