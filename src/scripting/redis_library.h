// The library redis (also called server) of scripts.
// THREAD: loop.
#pragma once

struct lua_State;

namespace kvasir {

// Sets the globals redis and server; `for_functions` adds register_function. May raise errors.
void OpenRedisLibrary(lua_State* lua, bool for_functions);

// redis.register_function (register_function.cc).
int RegisterFunction(lua_State* lua);

}  // namespace kvasir
