// The longest common subsequence of two byte strings.
// THREAD: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kvasir {

// A run of bytes that belongs to the subsequence; the ends are inclusive.
struct LcsMatch {
  size_t a_first = 0;
  size_t a_last = 0;
  size_t b_first = 0;
  size_t b_last = 0;

  size_t length() const { return a_last - a_first + 1; }
};

struct LcsResult {
  std::string bytes;
  std::vector<LcsMatch> matches;  // the last one first
};

// Bytes of the table that FindLcs works with.
uint64_t LcsTableBytes(size_t a_size, size_t b_size);

// REQUIRES: both sizes are below 2^32 - 1 and the table may be allocated.
LcsResult FindLcs(std::string_view a, std::string_view b);

}  // namespace kvasir
