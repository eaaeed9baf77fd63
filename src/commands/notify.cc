#include "src/commands/notify.h"

#include "src/engine/engine.h"

namespace kvasir {

void NotifyTaken(Call& call, uint32_t kind, std::string_view event, const Key& key) {
  if (call.engine().wanted_events() == 0) [[likely]]
    return;
  call.Notify(kind, event, key.bytes);
  if (call.database().Peek(key) == nullptr) call.Notify(kNotifyGeneric, "del", key.bytes);
}

void NotifySet(Call& call, const Key& key, bool with_deadline) {
  call.Notify(kNotifyString, "set", key.bytes);
  if (with_deadline) call.Notify(kNotifyGeneric, "expire", key.bytes);
}

void NotifyStored(Call& call, uint32_t kind, std::string_view event, const Key& key, bool stored,
                  bool existed) {
  if (stored) {
    call.Notify(kind, event, key.bytes);
  } else if (existed) {
    call.Notify(kNotifyGeneric, "del", key.bytes);
  }
}

}  // namespace kvasir
