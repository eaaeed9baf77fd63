#include "src/scripting/bit_guard.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <lua.hpp>

namespace kvasir {
namespace {

constexpr int64_t kDigitsMax = 8;

// The argument as the library's own tobit makes it: 32 bits with a sign.
int32_t ToBit(lua_State* lua, int argument) {
  luaL_checknumber(lua, argument);
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_pushvalue(lua, argument);
  lua_call(lua, 1, 1);
  const auto bits = static_cast<int32_t>(lua_tonumber(lua, -1));
  lua_pop(lua, 1);
  return bits;
}

int ToHex(lua_State* lua) {
  auto bits = static_cast<uint32_t>(ToBit(lua, 1));
  const int64_t wanted = lua_isnone(lua, 2) ? kDigitsMax : int64_t{ToBit(lua, 2)};
  const char* digits = wanted < 0 ? "0123456789ABCDEF" : "0123456789abcdef";
  const auto count =
      static_cast<size_t>(std::min<int64_t>(wanted < 0 ? -wanted : wanted, kDigitsMax));
  std::array<char, kDigitsMax> text{};
  for (size_t i = count; i-- > 0; bits >>= 4) text[i] = digits[bits & 15];
  lua_pushlstring(lua, text.data(), count);
  return 1;
}

}  // namespace

void GuardBit(lua_State* lua) {
  lua_getglobal(lua, "bit");
  lua_getfield(lua, -1, "tobit");
  lua_pushcclosure(lua, ToHex, 1);
  lua_setfield(lua, -2, "tohex");
  lua_pop(lua, 1);
}

}  // namespace kvasir
