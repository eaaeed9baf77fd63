// Glob patterns as Redis's KEYS, SCAN and CONFIG GET take them: * ? [a-z] [^x] and \ to escape.
// THREAD: any.
#pragma once

#include <string_view>

namespace kvasir {

// True when all of `text` matches `pattern`. Takes time in the order of the product of the two
// lengths at most, whatever the pattern.
bool GlobMatch(std::string_view pattern, std::string_view text, bool ignore_case = false);

}  // namespace kvasir
