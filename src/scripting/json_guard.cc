#include "src/scripting/json_guard.h"

#include <cstddef>
#include <lua.hpp>

#include "src/scripting/protected_tables.h"

namespace kvasir {
namespace {

// The text, by the most that each value can add to it. The buffer doubles, and stays below 2^31.
// The price of a table is more than its brackets: it also bounds how long the count takes.
constexpr size_t kEncodedBytesMax = size_t{768} << 20;
constexpr size_t kTableBytes = 64;
constexpr size_t kNumberBytes = 32;
constexpr size_t kDecodedBytesMax = size_t{256} << 20;
// Beyond, cjson itself refuses by default; a script that has raised that limit meets this one.
constexpr int kDepthMax = 1000;

// Of the string at the top: a byte becomes six at most ("\u0001").
size_t StringBytes(lua_State* lua) { return lua_objlen(lua, -1) * 6 + 8; }

// An upper bound of what the value at the top adds to the text, until `total` is too much.
void AddSize(lua_State* lua, size_t& total, int depth) {
  switch (lua_type(lua, -1)) {
    case LUA_TSTRING:
      total += StringBytes(lua);
      break;
    case LUA_TTABLE:
      total += kTableBytes;
      if (depth >= kDepthMax || lua_checkstack(lua, 3) == 0) return;
      lua_pushnil(lua);
      while (lua_next(lua, -2) != 0) {
        AddSize(lua, total, depth + 1);
        lua_pop(lua, 1);
        total += lua_type(lua, -1) == LUA_TSTRING ? StringBytes(lua) : kNumberBytes;
        if (total > kEncodedBytesMax) {
          lua_pop(lua, 1);
          return;
        }
      }
      break;
    default:
      total += kNumberBytes;
  }
}

// The second upvalue is cjson's own function. It finds its settings where it expects them, in the
// first, and its caller is the script, whose line its errors name.
int CallOwn(lua_State* lua) { return lua_tocfunction(lua, lua_upvalueindex(2))(lua); }

int Encode(lua_State* lua) {
  if (lua_gettop(lua) == 1) {
    size_t total = 0;
    AddSize(lua, total, 0);
    if (total > kEncodedBytesMax) return luaL_error(lua, "Cannot serialise: too large");
  }
  return CallOwn(lua);
}

int Decode(lua_State* lua) {
  if (lua_type(lua, 1) == LUA_TSTRING && lua_objlen(lua, 1) > kDecodedBytesMax) {
    return luaL_error(lua, "Cannot parse: too large");
  }
  return CallOwn(lua);
}

void Wrap(lua_State* lua, const char* name, lua_CFunction function) {
  lua_getfield(lua, -1, name);
  if (lua_getupvalue(lua, -1, 1) == nullptr) lua_pushnil(lua);
  lua_insert(lua, -2);
  lua_pushcclosure(lua, function, 2);
  lua_setfield(lua, -2, name);
}

int New(lua_State* lua);

// Of the library at the top.
void WrapLibrary(lua_State* lua) {
  Wrap(lua, "encode", Encode);
  Wrap(lua, "decode", Decode);
  Wrap(lua, "new", New);
}

int New(lua_State* lua) {
  lua_settop(lua, 0);
  CallOwn(lua);
  WrapLibrary(lua);
  return 1;
}

}  // namespace

void GuardJson(lua_State* lua) {
  lua_getglobal(lua, "cjson");
  WrapLibrary(lua);
  lua_pop(lua, 1);
}

}  // namespace kvasir
