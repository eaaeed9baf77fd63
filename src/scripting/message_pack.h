// The library cmsgpack of scripts: values to and from MessagePack
// (https://github.com/msgpack/msgpack/blob/master/spec.md). Which form a number or a table takes,
// the bound on nesting and the messages are those of lua-cmsgpack 0.4.0, which Redis ships. THREAD:
// loop.
#pragma once

struct lua_State;

namespace kvasir {

// A lua_CFunction that returns the library.
int OpenMessagePack(lua_State* lua);

// Its halves.
int PackMessages(lua_State* lua);
int UnpackMessages(lua_State* lua);
int UnpackOneMessage(lua_State* lua);
int UnpackMessagesUpTo(lua_State* lua);

}  // namespace kvasir
