// Tables that scripts can read and not change. Lua 5.1 has none, so a script gets an empty stand-in
// whose metatable finds everything in the real table, which no script ever holds; and the functions
// that look past metatables are replaced by ones that know of stand-ins.
// THREAD: loop.
#pragma once

struct lua_State;

namespace kvasir {

// Replaces the table at the top by its stand-in. Raises a memory error, as all of these.
void ProtectTable(lua_State* lua);
// The same with `on_missing`, a C function, for names that are not there; it gets (table, name).
void ProtectTable(lua_State* lua, int (*on_missing)(lua_State*));

// Whether the value at `index` is a stand-in; then pushes the real table.
bool PushBehindStandIn(lua_State* lua, int index);

// Replaces next, pairs, rawget, rawset, getmetatable and setmetatable among the globals (the table
// at the top), and insert, remove and sort in its table library.
void ReplaceRawFunctions(lua_State* lua);

// Protects the metatable that all strings share.
void ProtectStringMetatable(lua_State* lua);

}  // namespace kvasir
