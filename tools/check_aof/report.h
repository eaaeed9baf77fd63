// The text of kvasir-check-aof's report.
// THREAD: any.
#pragma once

#include <cstdint>
#include <string>

#include "tools/check_aof/log_check.h"

namespace kvasir {

// "2026-01-31T12:00:00.123Z".
std::string FormatTime(uint64_t unix_ms);

// A few lines for each file, and what to do about what is wrong.
std::string FormatReport(const CheckTarget& target, const LogCheck& check);

}  // namespace kvasir
