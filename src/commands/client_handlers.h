// The handlers of CLIENT's subcommands, which stand in several files; client.cc publishes them.
// THREAD: loop.
#pragma once

#include "src/engine/call.h"

namespace kvasir {

// client_self.cc: about the connection that asks.
void CmdClientCapa(Call& call);
void CmdClientGetName(Call& call);
void CmdClientId(Call& call);
void CmdClientInfo(Call& call);
void CmdClientNoEvict(Call& call);
void CmdClientNoTouch(Call& call);
void CmdClientReply(Call& call);
void CmdClientSetInfo(Call& call);
void CmdClientSetName(Call& call);

// client_tracking.cc: about what it has cached.
void CmdClientCaching(Call& call);
void CmdClientGetRedir(Call& call);
void CmdClientTracking(Call& call);
void CmdClientTrackingInfo(Call& call);

// client_others.cc: about all connections.
void CmdClientKill(Call& call);
void CmdClientList(Call& call);
void CmdClientPause(Call& call);
void CmdClientUnblock(Call& call);
void CmdClientUnpause(Call& call);

}  // namespace kvasir
