// Where a slow command's time went, as SLOWLOG GET and LATENCY HISTORY tell those who ask.
// THREAD: loop.
#pragma once

#include "protocol/reply_writer.h"
#include "src/engine/call_reasons.h"

namespace kvasir {

// A map (RESP2: an array of names and values) of microseconds: queue, execution, expiry, eviction,
// growth, fsync; what they mean stands in call_reasons.h. What is not known yet is null.
void ReplyReasons(ReplyWriter& reply, const CallReasons& reasons);

}  // namespace kvasir
