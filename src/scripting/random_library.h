// math.random and math.randomseed as Redis has them: the same numbers after every start, on every
// machine.
// THREAD: loop.
#pragma once

struct lua_State;

namespace kvasir {

// Replaces both in the global math.
void ReplaceRandom(lua_State* lua);

}  // namespace kvasir
