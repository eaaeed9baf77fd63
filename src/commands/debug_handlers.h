// The handlers of DEBUG's words, which stand in several files; debug.cc lists them. DEBUG is one
// command with a table of its own and not a container: COMMAND shows no subcommands of it, and its
// error for an unknown word is another one, as in Redis.
// THREAD: loop.
#pragma once

#include "src/engine/call.h"

namespace kvasir {

// debug_protocol.cc
void DebugError(Call& call);
void DebugProtocol(Call& call);

// debug_data.cc: about keys and values.
void DebugDigest(Call& call);
void DebugDigestValue(Call& call);
void DebugHashTableStats(Call& call);
void DebugHashTableStatsOfKey(Call& call);
void DebugListpack(Call& call);
void DebugObject(Call& call);
void DebugPopulate(Call& call);
void DebugQuicklist(Call& call);
void DebugSdsLength(Call& call);
void DebugStructSize(Call& call);

// debug_server.cc: about the process.
void DebugChangeReplicationId(Call& call);
void DebugLoadLog(Call& call);
void DebugLetScriptsCallAnything(Call& call);
void DebugLog(Call& call);
void DebugReload(Call& call);
void DebugSetActiveExpire(Call& call);
void DebugSleep(Call& call);
void DebugStringMatch(Call& call);
void DebugStringMatchTest(Call& call);

}  // namespace kvasir
