// Fingerprints of the dataset: the SHA-1 sums of Redis's DEBUG DIGEST and DEBUG DIGEST-VALUE, so
// that a dataset can be compared across servers and across a restart (D8).
// THREAD: loop.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "src/store/keyspace.h"

namespace kvasir {

using DatasetDigest = std::array<uint8_t, 20>;

// Which deadlines go in, and how much of a stream. Redis only mixes in that there is a deadline,
// and of a stream the entries: kPresence. kExact takes all that a replay brings back.
enum class DigestDeadlines : uint8_t { kPresence, kExact };

// All zeros for an empty keyspace. Does not depend on the order of keys.
DatasetDigest DigestKeyspace(const Keyspace& keyspace,
                             DigestDeadlines deadlines = DigestDeadlines::kPresence);
DatasetDigest DigestValue(const Entry& entry,
                          DigestDeadlines deadlines = DigestDeadlines::kPresence);

std::string DigestToHex(const DatasetDigest& digest);

}  // namespace kvasir
