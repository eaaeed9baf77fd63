// Small text helpers that the rooms share. Case means ASCII case, as everywhere in the protocol.
// THREAD: any.
#pragma once

#include <string>
#include <string_view>

namespace kvasir {

bool EqualsIgnoreCase(std::string_view a, std::string_view b);
std::string ToLower(std::string_view text);
std::string ToUpper(std::string_view text);

// `bytes` between double quotes, with everything unprintable escaped as \xHH: how MONITOR, the
// log messages and CONFIG REWRITE show arbitrary bytes.
std::string QuoteBytes(std::string_view bytes);

}  // namespace kvasir
