// The RDB base that a fresh redis-server 7 writes: a header, auxiliary fields, no key. It is passed
// over; an RDB that holds anything is not read here.
// Format: https://rdb.fnordig.de/file_format.html, seen with redis-server 7.0.15.
// THREAD: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "src/base/result.h"

namespace kvasir {

// An RDB without keys is shorter than this.
inline constexpr size_t kEmptyRdbBytesMax = 4096;

inline bool LooksLikeRdb(std::string_view bytes) { return bytes.starts_with("REDIS"); }

// The length of the empty RDB at the front of `bytes`. kUnsupported when it holds keys or anything
// else but auxiliary fields; kCorrupt when it is cut short or its checksum is wrong.
Result<size_t> SkipEmptyRdb(std::string_view bytes);

// CRC-64 as RDB files use it (reflected 0xad93d23594c935a9, no inversions).
uint64_t RdbCrc64(std::string_view bytes);

}  // namespace kvasir
