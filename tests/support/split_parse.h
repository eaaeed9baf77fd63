// Feeds a stream to a RequestParser in pieces, as a connection does, and writes down what comes
// out. THREAD: any.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/request_parser.h"

namespace kvasir {

struct ParsedStream {
  std::vector<std::vector<std::string>> requests;
  std::string error;     // of the protocol, which ends the stream
  bool finished = true;  // no request was begun and not ended

  bool operator==(const ParsedStream&) const = default;
};

// The stream is cut before each offset of `cuts`, which ascend. Each piece comes in memory of its
// own, so that a view that outlives its input is found by AddressSanitizer.
ParsedStream ParseInPieces(std::string_view stream, const RequestLimits& limits,
                           std::span<const size_t> cuts);

}  // namespace kvasir
