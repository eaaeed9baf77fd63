// What a script returns as a reply.
// THREAD: loop.
#pragma once

#include <cstddef>

#include "src/engine/call.h"

struct lua_State;

namespace kvasir {

// A table that refers to itself, or to others many times over, would make a reply without end.
inline constexpr size_t kScriptReplyBytesMax = size_t{1} << 30;

// Replies with the value at the top of the stack and pops it. `script_resp3`: the script has chosen
// RESP3 with redis.setresp, so a boolean stays one. Either writes one whole reply, or raises a
// memory error having written nothing.
void WriteScriptReply(lua_State* lua, Call& call, bool script_resp3, OutputBuffer& scratch);

}  // namespace kvasir
