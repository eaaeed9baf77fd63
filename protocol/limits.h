// What the wire may ask for. Names and defaults are Redis's.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kvasir {

// An inline request and each header line ("*3", "$17") must end within this many bytes.
inline constexpr size_t kLineBytesMax = 64 * 1024;

// A bulk argument of at least this size is received into a buffer of its own.
inline constexpr size_t kLargeArgumentBytes = 32 * 1024;

struct RequestLimits {
  int64_t bulk_bytes_max = 512LL * 1024 * 1024;  // proto-max-bulk-len
  int64_t arguments_max = INT32_MAX;
  bool authenticated = true;  // decides only how a passed limit is called
};

// What a client may send before it has said its password.
inline constexpr RequestLimits kUnauthenticatedLimits = {16384, 10, false};

}  // namespace kvasir
