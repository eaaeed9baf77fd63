#include "src/commands/reasons_reply.h"

#include <string_view>

namespace kvasir {

void ReplyReasons(ReplyWriter& reply, const CallReasons& reasons) {
  const auto add = [&](std::string_view name, uint64_t us) {
    reply.Bulk(name);
    reply.Integer(static_cast<int64_t>(us));
  };
  reply.Map(6);
  add("queue", reasons.queue_us);
  add("execution", reasons.execution_us);
  add("expiry", reasons.expiry_us);
  add("eviction", reasons.eviction_us);
  add("growth", reasons.growth_us);
  if (reasons.fsync_us) {
    add("fsync", *reasons.fsync_us);
  } else {
    reply.Bulk("fsync");
    reply.Null();
  }
}

}  // namespace kvasir
