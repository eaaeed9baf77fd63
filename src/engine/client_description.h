// A client as CLIENT LIST and CLIENT INFO show it.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "src/engine/session.h"

namespace kvasir {

// The letters of the flags field that this server knows, used or not.
inline constexpr std::string_view kClientFlagLetters = "ASMOPxbdcurUtTRBEeIN";

// "N" when there is nothing to say.
std::string ClientFlags(const Session& session, const ConnectionFacts& facts);

// The address without its port.
std::string_view AddressHost(std::string_view address);

// One line of "name=value" fields, with a line feed. `running` is the command that the session is
// executing now, or nullptr.
std::string DescribeClient(const Session& session, const Command* running, int64_t now_ms);

}  // namespace kvasir
