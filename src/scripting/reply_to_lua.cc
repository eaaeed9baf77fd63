#include "src/scripting/reply_to_lua.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <lua.hpp>

#include "src/scripting/script_error.h"

namespace kvasir {
namespace {

// No destructors in here: a memory error leaves by longjmp.
class ReplyParser {
 public:
  ReplyParser(lua_State* lua, const char* at) : lua_(lua), at_(at) {}

  void Push() {
    luaL_checkstack(lua_, 4, "reply is nested too deep");
    const char kind = *at_++;
    switch (kind) {
      case '$':
        PushBulk();
        break;
      case ':':
        lua_pushnumber(lua_, static_cast<lua_Number>(Number()));
        break;
      case '+':
        PushStatus("ok");
        break;
      case '-':
        PushErrorTable(lua_, Line(), true);
        break;
      case '*':
        PushArray();
        break;
      default:
        PushResp3(kind);
    }
  }

 private:
  std::string_view Line() {
    const auto* end = static_cast<const char*>(rawmemchr(at_, '\r'));
    const std::string_view line(at_, static_cast<size_t>(end - at_));
    at_ = end + 2;
    return line;
  }

  int64_t Number() {
    const bool negative = *at_ == '-';
    if (negative) ++at_;
    uint64_t value = 0;
    while (*at_ != '\r') value = value * 10 + static_cast<uint64_t>(*at_++ - '0');
    at_ += 2;
    return static_cast<int64_t>(negative ? 0 - value : value);
  }

  std::string_view Bytes(size_t size) {
    const std::string_view bytes(at_, size);
    at_ += size + 2;
    return bytes;
  }

  void PushText(std::string_view text) { lua_pushlstring(lua_, text.data(), text.size()); }

  void PushBulk() {
    const int64_t size = Number();
    if (size < 0) {
      lua_pushboolean(lua_, 0);
    } else {
      PushText(Bytes(static_cast<size_t>(size)));
    }
  }

  void PushStatus(const char* name) {
    lua_createtable(lua_, 0, 1);
    PushText(Line());
    lua_setfield(lua_, -2, name);
  }

  void PushArray() {
    const int64_t count = Number();
    if (count < 0) {
      lua_pushboolean(lua_, 0);
      return;
    }
    lua_createtable(lua_, static_cast<int>(count), 0);
    for (int i = 1; i <= count; ++i) {
      Push();
      lua_rawseti(lua_, -2, i);
    }
  }

  void PushResp3(char kind) {
    switch (kind) {
      case '_':
        at_ += 2;
        lua_pushnil(lua_);
        break;
      case '#':
        lua_pushboolean(lua_, *at_ == 't');
        at_ += 3;
        break;
      case ',':
        PushDouble();
        break;
      case '%':
        PushMap();
        break;
      case '~':
        PushSet();
        break;
      case '(':
        PushStatus("big_number");
        break;
      case '=':
        PushVerbatim();
        break;
      case '|':
        SkipAttribute();
        break;
      default:
        PushArray();  // '>'
    }
  }

  void PushDouble() {
    char* end = nullptr;
    const double value = strtod(at_, &end);
    at_ = end + 2;
    lua_createtable(lua_, 0, 1);
    lua_pushnumber(lua_, value);
    lua_setfield(lua_, -2, "double");
  }

  void PushMap() {
    const int64_t pairs = Number();
    lua_createtable(lua_, 0, 1);
    lua_createtable(lua_, 0, static_cast<int>(pairs));
    for (int64_t i = 0; i < pairs; ++i) {
      Push();
      Push();
      lua_rawset(lua_, -3);
    }
    lua_setfield(lua_, -2, "map");
  }

  void PushSet() {
    const int64_t count = Number();
    lua_createtable(lua_, 0, 1);
    lua_createtable(lua_, 0, static_cast<int>(count));
    for (int64_t i = 0; i < count; ++i) {
      Push();
      lua_pushboolean(lua_, 1);
      lua_rawset(lua_, -3);
    }
    lua_setfield(lua_, -2, "set");
  }

  void PushVerbatim() {
    const std::string_view bytes = Bytes(static_cast<size_t>(Number()));
    lua_createtable(lua_, 0, 1);
    lua_createtable(lua_, 0, 2);
    PushText(bytes.substr(4));
    lua_setfield(lua_, -2, "string");
    PushText(bytes.substr(0, 3));
    lua_setfield(lua_, -2, "format");
    lua_setfield(lua_, -2, "verbatim_string");
  }

  void SkipAttribute() {
    const int64_t pairs = Number();
    for (int64_t i = 0; i < pairs * 2; ++i) {
      Push();
      lua_pop(lua_, 1);
    }
    Push();
  }

  lua_State* lua_;
  const char* at_;
};

}  // namespace

bool PushReply(lua_State* lua, std::string_view wire) {
  ReplyParser(lua, wire.data()).Push();
  return wire[0] == '-';
}

}  // namespace kvasir
