#include "src/scripting/script_error.h"

#include <fmt/format.h>

#include <lua.hpp>

namespace kvasir {
namespace {

std::string_view TextAt(lua_State* lua, int index) {
  size_t size = 0;
  const char* text = lua_tolstring(lua, index, &size);
  return {text, size};
}

// Of the table at the top; empty without a text there.
std::string RawField(lua_State* lua, const char* name) {
  lua_pushstring(lua, name);
  lua_rawget(lua, -2);
  std::string text;
  if (lua_isstring(lua, -1) != 0) text = TextAt(lua, -1);
  lua_pop(lua, 1);
  return text;
}

}  // namespace

void PushErrorTable(lua_State* lua, std::string_view text, bool counted) {
  lua_createtable(lua, 0, 4);
  lua_pushlstring(lua, text.data(), text.size());
  lua_setfield(lua, -2, "err");
  if (!counted) return;
  lua_pushboolean(lua, 1);
  lua_setfield(lua, -2, "ignore_error_stats_update");
}

void RaiseError(lua_State* lua, const char* text) {
  lua_createtable(lua, 0, 3);
  lua_pushfstring(lua, "ERR %s", text);
  lua_setfield(lua, -2, "err");
  lua_error(lua);
  __builtin_unreachable();
}

int HandleScriptError(lua_State* lua) {
  if (!lua_istable(lua, 1)) {
    size_t size = 0;
    const char* text = lua_tolstring(lua, 1, &size);
    lua_createtable(lua, 0, 3);
    lua_pushliteral(lua, "ERR ");
    if (text != nullptr) {
      lua_pushvalue(lua, 1);
    } else {
      // As tostring shows it.
      lua_pushstring(lua, lua_isnil(lua, 1) ? "nil" : lua_typename(lua, lua_type(lua, 1)));
    }
    lua_concat(lua, 2);
    lua_setfield(lua, -2, "err");
  } else {
    lua_pushvalue(lua, 1);
  }
  lua_Debug where;
  // Level 1 is what raised it: where that is one of our functions, its caller is meant.
  bool known = lua_getstack(lua, 1, &where) != 0 && lua_getinfo(lua, "Sl", &where) != 0;
  if (known && where.what[0] == 'C') {
    known = lua_getstack(lua, 2, &where) != 0 && lua_getinfo(lua, "Sl", &where) != 0;
  }
  if (known) {
    // Past any metatable: nothing of the script may run in here.
    lua_pushliteral(lua, "source");
    lua_pushstring(lua, where.source);
    lua_rawset(lua, -3);
    lua_pushliteral(lua, "line");
    lua_pushinteger(lua, where.currentline);
    lua_rawset(lua, -3);
  }
  return 1;
}

ScriptError DescribeScriptError(lua_State* lua, std::string_view name) {
  ScriptError error;
  if (!lua_istable(lua, -1)) {
    const std::string_view text =
        lua_isstring(lua, -1) != 0 ? TextAt(lua, -1) : std::string_view("execution failure");
    error.text = fmt::format("ERR Error running script {}, {}", name, text.substr(0, 100));
    return error;
  }
  error.text = RawField(lua, "err");
  if (error.text.empty()) error.text = "ERR unknown error";
  const std::string source = RawField(lua, "source");
  const std::string line = RawField(lua, "line");
  if (!source.empty() && !line.empty()) {
    error.text += fmt::format(" script: {}, on {}:{}.", name, source, line);
  }
  lua_pushliteral(lua, "ignore_error_stats_update");
  lua_rawget(lua, -2);
  error.counted = lua_toboolean(lua, -1) != 0;
  lua_pop(lua, 1);
  return error;
}

}  // namespace kvasir
