// What the bitmap commands read alike.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "src/base/number.h"
#include "src/engine/argument_reader.h"
#include "src/engine/engine.h"

namespace kvasir {

// A bit's offset, in a string that is not longer than proto-max-bulk-len. With `bits` the form
// "#3" is taken, too: the third field of so many bits.
inline uint64_t NextBitOffset(ArgumentReader& read, Call& call, int bits = 0) {
  constexpr std::string_view kError = "ERR bit offset is not an integer or out of range";
  std::string_view text = read.Next();
  if (read.failed()) return 0;
  const bool counts_fields = bits > 0 && text.starts_with('#');
  if (counts_fields) text.remove_prefix(1);
  const std::optional<int64_t> number = ParseInt64(text);
  int64_t offset = 0;
  const bool overflows =
      !number || __builtin_mul_overflow(*number, counts_fields ? bits : 1, &offset);
  if (overflows || offset < 0 ||
      static_cast<uint64_t>(offset) / 8 >= call.engine().settings().proto_max_bulk_bytes) {
    read.Fail(kError);
    return 0;
  }
  return static_cast<uint64_t>(offset);
}

}  // namespace kvasir
