// MurmurHash2 in its 64-bit form (MurmurHash64A; Austin Appleby, public domain,
// https://github.com/aappleby/smhasher/wiki/MurmurHash2). Only where a format prescribes it:
// hashes of our own are in hash.h.
// THREAD: any.
#pragma once

#include <cstdint>
#include <string_view>

namespace kvasir {

uint64_t MurmurHash64(std::string_view bytes, uint64_t seed);

}  // namespace kvasir
