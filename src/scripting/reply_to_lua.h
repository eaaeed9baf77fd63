// A command's reply as a script sees it.
// THREAD: loop.
#pragma once

#include <string_view>

struct lua_State;

namespace kvasir {

// Pushes the value of the reply whose bytes are `wire`: integers as numbers, bulk strings as
// strings, arrays as tables, null as false, a status as {ok = text}, an error as {err = text}; of
// RESP3 nil, booleans, {double = n}, {map = {}}, {set = {}}, {big_number = text},
// {verbatim_string = {format, string}}. True when it is an error. May raise a memory error.
// REQUIRES: `wire` is one whole reply of our own writer.
bool PushReply(lua_State* lua, std::string_view wire);

}  // namespace kvasir
