// LMOVEM and BLMOVEM: moving several elements from one list to another at once.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "src/commands/families.h"
#include "src/commands/list_reply.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

struct MoveMany {
  Key source;
  Key target;
  ListEnd from = ListEnd::kHead;
  ListEnd to = ListEnd::kHead;
  int64_t count = 1;
  bool exactly = false;     // all of them or none
  bool one_by_one = false;  // so that a move to the same end turns their order around
  bool same_list() const { return source.bytes == target.bytes; }
};

MoveMany ReadKeysAndEnds(ArgumentReader& read) {
  MoveMany move;
  move.source = read.NextKey();
  move.target = read.NextKey();
  move.from = NextListEnd(read);
  move.to = NextListEnd(read);
  return move;
}

void ReadHowMany(ArgumentReader& read, MoveMany& move) {
  if (read.AtEnd()) return;
  move.exactly = read.TakeOption("EXACTLY", 2);
  if (!move.exactly && !read.TakeOption("COUNT", 2)) {
    read.Fail(errors::kSyntax);
    return;
  }
  move.count = read.NextIntegerIn(1, INT64_MAX, "ERR count should be greater than 0");
  move.one_by_one = read.TakeWord("OBO");
  if (!move.one_by_one && !read.TakeWord("BULK")) read.Fail(errors::kSyntax);
}

// One half of the move, done and put into the log: the command itself is newer than the servers
// that are to load the log.
void PopLogged(Call& call, const Key& key, ListEnd end, size_t count) {
  if (count == 0) return;
  ListPop(call.database(), key, call.database().Locate(key), end, count,
          [](const PackedElement&) {});
  NotifyPopped(call, key, end);
  call.LogInstead({PopName(end), key.bytes, std::to_string(count)});
}

// `block` is in the order that it has in the list then.
void PushLogged(Call& call, const Key& key, ListEnd end, std::vector<std::string_view> block) {
  if (block.empty()) return;
  if (end == ListEnd::kHead) std::reverse(block.begin(), block.end());
  ListPush(call.database(), key, call.database().Locate(key), end, block);
  call.Notify(kNotifyList, PushName(end), key.bytes);
  std::vector<std::string> logged = {end == ListEnd::kHead ? "LPUSH" : "RPUSH",
                                     std::string(key.bytes)};
  logged.insert(logged.end(), block.begin(), block.end());
  call.LogInstead(std::move(logged));
}

// Within one list, its key must not vanish in between: its deadline would be lost.
void MoveWithin(Call& call, const MoveMany& move, const std::vector<std::string_view>& block,
                size_t length) {
  if (move.from != move.to) {
    PushLogged(call, move.target, move.to, block);
    PopLogged(call, move.source, move.from, block.size());
    return;
  }
  if (!move.one_by_one || block.size() == 1) return;
  const size_t popped = std::min(block.size(), length - 1);
  PopLogged(call, move.source, move.from, popped);
  if (popped == block.size()) {
    PushLogged(call, move.target, move.to, block);
    return;
  }
  // The whole list: the element that stayed comes first, and the others behind it.
  const bool at_head = move.to == ListEnd::kHead;
  const auto begin = block.begin() + (at_head ? 1 : 0);
  PushLogged(call, move.target, at_head ? ListEnd::kTail : ListEnd::kHead,
             {begin, begin + static_cast<ptrdiff_t>(popped)});
}

std::vector<std::string> ReadBlock(const Entry& entry, const MoveMany& move, size_t length) {
  const size_t count = std::min(static_cast<size_t>(move.count), length);
  std::vector<std::string> block;
  ListRange(entry, move.from == ListEnd::kHead ? 0 : length - count, count,
            [&](const PackedElement& element) {
              ElementText scratch;
              block.emplace_back(element.Text(scratch));
            });
  if (move.one_by_one && move.from == move.to) std::reverse(block.begin(), block.end());
  return block;
}

// Moves and replies. False, and nothing replied, when there is not enough to move.
bool TryMove(Call& call, const MoveMany& move) {
  bool failed = false;
  const Database::Position source = LocateList(call, move.source, failed);
  if (failed) return true;
  const size_t length = source ? ListLength(*source.node()) : 0;
  if (length < (move.exactly ? static_cast<size_t>(move.count) : 1)) return false;
  LocateList(call, move.target, failed);
  if (failed) return true;
  const std::vector<std::string> values = ReadBlock(*source.node(), move, length);
  const std::vector<std::string_view> block(values.begin(), values.end());
  call.reply.Array(block.size());
  for (const std::string_view value : block) call.reply.Bulk(value);
  if (move.same_list()) {
    MoveWithin(call, move, block, length);
  } else {
    PopLogged(call, move.source, move.from, block.size());
    PushLogged(call, move.target, move.to, block);
  }
  return true;
}

void CmdLMoveM(Call& call) {
  ArgumentReader read(call, 1);
  MoveMany move = ReadKeysAndEnds(read);
  ReadHowMany(read, move);
  if (!read.Finish() || TryMove(call, move)) return;
  if (move.exactly) {
    call.reply.NullArray();
  } else {
    call.reply.Array(0);
  }
}

void CmdBLMoveM(Call& call) {
  ArgumentReader read(call, 1);
  MoveMany move = ReadKeysAndEnds(read);
  const int64_t deadline_ms = read.NextBlockingDeadline();
  ReadHowMany(read, move);
  if (!read.Finish() || TryMove(call, move)) return;
  if (call.MayBlock()) {
    call.BlockOnKeys({&move.source.bytes, 1}, ValueType::kList, deadline_ms,
                     [](ReplyWriter& reply) { reply.NullArray(); });
  } else {
    call.reply.NullArray();
  }
}

constexpr KeySpec kMoveKeys[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyDelete},
                                 {.flags = kKeyReadWrite | kKeyInsert, .begin = 2}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "lmovem", .handler = CmdLMoveM, .arity = -5, .flags = kWrite | kDenyOom,
     .categories = kAclList, .keys = kMoveKeys, .since = "8.10.0", .group = CommandGroup::kList,
     .summary = "Moves several elements from an end of one list to an end of another.",
     .syntax = "source destination <LEFT | RIGHT> <LEFT | RIGHT> "
               "[<COUNT count | EXACTLY exactly> <OBO | BULK>]"},
    {.name = "blmovem", .handler = CmdBLMoveM, .arity = -6,
     .flags = kWrite | kDenyOom | kBlocking, .categories = kAclList, .keys = kMoveKeys,
     .since = "8.10.0", .group = CommandGroup::kList,
     .summary = "Moves several elements between lists, and waits for them if need be.",
     .syntax = "source destination <LEFT | RIGHT> <LEFT | RIGHT> timeout "
               "[<COUNT count | EXACTLY exactly> <OBO | BULK>]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ListMoveManyCommands() { return kRows; }

}  // namespace kvasir
