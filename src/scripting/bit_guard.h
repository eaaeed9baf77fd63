// bit.tohex of Lua BitOp (https://bitop.luajit.org/api.html) again: Debian's library writes outside
// of its buffer where a script asks for the smallest number of digits (CVE-2024-31449).
// THREAD: loop.
#pragma once

struct lua_State;

namespace kvasir {

// Replaces tohex in the global bit.
void GuardBit(lua_State* lua);

}  // namespace kvasir
