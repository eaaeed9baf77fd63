#include "src/scripting/struct_library.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <climits>
#include <cstdint>
#include <cstring>
#include <lua.hpp>
#include <string>

namespace kvasir {
namespace {

constexpr size_t kIntegerBytesMax = 32;
constexpr size_t kNativeAlignment = 8;

// Walks a format. No destructors in here: errors leave by longjmp.
class FormatReader {
 public:
  FormatReader(lua_State* lua, const char* format) : lua_(lua), at_(format) {}

  struct Option {
    char kind = 0;
    size_t size = 0;     // bytes; 0 for "s" and "c0"
    size_t padding = 0;  // bytes before it
  };

  // The next option that stands for bytes, `position` bytes into the data; false at the end.
  bool Next(size_t position, Option& option) {
    while (*at_ != '\0') {
      const char kind = *at_++;
      option = {kind, SizeOf(kind), 0};
      if (IsControl(kind)) continue;
      option.padding = Padding(position, option);
      return true;
    }
    return false;
  }

  bool little() const { return little_; }

 private:
  size_t Number(size_t otherwise) {
    if (isdigit(static_cast<unsigned char>(*at_)) == 0) return otherwise;
    size_t number = 0;
    while (isdigit(static_cast<unsigned char>(*at_)) != 0) {
      if (number > (INT_MAX - 9) / 10) luaL_error(lua_, "integral size overflow");
      number = number * 10 + static_cast<size_t>(*at_++ - '0');
    }
    return number;
  }

  size_t SizeOf(char kind) {
    switch (kind) {
      case 'b':
      case 'B':
      case 'x':
        return 1;
      case 'h':
      case 'H':
        return sizeof(short);
      case 'l':
      case 'L':
        return sizeof(long);
      case 'T':
        return sizeof(size_t);
      case 'f':
        return sizeof(float);
      case 'd':
        return sizeof(double);
      case 'c':
        return Number(1);
      case 'i':
      case 'I': {
        const size_t size = Number(sizeof(int));
        if (size > kIntegerBytesMax) {
          luaL_error(lua_, "integral size %d is larger than limit of %d", static_cast<int>(size),
                     static_cast<int>(kIntegerBytesMax));
        }
        return size;
      }
      default:
        return 0;
    }
  }

  // Whether it only changes how the rest is read.
  bool IsControl(char kind) {
    switch (kind) {
      case ' ':
        return true;
      case '>':
        little_ = false;
        return true;
      case '<':
        little_ = true;
        return true;
      case '!': {
        const size_t alignment = Number(kNativeAlignment);
        if (!std::has_single_bit(alignment)) {
          luaL_error(lua_, "alignment %d is not a power of 2", static_cast<int>(alignment));
        }
        alignment_ = alignment;
        return true;
      }
      default:
        if (strchr("bBxhHlLTfdciIs", kind) == nullptr) {
          luaL_argerror(lua_, 1, lua_pushfstring(lua_, "invalid format option '%c'", kind));
        }
        return false;
    }
  }

  size_t Padding(size_t position, const Option& option) const {
    if (option.size == 0 || option.kind == 'c') return 0;
    const size_t alignment = std::min(option.size, alignment_);
    return alignment > 1 ? (alignment - position % alignment) % alignment : 0;
  }

