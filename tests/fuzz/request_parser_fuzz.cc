// However a stream is cut, the parser reads the same requests from it and finds the same error.
//
// The first byte of the input chooses the limits, the second where to cut; the rest is the stream.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/request_parser.h"
#include "tests/support/split_parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Beyond a line's limit the answer depends on the cuts: a line may be over before its end comes.
  if (size < 2 || size > kvasir::kLineBytesMax) return 0;
  kvasir::RequestLimits limits;
  if ((data[0] & 1) != 0) limits = kvasir::kUnauthenticatedLimits;
  if ((data[0] & 2) != 0) limits.bulk_bytes_max = 40'000;
  if ((data[0] & 4) != 0) limits.arguments_max = 3;
  const std::string_view stream(reinterpret_cast<const char*>(data + 2), size - 2);

  const kvasir::ParsedStream whole = kvasir::ParseInPieces(stream, limits, {});
  std::minstd_rand random(data[1]);
  std::vector<size_t> cuts;
  // Not too many: each copies the unfinished request, as on a connection.
  constexpr size_t kCuts = 300;
  const size_t step_max = std::max(size_t{1} << (data[1] & 15), stream.size() / kCuts);
  for (size_t at = random() % step_max; at < stream.size(); at += 1 + random() % step_max) {
    cuts.push_back(at);
  }
  if (kvasir::ParseInPieces(stream, limits, cuts) != whole) abort();
  return 0;
}
