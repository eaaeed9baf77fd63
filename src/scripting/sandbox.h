// What of Lua and its libraries a script finds: no files, no processes, no compiled code, and
// nothing that one script could leave behind for the next.
// THREAD: loop.
#pragma once

struct lua_State;

namespace kvasir {

// Fills a new interpreter's globals: Lua's libraries without what is not for scripts, cjson,
// cmsgpack, struct and bit. They can still be changed. Raises errors: call it protected.
void OpenScriptLibraries(lua_State* lua);

// Afterwards nothing can be changed by scripts. Leaves the table of globals, for the few that are
// set for each script (KEYS, ARGV), on the stack.
void SealGlobals(lua_State* lua);

}  // namespace kvasir
