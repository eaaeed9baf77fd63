// Bounds around lua-cjson, which counts its buffer's bytes in 32 bits and ends the process when
// they do not suffice. THREAD: loop.
#pragma once

struct lua_State;

namespace kvasir {

// Replaces encode, decode and new in the global cjson by functions that refuse what would not fit.
void GuardJson(lua_State* lua);

}  // namespace kvasir
