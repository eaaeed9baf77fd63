#include "src/scripting/protected_tables.h"

#include <initializer_list>
#include <lua.hpp>

namespace kvasir {
namespace {

// Keys of a stand-in's metatable that no script can name.
char real_table_key;
char shown_metatable_key;

constexpr char kReadOnly[] = "Attempt to modify a readonly table";

int RefuseChange(lua_State* lua) { return luaL_error(lua, "%s", kReadOnly); }

// From inside a library function there is no line to name.
int RefuseRawChange(lua_State* lua) {
  lua_pushstring(lua, kReadOnly);
  return lua_error(lua);
}

bool PushMarked(lua_State* lua, int index, void* key) {
  if (lua_type(lua, index) != LUA_TTABLE || lua_getmetatable(lua, index) == 0) return false;
  lua_pushlightuserdata(lua, key);
  lua_rawget(lua, -2);
  lua_remove(lua, -2);
  if (!lua_isnil(lua, -1)) return true;
  lua_pop(lua, 1);
  return false;
}

int Next(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_settop(lua, 2);
  if (PushBehindStandIn(lua, 1)) lua_replace(lua, 1);
  if (lua_next(lua, 1) != 0) return 2;
  lua_pushnil(lua);
  return 1;
}

// The first upvalue is Lua's own next, the second ours.
int Pairs(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  const bool stand_in = PushBehindStandIn(lua, 1);
  lua_pushvalue(lua, lua_upvalueindex(stand_in ? 2 : 1));
  lua_pushvalue(lua, 1);
  lua_pushnil(lua);
  return 3;
}

int RawGet(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  luaL_checkany(lua, 2);
  lua_settop(lua, 2);
  if (PushBehindStandIn(lua, 1)) lua_replace(lua, 1);
  lua_rawget(lua, 1);
  return 1;
}

int RawSet(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  luaL_checkany(lua, 2);
  luaL_checkany(lua, 3);
  lua_settop(lua, 3);
  if (PushBehindStandIn(lua, 1)) return RefuseRawChange(lua);
  lua_rawset(lua, 1);
  return 1;
}

int GetMetatable(lua_State* lua) {
  luaL_checkany(lua, 1);
  if (PushMarked(lua, 1, &real_table_key)) {
    if (!PushMarked(lua, 1, &shown_metatable_key)) lua_pushnil(lua);
    return 1;
  }
  if (lua_getmetatable(lua, 1) == 0) {
    lua_pushnil(lua);
    return 1;
  }
  luaL_getmetafield(lua, 1, "__metatable");
  return 1;
}

// The upvalue is Lua's own.
int SetMetatable(lua_State* lua) {
  if (PushBehindStandIn(lua, 1)) return RefuseRawChange(lua);
  return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
}

// Any function that changes the table which is its first argument; the upvalue is Lua's own.
int ChangeTable(lua_State* lua) {
  if (PushBehindStandIn(lua, 1)) return RefuseRawChange(lua);
  return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
}

// In the table at the top, `name` becomes `function` with the old one as its upvalue.
void Wrap(lua_State* lua, const char* name, lua_CFunction function) {
  lua_getfield(lua, -1, name);
  lua_pushcclosure(lua, function, 1);
  lua_setfield(lua, -2, name);
}

}  // namespace

void ProtectTable(lua_State* lua, int (*on_missing)(lua_State*)) {
  if (on_missing != nullptr) {
    lua_createtable(lua, 0, 1);
    lua_pushcfunction(lua, on_missing);
    lua_setfield(lua, -2, "__index");
    // Scripts may look at it, and not change it.
    lua_pushvalue(lua, -1);
    ProtectTable(lua);
    lua_insert(lua, -3);
    lua_setmetatable(lua, -2);
  } else {
    lua_pushnil(lua);
    lua_insert(lua, -2);
  }
  // Now: what getmetatable shows, the real table.
  lua_newtable(lua);
  lua_createtable(lua, 0, 4);
  lua_pushvalue(lua, -3);
  lua_setfield(lua, -2, "__index");
  lua_pushcfunction(lua, RefuseChange);
  lua_setfield(lua, -2, "__newindex");
  lua_pushlightuserdata(lua, &real_table_key);
  lua_pushvalue(lua, -4);
  lua_rawset(lua, -3);
  lua_pushlightuserdata(lua, &shown_metatable_key);
  lua_pushvalue(lua, -5);
  lua_rawset(lua, -3);
  lua_setmetatable(lua, -2);
  lua_replace(lua, -3);
  lua_pop(lua, 1);
}

void ProtectTable(lua_State* lua) { ProtectTable(lua, nullptr); }

bool PushBehindStandIn(lua_State* lua, int index) {
  return PushMarked(lua, index, &real_table_key);
}

void ReplaceRawFunctions(lua_State* lua) {
  lua_getfield(lua, -1, "next");
  lua_pushcfunction(lua, Next);
  lua_pushvalue(lua, -1);
  lua_setfield(lua, -4, "next");
  lua_pushcclosure(lua, Pairs, 2);
  lua_setfield(lua, -2, "pairs");
  lua_pushcfunction(lua, RawGet);
  lua_setfield(lua, -2, "rawget");
  lua_pushcfunction(lua, RawSet);
  lua_setfield(lua, -2, "rawset");
  lua_pushcfunction(lua, GetMetatable);
  lua_setfield(lua, -2, "getmetatable");
  Wrap(lua, "setmetatable", SetMetatable);
  lua_getfield(lua, -1, "table");
  for (const char* name : {"insert", "remove", "sort"}) Wrap(lua, name, ChangeTable);
  lua_pop(lua, 1);
}

void ProtectStringMetatable(lua_State* lua) {
  lua_pushliteral(lua, "");
  lua_getmetatable(lua, -1);
  // What scripts see of it has the protected library; strings themselves take the short way.
  lua_newtable(lua);
  lua_getfield(lua, -2, "__index");
  ProtectTable(lua);
  lua_setfield(lua, -2, "__index");
  ProtectTable(lua);
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 2);
}

}  // namespace kvasir
