// Who this server says it is.
#pragma once

#include <string_view>

namespace kvasir {

// The Redis version whose commands and replies clients may count on: redis_version of INFO, version
// of HELLO.
inline constexpr std::string_view kRedisVersion = "7.4.0";

}  // namespace kvasir
