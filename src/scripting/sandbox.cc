#include "src/scripting/sandbox.h"

#include <ctime>
#include <initializer_list>
#include <lua.hpp>
#include <string_view>

#include "src/scripting/bit_guard.h"
#include "src/scripting/json_guard.h"
#include "src/scripting/message_pack.h"
#include "src/scripting/protected_tables.h"
#include "src/scripting/random_library.h"
#include "src/scripting/struct_library.h"

extern "C" {
#include <lua-bitop.h>
#include <lua-cjson.h>
}

namespace kvasir {
namespace {

// The first byte of compiled code, which could crash the interpreter.
constexpr char kBinaryMark = '\x1b';

int Load(lua_State* lua, const char* chunk, size_t size, const char* name) {
  if (size > 0 && chunk[0] == kBinaryMark) {
    lua_pushnil(lua);
    lua_pushliteral(lua, "attempt to load chunk with wrong mode");
    return 2;
  }
  if (luaL_loadbuffer(lua, chunk, size, name) == 0) return 1;
  lua_pushnil(lua);
  lua_insert(lua, -2);
  return 2;
}

int LoadString(lua_State* lua) {
  size_t size = 0;
  const char* chunk = luaL_checklstring(lua, 1, &size);
  return Load(lua, chunk, size, luaL_optstring(lua, 2, chunk));
}

// The pieces that the function returns, until it returns none, are put together first.
int LoadFromFunction(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TFUNCTION);
  const char* name = luaL_optstring(lua, 2, "=(load)");
  lua_settop(lua, 2);
  lua_pushliteral(lua, "");
  while (true) {
    lua_pushvalue(lua, 1);
    lua_call(lua, 0, 1);
    if (lua_isnil(lua, -1) || (lua_isstring(lua, -1) != 0 && lua_objlen(lua, -1) == 0)) break;
    if (lua_isstring(lua, -1) == 0) return luaL_error(lua, "reader function must return a string");
    lua_concat(lua, 2);
  }
  lua_pop(lua, 1);
  size_t size = 0;
  const char* chunk = lua_tolstring(lua, 3, &size);
  return Load(lua, chunk, size, name);
}

// An error that is a table is shown by its text, as it was before errors were tables.
int ProtectedCall(lua_State* lua) {
  luaL_checkany(lua, 1);
  const int status = lua_pcall(lua, lua_gettop(lua) - 1, LUA_MULTRET, 0);
  lua_pushboolean(lua, status == 0);
  lua_insert(lua, 1);
  if (status != 0 && lua_istable(lua, -1)) {
    lua_pushliteral(lua, "err");
    lua_rawget(lua, -2);
    if (lua_isstring(lua, -1) == 0) {
      lua_pop(lua, 1);
    } else {
      lua_replace(lua, -2);
    }
  }
  return lua_gettop(lua);
}

// The handler runs when the call is over, not in its middle: where a script is being ended, no hook
// would ever end a handler there. Without the library debug there is no other difference.
int ProtectedCallWithHandler(lua_State* lua) {
  luaL_checkany(lua, 2);
  lua_settop(lua, 2);
  lua_insert(lua, 1);
  if (lua_pcall(lua, 0, LUA_MULTRET, 0) == 0) {
    lua_pushboolean(lua, 1);
    lua_replace(lua, 1);
    return lua_gettop(lua);
  }
  lua_pcall(lua, 1, 1, 0);
  lua_pushboolean(lua, 0);
  lua_insert(lua, 1);
  return 2;
}

// A script may ask for a collection, and not turn the collector off for all that follow.
int CollectGarbage(lua_State* lua) {
  const std::string_view what = luaL_optstring(lua, 1, "collect");
  if (what == "collect" || what == "step") {
    lua_pushinteger(lua, lua_gc(lua, LUA_GCCOLLECT, 0));
  } else if (what == "count") {
    lua_pushnumber(lua, lua_gc(lua, LUA_GCCOUNT, 0) + lua_gc(lua, LUA_GCCOUNTB, 0) / 1024.0);
  } else {
    lua_pushinteger(lua, 0);
  }
  return 1;
}

int Clock(lua_State* lua) {
  lua_pushnumber(lua, static_cast<lua_Number>(clock()) / CLOCKS_PER_SEC);
  return 1;
}

int RefuseUnknownGlobal(lua_State* lua) {
  const char* name = lua_tostring(lua, 2);
  return luaL_error(lua, "Script attempted to access nonexistent global variable '%s'",
                    name == nullptr ? luaL_typename(lua, 2) : name);
}

void Open(lua_State* lua, const char* name, lua_CFunction open) {
  lua_pushcfunction(lua, open);
  lua_pushstring(lua, name);
  lua_call(lua, 1, 1);
  lua_setglobal(lua, name);
}

void OpenLibrary(lua_State* lua, lua_CFunction open) {
  lua_pushcfunction(lua, open);
  lua_call(lua, 0, 0);
}

}  // namespace

void OpenScriptLibraries(lua_State* lua) {
  for (const lua_CFunction open :
       {luaopen_base, luaopen_table, luaopen_string, luaopen_math, luaopen_bit}) {
    OpenLibrary(lua, open);
  }
  Open(lua, "cjson", luaopen_cjson);
  Open(lua, "cmsgpack", OpenMessagePack);
  Open(lua, "struct", OpenStruct);
  for (const char* name : {"dofile", "loadfile", "print", "newproxy", "getfenv", "setfenv"}) {
    lua_pushnil(lua);
    lua_setglobal(lua, name);
  }
  lua_register(lua, "loadstring", LoadString);
  lua_register(lua, "load", LoadFromFunction);
  lua_register(lua, "pcall", ProtectedCall);
  lua_register(lua, "xpcall", ProtectedCallWithHandler);
  lua_register(lua, "collectgarbage", CollectGarbage);
  lua_createtable(lua, 0, 1);
  lua_pushcfunction(lua, Clock);
  lua_setfield(lua, -2, "clock");
  lua_setglobal(lua, "os");
  GuardBit(lua);
  GuardJson(lua);
  ReplaceRandom(lua);
}

void SealGlobals(lua_State* lua) {
  lua_pushvalue(lua, LUA_GLOBALSINDEX);
  ReplaceRawFunctions(lua);
  ProtectStringMetatable(lua);
  for (const char* name : {"string", "table", "math", "os", "coroutine", "cjson", "cmsgpack",
                           "struct", "bit", "redis", "server"}) {
    lua_getfield(lua, -1, name);
    ProtectTable(lua);
    lua_setfield(lua, -2, name);
  }
  lua_pushvalue(lua, -1);
  ProtectTable(lua, RefuseUnknownGlobal);
  // The name _G leads to the stand-in as well.
  lua_pushvalue(lua, -1);
  lua_setfield(lua, -3, "_G");
  lua_replace(lua, LUA_GLOBALSINDEX);
}

}  // namespace kvasir
