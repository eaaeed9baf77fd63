// The types of the settings that are more than a number, a switch or a text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/store/eviction_policy.h"

namespace kvasir {

inline constexpr uint64_t kMebibyte = 1024 * 1024;

// The enumerators stand in the order of their names in directive_table.cc.
enum class FsyncPolicy : uint8_t { kEverySecond, kAlways, kNo };
enum class LogLevel : uint8_t { kDebug, kVerbose, kNotice, kWarning, kNothing };
enum class Supervision : uint8_t { kUpstart, kSystemd, kAuto, kNo };
// Who may use a dangerous command: nobody, everybody, or clients on this machine.
enum class AccessLevel : uint8_t { kNo, kYes, kLocal };
// A snapshot is due after `seconds` when at least `changes` writes happened in them.
struct SavePoint {
  int64_t seconds = 0;
  int64_t changes = 0;
  bool operator==(const SavePoint&) const = default;
};

// A number of bytes, or a share of maxmemory.
struct MemoryShare {
  uint64_t value = 0;  // bytes, or percent from 0 to 100
  bool is_percent = false;
  bool operator==(const MemoryShare&) const = default;
};

// A client is closed past the hard limit at once, and past the soft one after some seconds in a
// row; 0 is no limit.
struct OutputBufferLimit {
  uint64_t hard_bytes = 0;
  uint64_t soft_bytes = 0;
  int64_t soft_seconds = 0;
  bool operator==(const OutputBufferLimit&) const = default;
};

enum class ClientClass : uint8_t { kNormal, kReplica, kPubsub };
inline constexpr size_t kClientClasses = 3;

struct OutputBufferLimits {
  // By ClientClass.
  std::array<OutputBufferLimit, kClientClasses> limits = {
      {{}, {256 * kMebibyte, 64 * kMebibyte, 60}, {32 * kMebibyte, 8 * kMebibyte, 60}}};
  const OutputBufferLimit& operator[](ClientClass client_class) const {
    return limits[static_cast<size_t>(client_class)];
  }
  bool operator==(const OutputBufferLimits&) const = default;
};

// The rules of a user by name, as a `user` line has them.
struct UserLine {
  std::string name;
  std::vector<std::string> rules;
  bool operator==(const UserLine&) const = default;
};
// What new users may do with channels.
enum class AclPubSubDefault : uint8_t { kAllChannels, kResetChannels };

// The events of notify-keyspace-events, one bit each; the comment is their letter.
inline constexpr uint32_t kNotifyGeneric = 1 << 0;     // g
inline constexpr uint32_t kNotifyString = 1 << 1;      // $
inline constexpr uint32_t kNotifyList = 1 << 2;        // l
inline constexpr uint32_t kNotifySet = 1 << 3;         // s
inline constexpr uint32_t kNotifyHash = 1 << 4;        // h
inline constexpr uint32_t kNotifySortedSet = 1 << 5;   // z
inline constexpr uint32_t kNotifyExpired = 1 << 6;     // x
inline constexpr uint32_t kNotifyEvicted = 1 << 7;     // e
inline constexpr uint32_t kNotifyStream = 1 << 8;      // t
inline constexpr uint32_t kNotifyModule = 1 << 9;      // d
inline constexpr uint32_t kNotifyAll = (1 << 10) - 1;  // A: all of the above
inline constexpr uint32_t kNotifyNewKey = 1 << 10;     // n
inline constexpr uint32_t kNotifyKeyspace = 1 << 11;   // K: on the channel of the key
inline constexpr uint32_t kNotifyKeyevent = 1 << 12;   // E: on the channel of the event
inline constexpr uint32_t kNotifyKeyMiss = 1 << 13;    // m

// The bits of letters like "KEA"; nothing when one of them is unknown.
std::optional<uint32_t> ParseNotifyEvents(std::string_view letters);
// The letters of the bits, 'A' for all types, in the order in which Redis writes them.
std::string FormatNotifyEvents(uint32_t bits);

}  // namespace kvasir
