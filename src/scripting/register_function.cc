// redis.register_function: what a library calls while it is loaded.
#include <lua.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "src/scripting/function_library.h"
#include "src/scripting/lua_vm.h"
#include "src/scripting/redis_library.h"
#include "src/scripting/script_error.h"
#include "src/scripting/script_flags.h"

namespace kvasir {
namespace {

// What the table of named arguments may hold besides the callback, which goes to the stack.
struct Registration {
  const char* name = nullptr;
  size_t name_size = 0;
  const char* description = nullptr;
  size_t description_size = 0;
  uint32_t flags = 0;
  bool has_callback = false;
};

// The flags in the table at the top.
uint32_t ReadFlags(lua_State* lua) {
  uint32_t flags = 0;
  for (int i = 1;; ++i) {
    lua_rawgeti(lua, -1, i);
    if (lua_isnil(lua, -1)) break;
    const char* name = lua_tostring(lua, -1);
    const uint32_t flag = name == nullptr ? 0 : FindScriptFlag(name);
    if (flag == 0) RaiseError(lua, "unknown flag given");
    flags |= flag;
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  return flags;
}

// The name at -2 and the value at -1 of one named argument.
void ReadNamed(lua_State* lua, Registration& read) {
  if (lua_type(lua, -2) != LUA_TSTRING) {
    RaiseError(lua, "named argument key given to redis.register_function is not a string");
  }
  const std::string_view key = lua_tostring(lua, -2);
  if (key == "function_name") {
    read.name = lua_tolstring(lua, -1, &read.name_size);
    if (read.name == nullptr) {
      RaiseError(lua, "function_name argument given to redis.register_function must be a string");
    }
  } else if (key == "description") {
    read.description = lua_tolstring(lua, -1, &read.description_size);
    if (read.description == nullptr) {
      RaiseError(lua, "description argument given to redis.register_function must be a string");
    }
  } else if (key == "callback") {
    if (!lua_isfunction(lua, -1)) {
      RaiseError(lua, "callback argument given to redis.register_function must be a function");
    }
    lua_pushvalue(lua, -1);
    lua_replace(lua, 2);
    read.has_callback = true;
  } else if (key == "flags") {
    if (!lua_istable(lua, -1)) {
      RaiseError(lua,
                 "flags argument to redis.register_function must be a table representing function "
                 "flags");
    }
    read.flags = ReadFlags(lua);
  } else {
    RaiseError(lua, "unknown argument given to redis.register_function");
  }
}

// Leaves the callback at index 2.
void ReadTable(lua_State* lua, Registration& read) {
  if (!lua_istable(lua, 1)) {
    RaiseError(lua,
               "calling redis.register_function with a single argument is only applicable to Lua "
               "table (representing named arguments).");
  }
  lua_settop(lua, 1);
  lua_pushnil(lua);
  lua_pushnil(lua);
  while (lua_next(lua, 1) != 0) {
    ReadNamed(lua, read);
    lua_pop(lua, 1);
  }
  if (read.name == nullptr) {
    RaiseError(lua, "redis.register_function must get a function name argument");
  }
  if (!read.has_callback) {
    RaiseError(lua, "redis.register_function must get a callback argument");
  }
}

void ReadPair(lua_State* lua, Registration& read) {
  read.name = lua_tolstring(lua, 1, &read.name_size);
  if (read.name == nullptr) {
    RaiseError(lua, "first argument to redis.register_function must be a string");
  }
  if (!lua_isfunction(lua, 2)) {
    RaiseError(lua, "second argument to redis.register_function must be a function");
  }
}

}  // namespace

int RegisterFunction(lua_State* lua) {
  LibraryLoad* load = LuaVm::ContextOf(lua).load;
  if (load == nullptr) {
    return luaL_error(lua, "attempt to call field 'register_function' (a nil value)");
  }
  const int count = lua_gettop(lua);
  if (count < 1 || count > 2) {
    RaiseError(lua, "wrong number of arguments to redis.register_function");
  }
  Registration read;
  if (count == 1) {
    ReadTable(lua, read);
  } else {
    ReadPair(lua, read);
  }
  lua_pushvalue(lua, 2);
  const int ref = luaL_ref(lua, LUA_REGISTRYINDEX);
  const char* refusal =
      load->Add({read.name, read.name_size}, {read.description, read.description_size},
                read.description != nullptr, read.flags, ref);
  if (refusal == nullptr) return 0;
  luaL_unref(lua, LUA_REGISTRYINDEX, ref);
  RaiseError(lua, refusal);
}

}  // namespace kvasir
