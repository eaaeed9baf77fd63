#include <bit>
#include <climits>
#include <cstdint>
#include <lua.hpp>
#include <string_view>

#include "src/scripting/message_pack.h"

namespace kvasir {
namespace {

// No destructors in here: errors leave by longjmp.
class Unpacker {
 public:
  Unpacker(lua_State* lua, std::string_view data) : lua_(lua), data_(data) {}

  size_t left() const { return data_.size(); }

  // Pushes the next value.
  void Value() {
    luaL_checkstack(lua_, 4,
                    "too many return values at once; use unpack_one or unpack_limit "
                    "instead.");
    const auto kind = static_cast<uint8_t>(Word(1));
    if (kind <= 0x7f) {
      lua_pushnumber(lua_, kind);
    } else if (kind <= 0x8f) {
      Map(kind & 0x0f);
    } else if (kind <= 0x9f) {
      Array(kind & 0x0f);
    } else if (kind <= 0xbf) {
      Bytes(kind & 0x1f);
    } else if (kind >= 0xe0) {
      lua_pushnumber(lua_, static_cast<int8_t>(kind));
    } else {
      Marked(kind);
    }
  }

 private:
  [[noreturn]] void Missing() {
    luaL_error(lua_, "Missing bytes in input.");
    __builtin_unreachable();
  }

  uint64_t Word(size_t size) {
    if (data_.size() < size) Missing();
    uint64_t word = 0;
    for (size_t i = 0; i < size; ++i) word = word << 8 | static_cast<uint8_t>(data_[i]);
    data_.remove_prefix(size);
    return word;
  }

  void Marked(uint8_t kind) {
    switch (kind) {
      case 0xc0:
        lua_pushnil(lua_);
        break;
      case 0xc2:
      case 0xc3:
        lua_pushboolean(lua_, kind == 0xc3);
        break;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        Bytes(Word(size_t{1} << (kind - 0xc4)));
        break;
      case 0xca:
        lua_pushnumber(lua_, std::bit_cast<float>(static_cast<uint32_t>(Word(4))));
        break;
      case 0xcb:
        lua_pushnumber(lua_, std::bit_cast<double>(Word(8)));
        break;
      case 0xd9:
      case 0xda:
      case 0xdb:
        Bytes(Word(size_t{1} << (kind - 0xd9)));
        break;
      case 0xdc:
      case 0xdd:
        Array(Word(kind == 0xdc ? 2 : 4));
        break;
      case 0xde:
      case 0xdf:
        Map(Word(kind == 0xde ? 2 : 4));
        break;
      default:
        Integer(kind);
    }
  }

  void Integer(uint8_t kind) {
    if (kind >= 0xcc && kind <= 0xcf) {
      lua_pushnumber(lua_, static_cast<lua_Number>(Word(size_t{1} << (kind - 0xcc))));
    } else if (kind >= 0xd0 && kind <= 0xd3) {
      const size_t size = size_t{1} << (kind - 0xd0);
      const auto unused = static_cast<int>(64 - size * 8);
      const auto value = static_cast<int64_t>(Word(size) << unused) >> unused;
      lua_pushnumber(lua_, static_cast<lua_Number>(value));
    } else {
      luaL_error(lua_, "Bad data format in input.");
    }
  }

  void Bytes(uint64_t size) {
    if (data_.size() < size) Missing();
    lua_pushlstring(lua_, data_.data(), size);
    data_.remove_prefix(size);
  }

  // An element takes a byte at least, so a count that lies ends with the input.
  void Array(uint64_t count) {
    lua_newtable(lua_);
    for (uint64_t i = 1; i <= count; ++i) {
      lua_pushnumber(lua_, static_cast<lua_Number>(i));
      Value();
      lua_rawset(lua_, -3);
    }
  }

  void Map(uint64_t count) {
    lua_newtable(lua_);
    for (uint64_t i = 0; i < count; ++i) {
      Value();
      Value();
      lua_rawset(lua_, -3);
    }
  }

  lua_State* lua_;
  std::string_view data_;
};

// `limit` values from `offset` on, and before them where the next one begins, or -1 at the end; or
// all values and nothing else.
int Unpack(lua_State* lua, lua_Integer limit, lua_Integer offset, bool all) {
  size_t size = 0;
  const char* data = luaL_checklstring(lua, 1, &size);
  if (limit < 0 || offset < 0) {
    // It is not the limit that the text has always shown.
    return luaL_error(lua, "Invalid request to unpack with offset of %d and limit of %d.",
                      static_cast<int>(offset), static_cast<int>(size));
  }
  if (static_cast<size_t>(offset) > size) {
    return luaL_error(lua, "Start offset %d greater than input length %d.",
                      static_cast<int>(offset), static_cast<int>(size));
  }
  lua_settop(lua, 1);
  Unpacker unpacker(lua, {data + offset, size - static_cast<size_t>(offset)});
  if (!all) lua_pushnil(lua);
  for (lua_Integer i = 0; unpacker.left() > 0 && (all || i < limit); ++i) unpacker.Value();
  if (!all) {
    const size_t left = unpacker.left();
    lua_pushinteger(lua, left == 0 ? -1 : static_cast<lua_Integer>(size - left));
    lua_replace(lua, 2);
  }
  return lua_gettop(lua) - 1;
}

}  // namespace

int UnpackMessages(lua_State* lua) { return Unpack(lua, 0, 0, true); }

int UnpackOneMessage(lua_State* lua) { return Unpack(lua, 1, luaL_optinteger(lua, 2, 0), false); }

int UnpackMessagesUpTo(lua_State* lua) {
  const lua_Integer limit = luaL_checkinteger(lua, 2);
  const lua_Integer offset = luaL_optinteger(lua, 3, 0);
  return Unpack(lua, limit, offset, limit == 0 && offset == 0);
}

}  // namespace kvasir
