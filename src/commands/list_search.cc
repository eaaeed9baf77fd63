// Lists: what looks for an element's value.
#include <vector>

#include "src/commands/families.h"
#include "src/commands/list_reply.h"
#include "src/commands/notify.h"

namespace kvasir {
namespace {

void CmdLInsert(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const bool before = read.TakeWord("BEFORE");
  if (!before && !read.TakeWord("AFTER")) read.Fail(errors::kSyntax);
  const std::string_view pivot = read.Next();
  const std::string_view element = read.Next();
  if (element.size() > kListElementMax) read.Fail(kElementTooLarge);
  if (!read.Finish()) return;
  bool failed = false;
  const Database::Position position = LocateList(call, key, failed);
  if (failed) return;
  if (!position) {
    call.reply.Integer(0);
    return;
  }
  const bool inserted = ListInsert(call.database(), key, position, before, pivot, element);
  call.reply.Integer(inserted ? static_cast<int64_t>(ListLength(*position.node())) : -1);
  if (inserted) call.Notify(kNotifyList, "linsert", key.bytes);
}

void CmdLRem(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const int64_t count = read.NextInteger();
  const std::string_view element = read.Next();
  if (!read.Finish()) return;
  bool failed = false;
  const Database::Position position = LocateList(call, key, failed);
  if (failed) return;
  if (!position) {
    call.reply.Integer(0);
    return;
  }
  // 0 removes all; the negation of the least number is no number.
  const uint64_t magnitude =
      count < 0 ? uint64_t{0} - static_cast<uint64_t>(count) : static_cast<uint64_t>(count);
  const size_t limit = count == 0 ? SIZE_MAX : magnitude;
  const ListEnd end = count < 0 ? ListEnd::kTail : ListEnd::kHead;
  const size_t removed = ListRemove(call.database(), key, position, end, limit, element);
  if (removed != 0) NotifyTaken(call, kNotifyList, "lrem", key);
  call.reply.Integer(static_cast<int64_t>(removed));
}

struct PositionOptions {
  ListSearch search;
  bool many = false;  // COUNT was given: the reply is an array
};

bool ReadPositionOptions(Call& call, PositionOptions& options) {
  constexpr std::string_view kZeroRank =
      "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use "
      "negative to start from the end of the list";
  constexpr std::string_view kRankRange =
      "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807";
  ArgumentReader read(call, 3);
  while (!read.AtEnd()) {
    if (read.TakeOption("RANK", 1)) {
      options.search.rank = read.NextInteger();
      if (options.search.rank == INT64_MIN) read.Fail(kRankRange);
      if (options.search.rank == 0) read.Fail(kZeroRank);
    } else if (read.TakeOption("COUNT", 1)) {
      const int64_t count = read.NextIntegerIn(0, INT64_MAX, "ERR COUNT can't be negative");
      options.search.count = count == 0 ? SIZE_MAX : static_cast<size_t>(count);
      options.many = true;
    } else if (read.TakeOption("MAXLEN", 1)) {
      options.search.compare_max =
          static_cast<size_t>(read.NextIntegerIn(0, INT64_MAX, "ERR MAXLEN can't be negative"));
    } else {
      read.Fail(errors::kSyntax);
    }
  }
  return read.Finish();
}

void CmdLPos(Call& call) {
  PositionOptions options;
  if (!ReadPositionOptions(call, options)) return;
  bool failed = false;
  const Entry* entry = ReadList(call, call.KeyAt(1), failed);
  if (failed) return;
  std::vector<size_t> found;
  if (entry != nullptr) {
    ListFind(*entry, call[2], options.search, [&](size_t index) { found.push_back(index); });
  }
  if (options.many) {
    call.reply.Array(found.size());
    for (const size_t index : found) call.reply.Integer(static_cast<int64_t>(index));
  } else if (found.empty()) {
    call.reply.Null();
  } else {
    call.reply.Integer(static_cast<int64_t>(found.front()));
  }
}

constexpr KeySpec kRemoveKeys[] = {{.flags = kKeyReadWrite | kKeyDelete}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "linsert", .handler = CmdLInsert, .arity = 5, .flags = kWrite | kDenyOom,
     .categories = kAclList, .keys = kInsertFirstKey, .since = "2.2.0",
     .group = CommandGroup::kList, .summary = "Puts an element next to the first one of a value.",
     .syntax = "key <BEFORE | AFTER> pivot element"},
    {.name = "lrem", .handler = CmdLRem, .arity = 4, .flags = kWrite, .categories = kAclList,
     .keys = kRemoveKeys, .since = "1.0.0", .group = CommandGroup::kList,
     .summary = "Removes elements that have a value.", .syntax = "key count element"},
    {.name = "lpos", .handler = CmdLPos, .arity = -3, .flags = kReadOnly,
     .categories = kAclList, .keys = kReadFirstKey, .since = "6.0.6",
     .group = CommandGroup::kList, .summary = "Returns where elements with a value are.",
     .syntax = "key element [RANK rank] [COUNT num-matches] [MAXLEN len]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ListSearchCommands() { return kRows; }

}  // namespace kvasir
