// Lists: popping from the first list of several that has something, now or when one has.
#include <algorithm>
#include <optional>
#include <string>

#include "src/commands/families.h"
#include "src/commands/list_reply.h"
#include "src/commands/pop_request.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

void PopOrWait(Call& call, ListEnd end) {
  const std::optional<int64_t> deadline_ms = ReadBlockingDeadline(call, call.size() - 1);
  if (!deadline_ms) return;
  const auto keys = call.arguments().subspan(1, call.size() - 2);
  bool failed = false;
  const std::optional<FoundKey> first = FindFirst(call, keys, ValueType::kList, failed);
  if (failed) return;
  if (!first) {
    WaitOrReplyNull(call, keys, ValueType::kList, *deadline_ms);
    return;
  }
  call.reply.Array(2);
  call.reply.Bulk(first->key.bytes);
  ListPop(call.database(), first->key, first->position, end, 1,
          [&call](const PackedElement& element) { ReplyElement(call, element); });
  NotifyPopped(call, first->key, end);
  call.LogInstead({PopName(end), first->key.bytes});
}

void CmdBLPop(Call& call) { PopOrWait(call, ListEnd::kHead); }
void CmdBRPop(Call& call) { PopOrWait(call, ListEnd::kTail); }

PopRequest ReadRequest(Call& call, ArgumentReader& read) {
  return ReadPopRequest(call, read, "LEFT", "RIGHT");
}

// False, and nothing replied, when all lists are empty.
bool PopFromFirst(Call& call, const PopRequest& request) {
  bool failed = false;
  const std::optional<FoundKey> first = FindFirst(call, request.keys, ValueType::kList, failed);
  if (!first) return failed;
  const ListEnd end = request.from_back ? ListEnd::kTail : ListEnd::kHead;
  const size_t count = std::min(request.count, ListLength(*first->position.node()));
  call.reply.Array(2);
  call.reply.Bulk(first->key.bytes);
  PopIntoArray(call, first->key, first->position, end, count);
  call.LogInstead({PopName(end), first->key.bytes, std::to_string(count)});
  return true;
}

void CmdLMPop(Call& call) {
  ArgumentReader read(call, 1);
  const PopRequest request = ReadRequest(call, read);
  if (read.Finish() && !PopFromFirst(call, request)) call.reply.NullArray();
}

// The timeout comes first and is looked at last.
void CmdBLMPop(Call& call) {
  ArgumentReader read(call, 2);
  const PopRequest request = ReadRequest(call, read);
  if (!read.Finish()) return;
  const std::optional<int64_t> deadline_ms = ReadBlockingDeadline(call, 1);
  if (!deadline_ms || PopFromFirst(call, request)) return;
  WaitOrReplyNull(call, request.keys, ValueType::kList, *deadline_ms);
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
