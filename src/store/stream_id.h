// The ids of a stream's entries: milliseconds and a number within the millisecond, written
// "1526919030474-55" (https://redis.io/docs/latest/develop/data-types/streams/#entry-ids).
// THREAD: any.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "src/base/number.h"

namespace kvasir {

struct StreamId {
  uint64_t ms = 0;
  uint64_t sequence = 0;

  friend auto operator<=>(const StreamId&, const StreamId&) = default;
  bool is_zero() const { return ms == 0 && sequence == 0; }
};

inline constexpr StreamId kStreamIdMin = {0, 0};
inline constexpr StreamId kStreamIdMax = {UINT64_MAX, UINT64_MAX};

// The id that follows or precedes; nothing beyond the greatest and the least.
std::optional<StreamId> NextStreamId(StreamId id);
std::optional<StreamId> PreviousStreamId(StreamId id);

using StreamIdText = std::array<char, 2 * kInt64TextMax + 1>;
// LIFETIME: of `scratch`.
std::string_view FormatStreamId(StreamId id, StreamIdText& scratch);

// One of its two numbers; takes what strtoull does, but nothing negative.
std::optional<uint64_t> ParseStreamNumber(std::string_view text);
// "5-1", or "5" with `missing_sequence` behind it.
std::optional<StreamId> ParseStreamId(std::string_view text, uint64_t missing_sequence);

// Sixteen bytes, big endian, so that they sort as the ids do: how ids stand in RDB.
inline constexpr size_t kStreamIdBytes = 16;
std::array<char, kStreamIdBytes> EncodeStreamId(StreamId id);
// REQUIRES: `bytes` has kStreamIdBytes.
StreamId DecodeStreamId(std::string_view bytes);

}  // namespace kvasir
