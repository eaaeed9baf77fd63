#include "src/scripting/redis_library.h"

#include <cstdio>
#include <cstring>
#include <lua.hpp>

#include "src/engine/version.h"
#include "src/scripting/lua_vm.h"
#include "src/scripting/reply_to_lua.h"
#include "src/scripting/script_error.h"
#include "src/scripting/sha1.h"

namespace kvasir {
namespace {

constexpr int kLogWarning = 3;
constexpr lua_Integer kReplicateAll = 3;

ScriptRun& RunOf(lua_State* lua) { return *LuaVm::ContextOf(lua).run; }

// While a library is loaded there is nothing to call with.
void RequireRun(lua_State* lua, const char* name) {
  if (RunOf(lua).active()) return;
  luaL_error(lua, "Script attempted to access nonexistent global variable '%s'", name);
}

// Numbers with all their digits, which Lua's own conversion does not keep.
void NumberToText(lua_State* lua, int index) {
  char digits[64];
  const int size = snprintf(digits, sizeof digits, "%.17g", lua_tonumber(lua, index));
  lua_pushlstring(lua, digits, static_cast<size_t>(size));
  lua_replace(lua, index);
}

// The arguments as the request of the run: they stay on the stack, so that they stay alive.
bool GatherArguments(lua_State* lua, ScriptRun& run) {
  run.arguments().clear();
  const int count = lua_gettop(lua);
  for (int i = 1; i <= count; ++i) {
    const int type = lua_type(lua, i);
    if (type == LUA_TNUMBER) {
      NumberToText(lua, i);
    } else if (type != LUA_TSTRING) {
      return false;
    }
    size_t size = 0;
    const char* text = lua_tolstring(lua, i, &size);
    run.arguments().emplace_back(text, size);
  }
  return true;
}

int Return(lua_State* lua, bool is_error, bool raise) {
  return is_error && raise ? lua_error(lua) : 1;
}

int RefuseCall(lua_State* lua, const char* text, bool raise) {
  PushErrorTable(lua, text, false);
  return Return(lua, true, raise);
}

int CallCommand(lua_State* lua, bool raise) {
  RequireRun(lua, raise ? "call" : "pcall");
  ScriptRun& run = RunOf(lua);
  if (lua_gettop(lua) == 0) {
    return RefuseCall(lua, "ERR Please specify at least one argument for this redis lib call",
                      raise);
  }
  if (!GatherArguments(lua, run)) {
    return RefuseCall(lua, "ERR Lua redis lib command arguments must be strings or integers",
                      raise);
  }
  bool is_error = true;
  const bool executed = run.Execute();
  // They may have taken all of Lua's stack, and the reply needs some.
  lua_settop(lua, 0);
  if (executed) {
    is_error = PushReply(lua, run.reply());
  } else {
    PushErrorTable(lua, run.error(), true);
  }
  return Return(lua, is_error, raise);
}

int RedisCall(lua_State* lua) { return CallCommand(lua, true); }
int RedisPcall(lua_State* lua) { return CallCommand(lua, false); }

// The only argument, when it is a text; else pushes an error and returns nullptr.
const char* OnlyText(lua_State* lua, size_t& size) {
  if (lua_gettop(lua) == 1 && lua_type(lua, 1) == LUA_TSTRING) return lua_tolstring(lua, 1, &size);
  PushErrorTable(lua, "ERR wrong number or type of arguments", false);
  return nullptr;
}

int ErrorReply(lua_State* lua) {
  size_t size = 0;
  const char* text = OnlyText(lua, size);
  if (text == nullptr) return 1;
  while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r')) --size;
  if (size > 0 && text[0] == '-') {
    ++text;
    --size;
  }
  lua_createtable(lua, 0, 1);
  // A text of one word has no code.
  lua_pushstring(lua, memchr(text, ' ', size) == nullptr ? "ERR " : "");
  lua_pushlstring(lua, text, size);
  lua_concat(lua, 2);
  lua_setfield(lua, -2, "err");
  return 1;
}

int StatusReply(lua_State* lua) {
  size_t size = 0;
  const char* text = OnlyText(lua, size);
  if (text == nullptr) return 1;
  lua_createtable(lua, 0, 1);
  lua_pushlstring(lua, text, size);
  lua_setfield(lua, -2, "ok");
  return 1;
}

int Sha1Hex(lua_State* lua) {
  if (lua_gettop(lua) != 1) RaiseError(lua, "wrong number of arguments");
  size_t size = 0;
  const char* text = lua_tolstring(lua, 1, &size);
  const Sha1Text digest = Sha1ToHex(Sha1Of({text, text == nullptr ? 0 : size}));
  lua_pushlstring(lua, digest.data(), digest.size());
  return 1;
}

int Log(lua_State* lua) {
  const int count = lua_gettop(lua);
  if (count < 2) RaiseError(lua, "redis.log() requires two arguments or more.");
  if (lua_isnumber(lua, 1) == 0) {
    RaiseError(lua, "First argument must be a number (log level).");
  }
  const lua_Number level = lua_tonumber(lua, 1);
  if (level < 0 || level > kLogWarning) RaiseError(lua, "Invalid debug level.");
  Engine& engine = RunOf(lua).engine();
  if (static_cast<int>(level) < static_cast<int>(engine.settings().loglevel)) return 0;
  luaL_Buffer line;
  luaL_buffinit(lua, &line);
  for (int i = 2; i <= count; ++i) {
    size_t size = 0;
    const char* text = lua_tolstring(lua, i, &size);
    if (i > 2) luaL_addchar(&line, ' ');
    if (text != nullptr) luaL_addlstring(&line, text, size);
  }
  luaL_pushresult(&line);
  size_t size = 0;
  const char* text = lua_tolstring(lua, -1, &size);
  engine.host().LogMessage({text, size});
  return 0;
}

int SetResp(lua_State* lua) {
  RequireRun(lua, "setresp");
  if (lua_gettop(lua) != 1) RaiseError(lua, "redis.setresp() requires one argument.");
  const lua_Number version = lua_tonumber(lua, 1);
  if (version != 2 && version != 3) RaiseError(lua, "RESP version must be 2 or 3.");
  RunOf(lua).session().resp_version = static_cast<int>(version);
  return 0;
}

// What a script did is logged in any case: a log that leaves things out would not be one.
int SetRepl(lua_State* lua) {
  RequireRun(lua, "set_repl");
  if (lua_gettop(lua) != 1) RaiseError(lua, "redis.set_repl() requires two arguments.");
  const lua_Integer flags = lua_tointeger(lua, 1);
  if ((flags & ~kReplicateAll) != 0) {
    RaiseError(lua,
               "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
  }
  return 0;
}

int PushTrue(lua_State* lua) {
  lua_pushboolean(lua, 1);
  return 1;
}
int PushFalse(lua_State* lua) {
  lua_pushboolean(lua, 0);
  return 1;
}
int Nothing(lua_State* /*lua*/) { return 0; }

int AclCheckCommand(lua_State* lua) {
  RequireRun(lua, "acl_check_cmd");
  ScriptRun& run = RunOf(lua);
  if (lua_gettop(lua) == 0) {
    RaiseError(lua, "Please specify at least one argument for this redis lib call");
  }
  if (!GatherArguments(lua, run)) {
    RaiseError(lua, "Lua redis lib command arguments must be strings or integers");
  }
  const ScriptRun::Permission permission = run.CheckPermission();
  if (permission == ScriptRun::Permission::kUnknown) {
    RaiseError(lua, "Invalid command passed to redis.acl_check_cmd()");
  }
  lua_pushboolean(lua, permission == ScriptRun::Permission::kGranted ? 1 : 0);
  return 1;
}

constexpr luaL_Reg kFunctions[] = {
    {"call", RedisCall},           {"pcall", RedisPcall}, {"error_reply", ErrorReply},
    {"status_reply", StatusReply}, {"sha1hex", Sha1Hex},  {"log", Log},
    {"setresp", SetResp},          {"set_repl", SetRepl}, {"replicate_commands", PushTrue},
    {"breakpoint", PushFalse},     {"debug", Nothing},    {"acl_check_cmd", AclCheckCommand},
};

struct Constant {
  const char* name;
  lua_Integer value;
};
constexpr Constant kConstants[] = {
    {"LOG_DEBUG", 0},
    {"LOG_VERBOSE", 1},
    {"LOG_NOTICE", 2},
    {"LOG_WARNING", kLogWarning},
    {"REPL_NONE", 0},
    {"REPL_AOF", 1},
    {"REPL_SLAVE", 2},
    {"REPL_REPLICA", 2},
    {"REPL_ALL", kReplicateAll},
};

// "7.4.0" is 0x00070400.
lua_Integer VersionNumber() {
  lua_Integer number = 0;
  lua_Integer part = 0;
  for (const char c : kRedisVersion) {
    if (c == '.') {
      number = (number | part) << 8;
      part = 0;
    } else {
      part = part * 10 + (c - '0');
    }
  }
  return number | part;
}

}  // namespace

void OpenRedisLibrary(lua_State* lua, bool for_functions) {
  lua_newtable(lua);
  for (const luaL_Reg& function : kFunctions) {
    lua_pushcfunction(lua, function.func);
    lua_setfield(lua, -2, function.name);
  }
  if (for_functions) {
    lua_pushcfunction(lua, RegisterFunction);
    lua_setfield(lua, -2, "register_function");
  }
  for (const Constant& constant : kConstants) {
    lua_pushinteger(lua, constant.value);
    lua_setfield(lua, -2, constant.name);
  }
  lua_pushlstring(lua, kRedisVersion.data(), kRedisVersion.size());
  lua_setfield(lua, -2, "REDIS_VERSION");
  lua_pushinteger(lua, VersionNumber());
  lua_setfield(lua, -2, "REDIS_VERSION_NUM");
  lua_pushvalue(lua, -1);
  lua_setglobal(lua, "server");
  lua_setglobal(lua, "redis");
}

}  // namespace kvasir
