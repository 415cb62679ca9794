// A subscription as a row of system.live.

#pragma once
#include "catalog/provided_views.h"
#include "live/subscription.h"

namespace kalam::live {

catalog::LiveRow live_row_of(const Subscription& subscription, const NodeId& node);

}  // namespace kalam::live
