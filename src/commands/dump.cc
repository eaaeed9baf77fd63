// Values as bytes that other servers of this protocol take: DUMP and RESTORE.
#include <string>

#include "persistence/rdb_payload.h"
#include "src/commands/families.h"
#include "src/engine/argument_reader.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

void CmdDump(Call& call) {
  const Entry* entry = call.database().Read(call.KeyAt(1));
  if (entry == nullptr) {
    call.reply.Null();
    return;
  }
  call.reply.Bulk(DumpValue(*entry, call.engine().settings().rdbcompression));
}

struct RestoreRequest {
  bool replace = false;
  bool absolute = false;
  RdbKeyFacts facts;
};

RestoreRequest ReadOptions(ArgumentReader& read) {
  constexpr int64_t kFrequencyMax = 255;
  RestoreRequest request;
  RdbKeyFacts& facts = request.facts;
  while (!read.AtEnd()) {
    if (read.TakeWord("REPLACE")) {
      request.replace = true;
    } else if (read.TakeWord("ABSTTL")) {
      request.absolute = true;
    } else if (!facts.frequency && read.TakeOption("IDLETIME", 1)) {
      const int64_t idle = read.NextInteger();
      if (idle < 0) read.Fail("ERR Invalid IDLETIME value, must be >= 0");
      facts.idle_seconds = static_cast<uint64_t>(idle);
    } else if (!facts.idle_seconds && read.TakeOption("FREQ", 1)) {
      const int64_t frequency = read.NextInteger();
      if (frequency < 0 || frequency > kFrequencyMax) {
        read.Fail("ERR Invalid FREQ value, must be >= 0 and <= 255");
      }
      facts.frequency = static_cast<uint8_t>(frequency);
    } else {
      read.Fail(errors::kSyntax);
    }
  }
  return request;
}

// The deadline; nothing for none. False, and an error reply, when the argument is wrong.
bool ReadDeadline(Call& call, RestoreRequest& request) {
  ArgumentReader read(call, 2);
  const int64_t ttl = read.NextInteger();
  if (ttl < 0) read.Fail("ERR Invalid TTL value, must be >= 0");
  int64_t deadline_ms = ttl;
  if (!request.absolute && __builtin_add_overflow(ttl, call.now_ms(), &deadline_ms)) {
    read.Fail("ERR Invalid TTL value, must be >= 0");
  }
  if (read.failed()) {
    call.Error(read.error());
    return false;
  }
  if (ttl != 0) request.facts.deadline_ms = deadline_ms;
  return true;
}

// The key as it is now, and not for how long it is to live.
void LogRestore(Call& call, int64_t deadline_ms) {
  std::vector<std::string> effect;
  for (const std::string_view argument : call.arguments()) effect.emplace_back(argument);
  effect[2] = std::to_string(deadline_ms);
  effect.emplace_back("ABSTTL");
  call.LogInstead(std::move(effect));
}

void Store(Call& call, const Key& key, const RestoreRequest& request, EntryPtr entry) {
  Database& database = call.database();
  const Database::Position position = database.Locate(key);
  const std::optional<int64_t> deadline_ms = request.facts.deadline_ms;
  // In replay the log itself says when the key went.
  const bool over =
      deadline_ms && *deadline_ms <= call.now_ms() && call.keyspace().context().expiry_enabled;
  if (over) {
    if (position) {
      database.Remove(key, position);
      call.LogInstead({"DEL", key.bytes});
      call.Notify(kNotifyGeneric, "del", key.bytes);
    }
    return;
  }
  if (position) {
    database.Replace(key, position, entry.release());
    call.Notify(kNotifyNewKey, "new", key.bytes);
  } else {
    database.Insert(key, entry.release());
  }
  call.Notify(kNotifyGeneric, "restore", key.bytes);
  if (deadline_ms && !request.absolute) LogRestore(call, *deadline_ms);
}

void CmdRestore(Call& call) {
  ArgumentReader read(call, 4);
  RestoreRequest request = ReadOptions(read);
  if (!read.Finish()) return;
  const Key key = call.KeyAt(1);
  Database& database = call.database();
  if (!request.replace && database.Locate(key)) {
    call.Error("BUSYKEY Target key name already exists.");
    return;
  }
  if (!ReadDeadline(call, request)) return;
  if (!IsIntactPayload(call[3])) {
    call.Error("ERR DUMP payload version or checksum are wrong");
    return;
  }
  EntryPtr entry = RestoreValue(call[3], database, key.bytes, request.facts);
  if (entry == nullptr) {
    call.Error("ERR Bad data format");
    return;
  }
  Store(call, key, request, std::move(entry));
  call.reply.Ok();
}

constexpr KeySpec kDumpKeys[] = {{.flags = kKeyReadOnly | kKeyAccess}};
constexpr KeySpec kRestoreKeys[] = {{.flags = kKeyOverwrite | kKeyUpdate}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "dump", .handler = CmdDump, .arity = 2, .flags = kReadOnly,
     .categories = kAclKeyspace, .keys = kDumpKeys, .since = "2.6.0",
     .group = CommandGroup::kGeneric,
     .summary = "Returns a value as bytes that RESTORE takes, here or elsewhere.",
     .syntax = "key"},
    {.name = "restore", .handler = CmdRestore, .arity = -4, .flags = kWrite | kDenyOom,
     .categories = kAclKeyspace | kAclDangerous, .keys = kRestoreKeys, .since = "2.6.0",
     .group = CommandGroup::kGeneric, .summary = "Makes a key out of what DUMP returned.",
     .syntax = "key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]"},
    {.name = "restore-asking", .handler = CmdRestore, .arity = -4,
     .flags = kWrite | kDenyOom | kAsking,
     .categories = kAclKeyspace | kAclDangerous, .keys = kRestoreKeys, .since = "3.0.0",
     .group = CommandGroup::kServer, .summary = "The same as RESTORE, for moving keys.",
     .syntax = "key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> DumpCommands() { return kRows; }

}  // namespace kvasir
