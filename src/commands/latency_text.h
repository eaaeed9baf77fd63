// What LATENCY GRAPH and LATENCY DOCTOR tell people.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "src/engine/latency_monitor.h"

namespace kvasir {

// Bars, oldest first, with the age of each spike below.
std::string DrawLatency(std::string_view name, const LatencyMonitor::Event& event, int64_t now_s);

std::string DiagnoseLatency(const LatencyMonitor& monitor);

}  // namespace kvasir
