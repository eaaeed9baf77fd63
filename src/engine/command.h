// What a command is: one row with everything that is known about it without running it. COMMAND,
// arity errors, transactions, the gates, the log and the prefetcher all read the row; nothing else
// in the server knows commands by name.
// THREAD: rows are constant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace kvasir {

class Call;
class Engine;

// Runs the command: reads arguments, changes the keyspace, writes exactly one reply.
using Handler = void (*)(Call&);

// Redis's command flags, as COMMAND INFO names them, and a few of our own below.
enum CommandFlag : uint32_t {
  kWrite = 1U << 0,
  kReadOnly = 1U << 1,
  kDenyOom = 1U << 2,
  kAdmin = 1U << 3,
  kPubSub = 1U << 4,
  kNoScript = 1U << 5,
  kBlocking = 1U << 6,
  kLoading = 1U << 7,
  kStale = 1U << 8,
  kSkipMonitor = 1U << 9,
  kSkipSlowlog = 1U << 10,
  kAsking = 1U << 11,
  kFast = 1U << 12,
  kNoAuth = 1U << 13,
  kMayReplicate = 1U << 14,
  kNoAsyncLoading = 1U << 15,
  kNoMulti = 1U << 16,
  kMovableKeys = 1U << 17,
  kAllowBusy = 1U << 18,
  kNoMandatoryKeys = 1U << 19,

  // Ours, not shown to clients.
  kReadsAllKeys = 1U << 24,      // its reply depends on the keyspace as a whole (KEYS, DBSIZE, ...)
  kNotQueued = 1U << 25,         // runs at once inside MULTI (EXEC, DISCARD, WATCH, ...)
  kAllowInSubscribe = 1U << 26,  // allowed to a RESP2 client with subscriptions
  kNeedsDebugEnabled = 1U << 27,  // gated by enable-debug-command
  kRunsQueue = 1U << 28,          // its flags are also those of what the session has queued (EXEC)
  kRunsScript = 1U << 29,         // runs requests of its own, which are logged instead of it
};

// ACL categories beyond those that follow from the flags (write, read, admin, dangerous, fast,
// slow, pubsub, blocking).
enum AclCategory : uint32_t {
  kAclKeyspace = 1U << 0,
  kAclRead = 1U << 1,
  kAclWrite = 1U << 2,
  kAclSet = 1U << 3,
  kAclSortedSet = 1U << 4,
  kAclList = 1U << 5,
  kAclHash = 1U << 6,
  kAclString = 1U << 7,
  kAclBitmap = 1U << 8,
  kAclHyperLogLog = 1U << 9,
  kAclGeo = 1U << 10,
  kAclStream = 1U << 11,
  kAclPubSub = 1U << 12,
  kAclAdmin = 1U << 13,
  kAclFast = 1U << 14,
  kAclSlow = 1U << 15,
  kAclBlocking = 1U << 16,
  kAclDangerous = 1U << 17,
  kAclConnection = 1U << 18,
  kAclTransaction = 1U << 19,
  kAclScripting = 1U << 20,
};

// Where keys stand among the arguments and what happens to them: Redis's key specifications
// (https://redis.io/docs/latest/develop/reference/key-specs).
enum KeyFlag : uint16_t {
  kKeyReadOnly = 1U << 0,    // RO
  kKeyReadWrite = 1U << 1,   // RW
  kKeyOverwrite = 1U << 2,   // OW
  kKeyRemove = 1U << 3,      // RM
  kKeyAccess = 1U << 4,      // its content is returned or used
  kKeyUpdate = 1U << 5,      // its content depends on what it was
  kKeyInsert = 1U << 6,      // content is added
  kKeyDelete = 1U << 7,      // content is removed
  kKeyNotKey = 1U << 8,      // looks like a key and is none
  kKeyIncomplete = 1U << 9,  // the specification does not find all keys
  kKeyVariable = 1U << 10,   // what happens depends on other arguments
};

struct KeySpec {
  enum class Find : uint8_t { kRange, kCount };

