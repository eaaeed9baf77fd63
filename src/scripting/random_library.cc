#include "src/scripting/random_library.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <lua.hpp>

namespace kvasir {
namespace {

// State of the generator that POSIX calls lrand48; kept in an upvalue, one per interpreter.
struct RandomState {
  uint16_t words[3] = {0x330E, 0xABCD, 0x1234};
};

RandomState& StateOf(lua_State* lua) {
  return *static_cast<RandomState*>(lua_touserdata(lua, lua_upvalueindex(1)));
}

int Random(lua_State* lua) {
  const auto drawn = static_cast<lua_Number>(nrand48(StateOf(lua).words) % INT32_MAX);
  const lua_Number share = drawn / static_cast<lua_Number>(INT32_MAX);
  switch (lua_gettop(lua)) {
    case 0:
      lua_pushnumber(lua, share);
      break;
    case 1: {
      const int high = luaL_checkint(lua, 1);
      luaL_argcheck(lua, 1 <= high, 1, "interval is empty");
      lua_pushnumber(lua, std::floor(share * high) + 1);
      break;
    }
    case 2: {
      const int low = luaL_checkint(lua, 1);
      const int high = luaL_checkint(lua, 2);
      luaL_argcheck(lua, low <= high, 2, "interval is empty");
      const lua_Number count = static_cast<lua_Number>(high) - low + 1;
      lua_pushnumber(lua, std::floor(share * count) + low);
      break;
    }
    default:
      return luaL_error(lua, "wrong number of arguments");
  }
  return 1;
}

int RandomSeed(lua_State* lua) {
  const auto seed = static_cast<uint32_t>(luaL_checkint(lua, 1));
  RandomState& state = StateOf(lua);
  state.words[0] = 0x330E;
  state.words[1] = static_cast<uint16_t>(seed);
  state.words[2] = static_cast<uint16_t>(seed >> 16);
  return 0;
}

}  // namespace

void ReplaceRandom(lua_State* lua) {
  lua_getglobal(lua, "math");
  auto* state = static_cast<RandomState*>(lua_newuserdata(lua, sizeof(RandomState)));
  *state = RandomState();
  lua_pushvalue(lua, -1);
  lua_pushcclosure(lua, Random, 1);
  lua_setfield(lua, -3, "random");
  lua_pushcclosure(lua, RandomSeed, 1);
  lua_setfield(lua, -2, "randomseed");
  lua_pop(lua, 1);
}

}  // namespace kvasir
