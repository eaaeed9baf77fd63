// One value as DUMP replies it and RESTORE takes it: type and value as in an RDB file, the version
// (two bytes) and a CRC-64. The commands use this one header of persistence/.
// THREAD: loop.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/rdb_value_reader.h"
#include "src/base/result.h"
#include "src/store/database.h"

namespace kvasir {

// `compress` as rdbcompression says.
std::string DumpValue(const Entry& entry, bool compress);

// Whether the payload is whole and of a version that can be read.
bool IsIntactPayload(std::string_view payload);

// The value as an entry that is in no database; nothing when it makes no sense, is of a type that
// cannot be held, or is an empty collection. REQUIRES: IsIntactPayload.
EntryPtr RestoreValue(std::string_view payload, Database& database, std::string_view key,
                      const RdbKeyFacts& facts);

// The sources of libraries of functions as FUNCTION DUMP replies them and FUNCTION RESTORE takes
// them. Nothing when the payload holds anything else. REQUIRES: IsIntactPayload.
std::string DumpFunctions(std::span<const std::string> sources, bool compress);
std::optional<std::vector<std::string>> RestoreFunctions(std::string_view payload);

}  // namespace kvasir
