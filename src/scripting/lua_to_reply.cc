#include "src/scripting/lua_to_reply.h"

#include <array>
#include <cstring>
#include <lua.hpp>
#include <utility>

#include "src/engine/engine.h"

namespace kvasir {
namespace {

constexpr std::string_view kTooDeep = "ERR reached lua stack limit";

std::string_view TextAt(lua_State* lua, int index) {
  size_t size = 0;
  const char* text = lua_tolstring(lua, index, &size);
  return {text, size};
}

// As a cast gives it for what fits; all else becomes one and the same number.
int64_t ToInteger(lua_Number number) {
  constexpr lua_Number kLimit = 9223372036854775808.0;
  const bool fits = number >= -kLimit && number < kLimit;
  return fits ? static_cast<int64_t>(number) : INT64_MIN;
}

std::string OneLine(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (c == '\r' || c == '\n') c = ' ';
  }
  return line;
}

// Writes to a buffer of its own, which is dropped when it grows too large.
class TableWriter {
 public:
  TableWriter(lua_State* lua, Call& call, bool script_resp3, OutputBuffer& out)
      : lua_(lua),
        call_(call),
        script_resp3_(script_resp3),
        reply_(out, call.reply.resp3() ? 3 : 2) {}

  bool too_large() const { return too_large_; }

  // Writes the value at the top and pops it.
  void Value() {
    if (reply_.out().size() > kScriptReplyBytesMax) too_large_ = true;
    if (too_large_) {
      lua_pop(lua_, 1);
      return;
    }
    switch (lua_type(lua_, -1)) {
      case LUA_TSTRING:
        reply_.Bulk(TextAt(lua_, -1));
        break;
      case LUA_TNUMBER:
        reply_.Integer(ToInteger(lua_tonumber(lua_, -1)));
        break;
      case LUA_TBOOLEAN:
        Boolean(lua_toboolean(lua_, -1) != 0);
        break;
      case LUA_TTABLE:
        // The most that a map needs.
        if (lua_checkstack(lua_, 5) == 0) {
          reply_.Error(kTooDeep);
        } else {
          Table();
        }
        break;
      default:
        reply_.Null();
    }
    lua_pop(lua_, 1);
  }

 private:
  void Boolean(bool value) {
    if (script_resp3_) {
      reply_.Boolean(value);
    } else if (value) {
      reply_.Integer(1);
    } else {
      reply_.Null();
    }
  }

  // Pushes a field of the table at the top when it is of `type`.
  bool Field(const char* name, int type) {
    lua_pushstring(lua_, name);
    lua_rawget(lua_, -2);
    const int found = lua_type(lua_, -1);
    if (found == type) return true;
    lua_pop(lua_, 1);
    return false;
  }

  void Table() {
    if (Field("err", LUA_TSTRING)) {
      lua_pop(lua_, 1);
      Error();
    } else if (Field("ok", LUA_TSTRING)) {
      reply_.Status(OneLine(TextAt(lua_, -1)));
      lua_pop(lua_, 1);
    } else if (Field("double", LUA_TNUMBER)) {
      reply_.Double(lua_tonumber(lua_, -1));
      lua_pop(lua_, 1);
    } else if (Field("map", LUA_TTABLE)) {
      Map();
    } else if (Field("set", LUA_TTABLE)) {
      Set();
    } else if (Field("big_number", LUA_TSTRING)) {
      reply_.BigNumber(OneLine(TextAt(lua_, -1)));
      lua_pop(lua_, 1);
    } else if (!Field("verbatim_string", LUA_TTABLE) || !Verbatim()) {
      Array();
    }
  }

  void Error() {
    lua_pushliteral(lua_, "err");
    lua_rawget(lua_, -2);
    const std::string text(TextAt(lua_, -1));
    lua_pop(lua_, 1);
    lua_pushliteral(lua_, "ignore_error_stats_update");
    lua_rawget(lua_, -2);
    const bool counted = lua_toboolean(lua_, -1) != 0;
    lua_pop(lua_, 1);
    if (!counted) call_.engine().CountError(text);
    reply_.Error(text);
  }

  size_t CountPairs() {
    size_t pairs = 0;
    lua_pushnil(lua_);
    while (lua_next(lua_, -2) != 0) {
      lua_pop(lua_, 1);
      ++pairs;
    }
    return pairs;
  }

  void Map() {
    reply_.Map(CountPairs());
    lua_pushnil(lua_);
    while (lua_next(lua_, -2) != 0) {
      lua_pushvalue(lua_, -2);
      Value();
      Value();
    }
    lua_pop(lua_, 1);
  }

