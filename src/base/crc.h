// CRC-32C (Castagnoli, RFC 3720 appendix B.4): the checksum of the log's batches. CRC-64: that of
// RDB files.
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

// CRC-64 as Redis uses it (D. Jones's polynomial 0xad93d23594c935a9, reflected, no inversions),
// continued from `crc` (0 to begin). Of "123456789": 0xe9c6d914c4b8d9ca.
uint64_t Crc64(uint64_t crc, std::string_view bytes);

}  // namespace kvasir