  lua_State* lua_;
  const char* at_;
  bool little_ = true;
  size_t alignment_ = 1;
};

bool IsUnsigned(char kind) { return isupper(static_cast<unsigned char>(kind)) != 0; }

uint64_t ToBits(lua_Number number) {
  constexpr lua_Number kTwo63 = 9223372036854775808.0;
  if (number >= kTwo63) return number < 2 * kTwo63 ? static_cast<uint64_t>(number) : 0;
  if (number < -kTwo63 || number != number) return uint64_t{1} << 63;
  return static_cast<uint64_t>(static_cast<int64_t>(number));
}

void AddInteger(luaL_Buffer& buffer, lua_Number number, size_t size, bool little) {
  char bytes[kIntegerBytesMax] = {};
  const uint64_t bits = ToBits(number);
  for (size_t i = 0; i < size; ++i) {
    const char byte = i < sizeof bits ? static_cast<char>(bits >> (8 * i)) : '\0';
    bytes[little ? i : size - 1 - i] = byte;
  }
  luaL_addlstring(&buffer, bytes, size);
}

void PushInteger(lua_State* lua, const char* bytes, const FormatReader::Option& option,
                 bool little) {
  uint64_t bits = 0;
  for (size_t i = 0; i < std::min(option.size, sizeof bits); ++i) {
    const char byte = bytes[little ? i : option.size - 1 - i];
    bits |= static_cast<uint64_t>(static_cast<uint8_t>(byte)) << (8 * i);
  }
  if (IsUnsigned(option.kind)) {
    lua_pushnumber(lua, static_cast<lua_Number>(bits));
    return;
  }
  if (option.size > 0 && option.size < sizeof bits) {
    const size_t unused = 64 - option.size * 8;
    bits = static_cast<uint64_t>(static_cast<int64_t>(bits << unused) >> unused);
  }
  lua_pushnumber(lua, static_cast<lua_Number>(static_cast<int64_t>(bits)));
}

template <typename Float>
void AddFloat(luaL_Buffer& buffer, lua_Number number, bool little) {
  const auto value = static_cast<Float>(number);
  char bytes[sizeof value];
  memcpy(bytes, &value, sizeof value);
  if (!little) std::reverse(bytes, bytes + sizeof value);
  luaL_addlstring(&buffer, bytes, sizeof value);
}

template <typename Float>
void PushFloat(lua_State* lua, const char* at, bool little) {
  Float value;
  char bytes[sizeof value];
  memcpy(bytes, at, sizeof value);
  if (!little) std::reverse(bytes, bytes + sizeof value);
  memcpy(&value, bytes, sizeof value);
  lua_pushnumber(lua, static_cast<lua_Number>(value));
}

// Packs the argument; returns how many bytes were added.
size_t PackOne(lua_State* lua, luaL_Buffer& buffer, const FormatReader::Option& option,
               int argument, bool little) {
  switch (option.kind) {
    case 'f':
      AddFloat<float>(buffer, luaL_checknumber(lua, argument), little);
      return option.size;
    case 'd':
      AddFloat<double>(buffer, luaL_checknumber(lua, argument), little);
      return option.size;
    case 'c':
    case 's': {
      size_t length = 0;
      const char* text = luaL_checklstring(lua, argument, &length);
      const size_t size = option.size == 0 ? length : option.size;
      // Redis's text counts from behind the argument.
      luaL_argcheck(lua, length >= size, argument + 1, "string too short");
      luaL_addlstring(&buffer, text, size);
      if (option.kind == 'c') return size;
      luaL_addchar(&buffer, '\0');
      return size + 1;
    }
    default:
      AddInteger(buffer, luaL_checknumber(lua, argument), option.size, little);
      return option.size;
  }
}

int Pack(lua_State* lua) {
  FormatReader format(lua, luaL_checkstring(lua, 1));
  // Behind the arguments: errors about those that are missing must find none.
  lua_pushnil(lua);
  luaL_Buffer buffer;
  luaL_buffinit(lua, &buffer);
  FormatReader::Option option;
  int argument = 2;
  for (size_t position = 0; format.Next(position, option);) {
    for (size_t i = 0; i < option.padding; ++i) luaL_addchar(&buffer, '\0');
    position += option.padding;
    if (option.kind == 'x') {
      luaL_addchar(&buffer, '\0');
      ++position;
    } else {
      position += PackOne(lua, buffer, option, argument++, format.little());
    }
  }
  luaL_pushresult(&buffer);
  return 1;
}

// Pushes a string of as many bytes as the number before it says, which it takes away.
size_t PushCounted(lua_State* lua, const char* at, size_t left, int& results) {
  if (results == 0 || lua_isnumber(lua, -1) == 0) {
    luaL_error(lua, "format 'c0' needs a previous size");
  }
  const lua_Number wanted = lua_tonumber(lua, -1);
  lua_pop(lua, 1);
  --results;
  luaL_argcheck(lua, wanted >= 0 && wanted <= static_cast<lua_Number>(left), 2,
                "data string too short");
  const auto size = static_cast<size_t>(wanted);
  lua_pushlstring(lua, at, size);
  return size;
}

// Returns how many bytes were used.
size_t UnpackOne(lua_State* lua, const char* at, size_t left, const FormatReader::Option& option,
                 bool little, int& results) {
  switch (option.kind) {
    case 'f':
      PushFloat<float>(lua, at, little);
      return option.size;
    case 'd':
      PushFloat<double>(lua, at, little);
      return option.size;
    case 'c':
      if (option.size == 0) return PushCounted(lua, at, left, results);
      lua_pushlstring(lua, at, option.size);
      return option.size;
    case 's': {
      const auto* end = static_cast<const char*>(memchr(at, '\0', left));
      if (end == nullptr) luaL_error(lua, "unfinished string in data");
      const auto size = static_cast<size_t>(end - at);
      lua_pushlstring(lua, at, size);
      return size + 1;
    }
    default:
      PushInteger(lua, at, option, little);
      return option.size;
  }
}

int Unpack(lua_State* lua) {
  FormatReader format(lua, luaL_checkstring(lua, 1));
  size_t size = 0;
  const char* data = luaL_checklstring(lua, 2, &size);
  const lua_Integer first = luaL_optinteger(lua, 3, 1);
  luaL_argcheck(lua, first > 0, 3, "offset must be 1 or greater");
  size_t position = static_cast<size_t>(first) - 1;
  lua_settop(lua, 2);
  FormatReader::Option option;
  int results = 0;
  while (format.Next(position, option)) {
    const size_t needed = option.padding + option.size;
    luaL_argcheck(lua, needed <= size && position <= size - needed, 2, "data string too short");
    luaL_checkstack(lua, 2, "too many results");
    position += option.padding;
    if (option.kind == 'x') {
      ++position;
      continue;
    }
    position += UnpackOne(lua, data + position, size - position, option, format.little(), results);
    ++results;
  }
  lua_pushinteger(lua, static_cast<lua_Integer>(position) + 1);
  return results + 1;
}

int Size(lua_State* lua) {
  FormatReader format(lua, luaL_checkstring(lua, 1));
  FormatReader::Option option;
  size_t position = 0;
  while (format.Next(position, option)) {
    if (option.size == 0 && option.kind == 's') {
      luaL_argerror(lua, 1, "option 's' has no fixed size");
    } else if (option.size == 0 && option.kind == 'c') {
      luaL_argerror(lua, 1, "option 'c0' has no fixed size");
    }
    position += option.padding + option.size;
  }
  lua_pushinteger(lua, static_cast<lua_Integer>(position));
  return 1;
}

}  // namespace

int OpenStruct(lua_State* lua) {
  lua_createtable(lua, 0, 3);
  lua_pushcfunction(lua, Pack);
  lua_setfield(lua, -2, "pack");
  lua_pushcfunction(lua, Unpack);
  lua_setfield(lua, -2, "unpack");
  lua_pushcfunction(lua, Size);
  lua_setfield(lua, -2, "size");
  return 1;
}

}  // namespace kvasir
