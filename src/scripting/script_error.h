// Errors inside the interpreter: tables {err = "CODE text", ignore_error_stats_update = true,
// source = "@user_script", line = 1}, as scripts see them from redis.pcall, and as replies are made
// of. THREAD: loop.
#pragma once

#include <string>
#include <string_view>

struct lua_State;

namespace kvasir {

// Pushes an error table. `counted`: errorstats knows it already. May raise a memory error.
void PushErrorTable(lua_State* lua, std::string_view text, bool counted);

// Pushes the table for `text` with "ERR " before it, and raises it; in Lua's own way of speaking.
[[noreturn]] void RaiseError(lua_State* lua, const char* text);

// A message handler for lua_pcall: makes a table of any error, and notes where in the script it
// happened.
int HandleScriptError(lua_State* lua);

struct ScriptError {
  std::string text;
  bool counted = false;
};
// What the error at the top of the stack says as a reply; `name` is what ran: a hash or a
// function's name.
ScriptError DescribeScriptError(lua_State* lua, std::string_view name);

}  // namespace kvasir
