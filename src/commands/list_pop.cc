// Lists: popping from the first list of several that has something, now or when one has.
#include <algorithm>
#include <optional>
#include <string>

#include "src/commands/families.h"
#include "src/commands/list_reply.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

// The first key that holds a list. False when one before it holds something else; that is replied.
struct FirstList {
  Key key;
  Database::Position position;
};
bool FindFirstList(Call& call, std::span<const std::string_view> keys, FirstList& found) {
  for (const std::string_view bytes : keys) {
    bool failed = false;
    const Key key = Key::Of(bytes);
    const Database::Position position = LocateList(call, key, failed);
    if (failed) return false;
    if (!position) continue;
    found = {key, position};
    return true;
  }
  return true;
}

void WaitOrReplyNull(Call& call, std::span<const std::string_view> keys, int64_t deadline_ms) {
  const auto reply_null = [](ReplyWriter& reply) { reply.NullArray(); };
  if (call.MayBlock()) {
    call.BlockOnKeys(keys, ValueType::kList, deadline_ms, reply_null);
  } else {
    reply_null(call.reply);
  }
}

void PopOrWait(Call& call, ListEnd end) {
  const std::optional<int64_t> deadline_ms = ReadBlockingDeadline(call, call.size() - 1);
  if (!deadline_ms) return;
  const auto keys = call.arguments().subspan(1, call.size() - 2);
  FirstList first;
  if (!FindFirstList(call, keys, first)) return;
  if (!first.position) {
    WaitOrReplyNull(call, keys, *deadline_ms);
    return;
  }
  call.reply.Array(2);
  call.reply.Bulk(first.key.bytes);
  ListPop(call.database(), first.key, first.position, end, 1,
          [&call](const PackedElement& element) { ReplyElement(call, element); });
  call.LogInstead({PopName(end), first.key.bytes});
}

void CmdBLPop(Call& call) { PopOrWait(call, ListEnd::kHead); }
void CmdBRPop(Call& call) { PopOrWait(call, ListEnd::kTail); }

struct PopMany {
  std::span<const std::string_view> keys;
  ListEnd end = ListEnd::kHead;
  int64_t count = 1;
};

PopMany ReadPopMany(ArgumentReader& read, Call& call) {
  PopMany pop;
  const int64_t key_count =
      read.NextIntegerIn(1, INT64_MAX, "ERR numkeys should be greater than 0");
  if (read.failed()) return pop;
  const size_t first_key = read.position();
  for (int64_t i = 0; i < key_count && !read.failed(); ++i) read.Next();
  pop.end = NextListEnd(read);
  if (read.TakeOption("COUNT", 1)) {
    pop.count = read.NextIntegerIn(1, INT64_MAX, "ERR count should be greater than 0");
  }
  if (!read.failed()) {
    pop.keys = call.arguments().subspan(first_key, static_cast<size_t>(key_count));
  }
  return pop;
}

// False, and nothing replied, when all lists are empty.
bool PopFromFirst(Call& call, const PopMany& pop) {
  FirstList first;
  if (!FindFirstList(call, pop.keys, first)) return true;
  if (!first.position) return false;
  const size_t count = std::min(static_cast<size_t>(pop.count), ListLength(*first.position.node()));
  call.reply.Array(2);
  call.reply.Bulk(first.key.bytes);
  PopIntoArray(call, first.key, first.position, pop.end, count);
  call.LogInstead({PopName(pop.end), first.key.bytes, std::to_string(count)});
  return true;
}

void CmdLMPop(Call& call) {
  ArgumentReader read(call, 1);
  const PopMany pop = ReadPopMany(read, call);
  if (read.Finish() && !PopFromFirst(call, pop)) call.reply.NullArray();
}

// The timeout comes first and is looked at last.
void CmdBLMPop(Call& call) {
  ArgumentReader read(call, 2);
  const PopMany pop = ReadPopMany(read, call);
  if (!read.Finish()) return;
  const std::optional<int64_t> deadline_ms = ReadBlockingDeadline(call, 1);
  if (!deadline_ms) return;
  if (!PopFromFirst(call, pop)) WaitOrReplyNull(call, pop.keys, *deadline_ms);
}

constexpr KeySpec kPopKeys[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyDelete, .last = -2}};
constexpr KeySpec kCountedKeys[] = {
    {.flags = kKeyReadWrite | kKeyAccess | kKeyDelete, .find = KeySpec::Find::kCount}};
constexpr KeySpec kCountedKeysBehindTimeout[] = {
    {.flags = kKeyReadWrite | kKeyAccess | kKeyDelete, .begin = 2, .find = KeySpec::Find::kCount}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "lmpop", .handler = CmdLMPop, .arity = -4, .flags = kWrite | kMovableKeys,
     .categories = kAclList, .keys = kCountedKeys, .since = "7.0.0",
     .group = CommandGroup::kList,
     .summary = "Takes elements from the first list that has any.",
     .syntax = "numkeys key [key ...] <LEFT | RIGHT> [COUNT count]"},
    {.name = "blpop", .handler = CmdBLPop, .arity = -3, .flags = kWrite | kBlocking,
     .categories = kAclList, .keys = kPopKeys, .since = "2.0.0", .group = CommandGroup::kList,
     .summary = "Takes the first element of the first list that has any, and waits for one.",
     .syntax = "key [key ...] timeout"},
    {.name = "brpop", .handler = CmdBRPop, .arity = -3, .flags = kWrite | kBlocking,
     .categories = kAclList, .keys = kPopKeys, .since = "2.0.0", .group = CommandGroup::kList,
     .summary = "Takes the last element of the first list that has any, and waits for one.",
     .syntax = "key [key ...] timeout"},
    {.name = "blmpop", .handler = CmdBLMPop, .arity = -5,
     .flags = kWrite | kBlocking | kMovableKeys, .categories = kAclList,
     .keys = kCountedKeysBehindTimeout, .since = "7.0.0", .group = CommandGroup::kList,
     .summary = "Takes elements from the first list that has any, and waits for some.",
     .syntax = "timeout numkeys key [key ...] <LEFT | RIGHT> [COUNT count]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ListPopCommands() { return kRows; }

}  // namespace kvasir
