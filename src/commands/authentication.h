// Who a session is, as AUTH and HELLO ask it.
// THREAD: loop.
#pragma once

#include <string_view>

#include "src/engine/call.h"

namespace kvasir {

inline constexpr std::string_view kWrongPassword =
    "WRONGPASS invalid username-password pair or user is disabled.";

// Lets the session be the user when the password is one of his; else leaves it as it is, replies
// with the error and returns false. A user who needs no password may give any.
bool Authenticate(Call& call, std::string_view user, std::string_view password);

// Clients show names and library names to people and tools, so they hold only printable characters
// and no spaces.
bool IsPlainName(std::string_view name);
inline constexpr std::string_view kBadClientName =
    "ERR Client names cannot contain spaces, newlines or special characters.";

}  // namespace kvasir