  uint16_t flags = 0;
  int begin = 1;                  // index of the first key, or of the first argument searched
  const char* keyword = nullptr;  // when set: keys begin behind this word, searched from `begin`
  // Where the key is, when the keyword may stand among what other options take; 0: there is none.
  size_t (*search)(std::span<const std::string_view> arguments) = nullptr;
  Find find = Find::kRange;
  // kRange: last key relative to the first (negative: from the end of the arguments, -1 the last
  // one), step, and limit (0: none; n: only the first 1/n of what follows).
  int last = 0;
  int step = 1;
  int limit = 0;
  // kCount: where the number of keys stands and where the first key stands, both relative to the
  // start; `step` as above.
  int count_at = 0;
  int first_at = 1;
};

// Where a command names channels to publish to or to subscribe to.
struct ChannelSpec {
  int begin = 0;        // index of the first; 0: there are none
  bool to_end = false;  // all arguments from there on, else one
  bool is_pattern = false;
};

enum class CommandGroup : uint8_t {
  kGeneric,
  kString,
  kList,
  kSet,
  kSortedSet,
  kHash,
  kPubSub,
  kTransactions,
  kConnection,
  kServer,
  kScripting,
  kHyperLogLog,
  kGeo,
  kStream,
  kBitmap,
  kCluster,
};

struct CommandRow {
  std::string_view name;      // lower case; of a subcommand: its own word
  Handler handler = nullptr;  // nullptr for a container that only has subcommands
  int arity = 0;              // number of arguments, the name included; negative: at least
  uint32_t flags = 0;
  uint32_t categories = 0;
  std::span<const KeySpec> keys = {};
  // What happens to keys whose specification says kKeyVariable, as the other arguments decide.
  uint16_t (*key_flags)(std::span<const std::string_view> arguments) = nullptr;
  // The flags of a request whose arguments decide what it may do: a script that says so itself.
  // They count for a pause of writes, and for EXEC when it was queued; nullptr: those of the row.
  uint32_t (*request_flags)(Engine& engine, uint32_t row_flags,
                            std::span<const std::string_view> arguments) = nullptr;
  ChannelSpec channels = {};
  // The argument that names an element of the collection under argument 1, in the command's common
  // form, for fetching it ahead; 0: none.
  size_t element_at = 0;
  std::string_view since = {};
  CommandGroup group = CommandGroup::kGeneric;
  std::string_view summary = {};
  // The arguments in the notation of Redis's documentation, without the name: "key [EX seconds |
  // PX milliseconds]". COMMAND DOCS and HELP are made from it.
  std::string_view syntax = {};
  std::span<const CommandRow> subcommands = {};
};

// The common key specifications.
inline constexpr KeySpec kReadFirstKey[] = {{.flags = kKeyReadOnly | kKeyAccess}};
inline constexpr KeySpec kInspectFirstKey[] = {{.flags = kKeyReadOnly}};
inline constexpr KeySpec kReadAllArguments[] = {{.flags = kKeyReadOnly | kKeyAccess, .last = -1}};
inline constexpr KeySpec kInspectAllArguments[] = {{.flags = kKeyReadOnly, .last = -1}};
inline constexpr KeySpec kUpdateFirstKey[] = {{.flags = kKeyReadWrite | kKeyUpdate}};
inline constexpr KeySpec kReadUpdateFirstKey[] = {
    {.flags = kKeyReadWrite | kKeyAccess | kKeyUpdate}};
inline constexpr KeySpec kInsertFirstKey[] = {{.flags = kKeyReadWrite | kKeyInsert}};
inline constexpr KeySpec kOverwriteFirstKey[] = {{.flags = kKeyOverwrite | kKeyUpdate}};
inline constexpr KeySpec kRemoveFirstKey[] = {{.flags = kKeyRemove | kKeyDelete}};
inline constexpr KeySpec kRemoveAllArguments[] = {{.flags = kKeyRemove | kKeyDelete, .last = -1}};

}  // namespace kvasir
