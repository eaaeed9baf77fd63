// Looking HyperLogLogs up, and their errors, as their families share it.
// THREAD: loop.
#pragma once

#include <string_view>

#include "src/commands/string_reply.h"
#include "src/engine/engine.h"
#include "src/store/hyper_log_log.h"

namespace kvasir {

inline constexpr std::string_view kCorruptHyperLogLog = "INVALIDOBJ Corrupted HLL object detected";

// False, and an error reply, when the string is no HyperLogLog.
inline bool CheckHyperLogLog(Call& call, const Entry* entry) {
  if (entry == nullptr || IsHyperLogLog(*entry)) return true;
  call.Error("WRONGTYPE Key is not a valid HyperLogLog string value.");
  return false;
}

// As ReadString and LocateString.
inline Entry* ReadHyperLogLog(Call& call, const Key& key, bool& failed) {
  Entry* entry = ReadString(call, key, failed);
  if (!failed) failed = !CheckHyperLogLog(call, entry);
  return failed ? nullptr : entry;
}
inline Database::Position LocateHyperLogLog(Call& call, const Key& key, bool& failed) {
  const Database::Position position = LocateString(call, key, failed);
  if (!failed) failed = !CheckHyperLogLog(call, position ? position.node() : nullptr);
  return failed ? Database::Position() : position;
}

}  // namespace kvasir
