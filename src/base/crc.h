// CRC-32C (Castagnoli, RFC 3720 appendix B.4): the checksum of the log's batches.
// THREAD: any.
#pragma once

#include <cstdint>
#include <string_view>

namespace kvasir {

// The checksum of `bytes` continued from `crc` (0 to begin): Crc32c(Crc32c(0, a), b) is the
// checksum of a and b in a row. Uses the processor's instruction where there is one.
uint32_t Crc32c(uint32_t crc, std::string_view bytes);

// The same in plain code; for the tests and for processors without the instruction.
uint32_t Crc32cPortable(uint32_t crc, std::string_view bytes);

}  // namespace kvasir
