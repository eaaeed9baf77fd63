#include "src/scripting/message_pack.h"

#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <lua.hpp>
#include <string>
#include <string_view>

namespace kvasir {
namespace {

// Tables within tables; what lies deeper becomes nil.
constexpr int kNestingMax = 16;
constexpr size_t kPackedBytesMax = size_t{512} << 20;
// Tables that hold each other many times over would take for ever.
constexpr size_t kPackedValuesMax = size_t{32} << 20;

// The bytes are kept between calls: an error of the interpreter leaves no chance to free them.
class Packer {
 public:
  explicit Packer(lua_State* lua) : lua_(lua), out_(Buffer()) { out_.clear(); }

  std::string_view packed() const { return out_; }
  bool too_large() const { return out_.size() > kPackedBytesMax || values_ > kPackedValuesMax; }

  // Adds the value at the top and pops it.
  void Value(int depth) {
    ++values_;
    switch (lua_type(lua_, -1)) {
      case LUA_TSTRING:
        String();
        break;
      case LUA_TBOOLEAN:
        Byte(lua_toboolean(lua_, -1) != 0 ? 0xc3 : 0xc2);
        break;
      case LUA_TNUMBER:
        Number(lua_tonumber(lua_, -1));
        break;
      case LUA_TTABLE:
        if (depth == kNestingMax || lua_checkstack(lua_, 4) == 0) {
          Byte(0xc0);
        } else {
          Table(depth);
        }
        break;
      default:
        Byte(0xc0);
    }
    lua_pop(lua_, 1);
  }

  // Frees what one large value has left behind.
  static void Trim() {
    constexpr size_t kKeptBytes = 64 * 1024;
    if (Buffer().capacity() > kKeptBytes) std::string().swap(Buffer());
  }

 private:
  static std::string& Buffer() {
    thread_local std::string buffer;
    return buffer;
  }

  void Byte(unsigned byte) { out_ += static_cast<char>(byte); }

  template <std::unsigned_integral Word>
  void Put(unsigned kind, Word word) {
    Byte(kind);
    for (size_t i = sizeof word; i-- > 0;) Byte(static_cast<unsigned>(word >> (8 * i)) & 0xff);
  }

  void String() {
    size_t size = 0;
    const char* bytes = lua_tolstring(lua_, -1, &size);
    if (size <= 31) {
      Byte(0xa0 | static_cast<unsigned>(size));
    } else if (size <= 0xff) {
      Put(0xd9, static_cast<uint8_t>(size));
    } else if (size <= 0xffff) {
      Put(0xda, static_cast<uint16_t>(size));
    } else {
      Put(0xdb, static_cast<uint32_t>(size));
    }
    out_.append(bytes, size);
  }

  void Number(double number) {
    constexpr double kTwo63 = 9223372036854775808.0;
    const bool whole = number >= -kTwo63 && number < kTwo63 && std::trunc(number) == number;
    if (whole) {
      Integer(static_cast<int64_t>(number));
    } else if (const auto narrow = static_cast<float>(number);
               static_cast<double>(narrow) == number) {
      Put(0xca, std::bit_cast<uint32_t>(narrow));
    } else {
      Put(0xcb, std::bit_cast<uint64_t>(number));
    }
  }

  void Integer(int64_t value) {
    const auto bits = static_cast<uint64_t>(value);
    if (value >= -32 && value <= 127) {
      Byte(static_cast<unsigned>(bits & 0xff));
    } else if (value >= 0) {
      if (value <= 0xff) {
        Put(0xcc, static_cast<uint8_t>(bits));
      } else if (value <= 0xffff) {
        Put(0xcd, static_cast<uint16_t>(bits));
      } else if (value <= 0xffffffffLL) {
        Put(0xce, static_cast<uint32_t>(bits));
      } else {
        Put(0xcf, bits);
      }
    } else if (value >= INT8_MIN) {
      Put(0xd0, static_cast<uint8_t>(bits));
    } else if (value >= INT16_MIN) {
      Put(0xd1, static_cast<uint16_t>(bits));
    } else if (value >= INT32_MIN) {
      Put(0xd2, static_cast<uint32_t>(bits));
    } else {
      Put(0xd3, bits);
    }
  }

  void Header(size_t count, unsigned small, unsigned medium) {
    if (count <= 15) {
      Byte(small | static_cast<unsigned>(count));
    } else if (count <= 0xffff) {
      Put(medium, static_cast<uint16_t>(count));
    } else {
      Put(medium + 1, static_cast<uint32_t>(count));
    }
  }

  // Whether the table's keys are 1 to n; and n, or how many there are.
  bool IsArray(size_t& count) {
    double largest = 0;
    bool array = true;
    count = 0;
    lua_pushnil(lua_);
    while (lua_next(lua_, -2) != 0) {
      lua_pop(lua_, 1);
      ++count;
      const double key = lua_type(lua_, -1) == LUA_TNUMBER ? lua_tonumber(lua_, -1) : 0;
      if (key <= 0 || std::trunc(key) != key) array = false;
      if (key > largest) largest = key;
    }
    return array && largest == static_cast<double>(count);
  }

  void Table(int depth) {
    size_t count = 0;
    if (IsArray(count)) {
      Header(count, 0x90, 0xdc);
      for (size_t i = 1; i <= count && !too_large(); ++i) {
        lua_rawgeti(lua_, -1, static_cast<int>(i));
        Value(depth + 1);
      }
      return;
    }
    Header(count, 0x80, 0xde);
    lua_pushnil(lua_);
    while (lua_next(lua_, -2) != 0) {
      lua_pushvalue(lua_, -2);
      Value(depth + 1);
      Value(depth + 1);
      if (!too_large()) continue;
      lua_pop(lua_, 1);
      return;
    }
  }

  lua_State* lua_;
  std::string& out_;
  size_t values_ = 0;
};

}  // namespace

int PackMessages(lua_State* lua) {
  const int count = lua_gettop(lua);
  if (count == 0) return luaL_argerror(lua, 0, "MessagePack pack needs input.");
  luaL_checkstack(lua, 1, "Too many arguments for MessagePack pack.");
  Packer packer(lua);
  for (int i = 1; i <= count && !packer.too_large(); ++i) {
    lua_pushvalue(lua, i);
    packer.Value(0);
  }
  const bool too_large = packer.too_large();
  if (!too_large) lua_pushlstring(lua, packer.packed().data(), packer.packed().size());
  Packer::Trim();
  return too_large ? luaL_error(lua, "MessagePack pack: too large") : 1;
}

int OpenMessagePack(lua_State* lua) {
  lua_createtable(lua, 0, 8);
  const luaL_Reg functions[] = {{"pack", PackMessages},
                                {"unpack", UnpackMessages},
                                {"unpack_one", UnpackOneMessage},
                                {"unpack_limit", UnpackMessagesUpTo}};
  for (const luaL_Reg& function : functions) {
    lua_pushcfunction(lua, function.func);
    lua_setfield(lua, -2, function.name);
  }
  lua_pushliteral(lua, "cmsgpack");
  lua_setfield(lua, -2, "_NAME");
  lua_pushliteral(lua, "lua-cmsgpack 0.4.0");
  lua_setfield(lua, -2, "_VERSION");
  lua_pushliteral(lua, "MessagePack C implementation for Lua");
  lua_setfield(lua, -2, "_DESCRIPTION");
  return 1;
}

}  // namespace kvasir
