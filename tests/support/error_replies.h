// Common error replies, as CommandTest::Run returns them.
#pragma once

#include <string>

namespace kvasir {

inline const std::string kWrongType =
    "-WRONGTYPE Operation against a key holding the wrong kind of value";
inline const std::string kNotInteger = "-ERR value is not an integer or out of range";
inline const std::string kNotFloat = "-ERR value is not a valid float";
inline const std::string kSyntax = "-ERR syntax error";

}  // namespace kvasir