  void Set() {
    reply_.Set(CountPairs());
    lua_pushnil(lua_);
    while (lua_next(lua_, -2) != 0) {
      lua_pop(lua_, 1);
      lua_pushvalue(lua_, -1);
      Value();
    }
    lua_pop(lua_, 1);
  }

  // False when it has not what such a string needs; the field is popped either way.
  bool Verbatim() {
    lua_pushliteral(lua_, "format");
    lua_rawget(lua_, -2);
    lua_pushliteral(lua_, "string");
    lua_rawget(lua_, -3);
    const bool whole = lua_type(lua_, -1) == LUA_TSTRING && lua_type(lua_, -2) == LUA_TSTRING;
    if (whole) {
      std::array<char, 3> format = {' ', ' ', ' '};
      const std::string_view given = TextAt(lua_, -2).substr(0, format.size());
      given.copy(format.data(), given.size());
      reply_.Verbatim({format.data(), format.size()}, TextAt(lua_, -1));
    }
    lua_pop(lua_, 3);
    return whole;
  }

  void Array() {
    int count = 0;
    for (;; ++count) {
      lua_rawgeti(lua_, -1, count + 1);
      const bool end = lua_isnil(lua_, -1);
      lua_pop(lua_, 1);
      if (end) break;
    }
    reply_.Array(static_cast<size_t>(count));
    for (int i = 1; i <= count && !too_large_; ++i) {
      lua_rawgeti(lua_, -1, i);
      Value();
    }
  }

  lua_State* lua_;
  Call& call_;
  bool script_resp3_;
  ReplyWriter reply_;
  bool too_large_ = false;
};

// A small reply is copied, so that many of them share a chunk.
void MoveReply(OutputBuffer& from, OutputBuffer& to) {
  constexpr size_t kCopiedMax = 4096;
  if (from.size() > kCopiedMax) {
    to.AppendBuffer(std::move(from));
    return;
  }
  std::array<std::string_view, 4> pieces;
  const size_t count = from.Gather(pieces);
  for (size_t i = 0; i < count; ++i) to.Append(pieces[i]);
  from.Clear();
}

// The commonest table, that of a command's "OK", without a detour. False, with the table still at
// the top, when it is another.
bool WriteStatus(lua_State* lua, ReplyWriter& reply) {
  if (lua_checkstack(lua, 2) == 0) return false;
  lua_pushliteral(lua, "ok");
  lua_rawget(lua, -2);
  lua_pushliteral(lua, "err");
  lua_rawget(lua, -3);
  size_t size = 0;
  const char* text = lua_type(lua, -2) == LUA_TSTRING ? lua_tolstring(lua, -2, &size) : nullptr;
  const bool plain =
      text != nullptr && lua_isnil(lua, -1) && size == 2 && memcmp(text, "OK", 2) == 0;
  if (plain) reply.Ok();
  lua_pop(lua, plain ? 3 : 2);
  return plain;
}

// An error at the top, which is the command's own failure; else as WriteStatus.
bool WriteError(lua_State* lua, Call& call) {
  if (lua_checkstack(lua, 2) == 0) return false;
  lua_pushliteral(lua, "err");
  lua_rawget(lua, -2);
  if (lua_type(lua, -1) != LUA_TSTRING) {
    lua_pop(lua, 1);
    return false;
  }
  lua_pushliteral(lua, "ignore_error_stats_update");
  lua_rawget(lua, -3);
  if (lua_toboolean(lua, -1) != 0) {
    call.ErrorUncounted(TextAt(lua, -2));
  } else {
    call.Error(TextAt(lua, -2));
  }
  lua_pop(lua, 3);
  return true;
}

}  // namespace

void WriteScriptReply(lua_State* lua, Call& call, bool script_resp3, OutputBuffer& scratch) {
  switch (lua_type(lua, -1)) {
    case LUA_TSTRING:
      call.reply.Bulk(TextAt(lua, -1));
      break;
    case LUA_TNUMBER:
      call.reply.Integer(ToInteger(lua_tonumber(lua, -1)));
      break;
    case LUA_TTABLE: {
      if (WriteStatus(lua, call.reply) || WriteError(lua, call)) return;
      scratch.Clear();
      TableWriter writer(lua, call, script_resp3, scratch);
      writer.Value();
      if (writer.too_large()) {
        scratch.Clear();
        call.Error("ERR the script's reply is too large");
      } else {
        MoveReply(scratch, call.reply.out());
      }
      return;
    }
    case LUA_TBOOLEAN:
      if (script_resp3) {
        call.reply.Boolean(lua_toboolean(lua, -1) != 0);
        break;
      }
      if (lua_toboolean(lua, -1) != 0) {
        call.reply.Integer(1);
        break;
      }
      [[fallthrough]];
    default:
      call.reply.Null();
  }
  lua_pop(lua, 1);
}

}  // namespace kvasir
