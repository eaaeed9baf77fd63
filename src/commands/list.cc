// Lists: pushing, popping, reading and trimming.
#include <algorithm>

#include "src/commands/families.h"
#include "src/commands/list_reply.h"
#include "src/commands/notify.h"

namespace kvasir {
namespace {

constexpr std::string_view kNotPositive = "ERR value is out of range, must be positive";

// With `if_present`, nothing is pushed where no list is.
void Push(Call& call, ListEnd end, bool if_present) {
  const std::span<const std::string_view> elements = call.arguments().subspan(2);
  for (const std::string_view element : elements) {
    if (element.size() <= kListElementMax) continue;
    call.Error(kElementTooLarge);
    return;
  }
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Database::Position position = LocateList(call, key, failed);
  if (failed) return;
  if (!position && if_present) {
    call.reply.Integer(0);
    return;
  }
  const size_t length = ListPush(call.database(), key, position, end, elements);
  call.Notify(kNotifyList, PushName(end), key.bytes);
  call.reply.Integer(static_cast<int64_t>(length));
}

void CmdLPush(Call& call) { Push(call, ListEnd::kHead, false); }
void CmdRPush(Call& call) { Push(call, ListEnd::kTail, false); }
void CmdLPushX(Call& call) { Push(call, ListEnd::kHead, true); }
void CmdRPushX(Call& call) { Push(call, ListEnd::kTail, true); }

void PopOne(Call& call, ListEnd end) {
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Database::Position position = LocateList(call, key, failed);
  if (failed) return;
  if (!position) {
    call.reply.Null();
    return;
  }
  ListPop(call.database(), key, position, end, 1,
          [&call](const PackedElement& element) { ReplyElement(call, element); });
  NotifyPopped(call, key, end);
}

void Pop(Call& call, ListEnd end) {
  if (call.size() == 2) {
    PopOne(call, end);
    return;
  }
  if (call.size() > 3) {
    call.Error(errors::WrongArity(call.command().full_name));
    return;
  }
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const int64_t count = read.NextIntegerIn(0, INT64_MAX, kNotPositive);
  if (!read.Finish()) return;
  bool failed = false;
  const Database::Position position = LocateList(call, key, failed);
  if (failed) return;
  if (!position) {
    call.reply.NullArray();
  } else if (count == 0) {
    call.reply.Array(0);
  } else {
    PopIntoArray(call, key, position, end, static_cast<size_t>(count));
  }
}

void CmdLPop(Call& call) { Pop(call, ListEnd::kHead); }
void CmdRPop(Call& call) { Pop(call, ListEnd::kTail); }

void CmdLLen(Call& call) {
  bool failed = false;
  const Entry* entry = ReadList(call, call.KeyAt(1), failed);
  if (failed) return;
  call.reply.Integer(entry == nullptr ? 0 : static_cast<int64_t>(ListLength(*entry)));
}

void CmdLIndex(Call& call) {
  bool failed = false;
  const Entry* entry = ReadList(call, call.KeyAt(1), failed);
  if (failed) return;
  if (entry == nullptr) {
    call.reply.Null();
    return;
  }
  ArgumentReader read(call, 2);
  const int64_t wanted = read.NextInteger();
  if (!read.Finish()) return;
  const std::optional<size_t> index = IndexOf(wanted, ListLength(*entry));
  if (!index) {
    call.reply.Null();
    return;
  }
  ListRange(*entry, *index, 1,
            [&call](const PackedElement& element) { ReplyElement(call, element); });
}

void CmdLSet(Call& call) {
  if (call[3].size() > kListElementMax) {
    call.Error(kElementTooLarge);
    return;
  }
  bool failed = false;
  const Key key = call.KeyAt(1);
  const Database::Position position = LocateList(call, key, failed);
  if (failed) return;
  if (!position) {
    call.Error(errors::kNoSuchKey);
    return;
  }
  ArgumentReader read(call, 2);
  const int64_t wanted = read.NextInteger();
  read.Next();
  if (!read.Finish()) return;
  const std::optional<size_t> index = IndexOf(wanted, ListLength(*position.node()));
  if (!index) {
    call.Error(errors::kIndexOutOfRange);
    return;
  }
  ListSet(call.database(), key, position, *index, call[3]);
  call.Notify(kNotifyList, "lset", key.bytes);
  call.reply.Ok();
}

void CmdLRange(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const int64_t first = read.NextInteger();
  const int64_t last = read.NextInteger();
  if (!read.Finish()) return;
  bool failed = false;
  const Entry* entry = ReadList(call, key, failed);
  if (failed) return;
  const ListSpan span = entry == nullptr ? ListSpan() : SpanOf(first, last, ListLength(*entry));
  call.reply.Array(span.count);
  if (span.count == 0) return;
  ListRange(*entry, span.start, span.count,
            [&call](const PackedElement& element) { ReplyElement(call, element); });
}

void CmdLTrim(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const int64_t first = read.NextInteger();
  const int64_t last = read.NextInteger();
  if (!read.Finish()) return;
  bool failed = false;
  const Database::Position position = LocateList(call, key, failed);
  if (failed) return;
  if (position) {
    const ListSpan span = SpanOf(first, last, ListLength(*position.node()));
    ListTrim(call.database(), key, position, span.start, span.count);
    NotifyTaken(call, kNotifyList, "ltrim", key);
  }
  call.reply.Ok();
}

constexpr KeySpec kPopKeys[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyDelete}};
constexpr KeySpec kSetKeys[] = {{.flags = kKeyReadWrite | kKeyUpdate}};
constexpr KeySpec kTrimKeys[] = {{.flags = kKeyReadWrite | kKeyDelete}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "lpush", .handler = CmdLPush, .arity = -3, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclList, .keys = kInsertFirstKey, .since = "1.0.0",
     .group = CommandGroup::kList, .summary = "Puts elements in front of a list, one by one.",
     .syntax = "key element [element ...]"},
    {.name = "rpush", .handler = CmdRPush, .arity = -3, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclList, .keys = kInsertFirstKey, .since = "1.0.0",
     .group = CommandGroup::kList, .summary = "Puts elements behind a list, one by one.",
     .syntax = "key element [element ...]"},
    {.name = "lpushx", .handler = CmdLPushX, .arity = -3, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclList, .keys = kInsertFirstKey, .since = "2.2.0",
     .group = CommandGroup::kList, .summary = "Puts elements in front of a list that exists.",
     .syntax = "key element [element ...]"},
    {.name = "rpushx", .handler = CmdRPushX, .arity = -3, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclList, .keys = kInsertFirstKey, .since = "2.2.0",
     .group = CommandGroup::kList, .summary = "Puts elements behind a list that exists.",
     .syntax = "key element [element ...]"},
    {.name = "lpop", .handler = CmdLPop, .arity = -2, .flags = kWrite | kFast,
     .categories = kAclList, .keys = kPopKeys, .since = "1.0.0", .group = CommandGroup::kList,
     .summary = "Takes the first elements of a list.", .syntax = "key [count]"},
    {.name = "rpop", .handler = CmdRPop, .arity = -2, .flags = kWrite | kFast,
     .categories = kAclList, .keys = kPopKeys, .since = "1.0.0", .group = CommandGroup::kList,
     .summary = "Takes the last elements of a list.", .syntax = "key [count]"},
    {.name = "llen", .handler = CmdLLen, .arity = 2, .flags = kReadOnly | kFast,
     .categories = kAclList, .keys = kInspectFirstKey, .since = "1.0.0",
     .group = CommandGroup::kList, .summary = "Tells how many elements a list has.",
     .syntax = "key"},
    {.name = "lindex", .handler = CmdLIndex, .arity = 3, .flags = kReadOnly,
     .categories = kAclList, .keys = kReadFirstKey, .since = "1.0.0",
     .group = CommandGroup::kList, .summary = "Returns the element at an index.",
     .syntax = "key index"},
    {.name = "lset", .handler = CmdLSet, .arity = 4, .flags = kWrite | kDenyOom,
     .categories = kAclList, .keys = kSetKeys, .since = "1.0.0", .group = CommandGroup::kList,
     .summary = "Replaces the element at an index.", .syntax = "key index element"},
    {.name = "lrange", .handler = CmdLRange, .arity = 4, .flags = kReadOnly,
     .categories = kAclList, .keys = kReadFirstKey, .since = "1.0.0",
     .group = CommandGroup::kList, .summary = "Returns the elements between two indexes.",
     .syntax = "key start stop"},
    {.name = "ltrim", .handler = CmdLTrim, .arity = 4, .flags = kWrite,
     .categories = kAclList, .keys = kTrimKeys, .since = "1.0.0", .group = CommandGroup::kList,
     .summary = "Removes all elements but those between two indexes.",
     .syntax = "key start stop"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ListCommands() { return kRows; }

}  // namespace kvasir
