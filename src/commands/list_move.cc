// Lists: moving an element from one to another, now or when there is one.
#include "src/commands/families.h"
#include "src/commands/list_reply.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

struct Move {
  Key source;
  Key target;
  ListEnd from = ListEnd::kTail;
  ListEnd to = ListEnd::kHead;
};

// Moves one element and replies with it. False, and nothing replied, when there is none.
bool MoveOne(Call& call, const Move& move) {
  bool failed = false;
  if (!LocateList(call, move.source, failed)) return failed;
  LocateList(call, move.target, failed);
  if (failed) return true;
  call.reply.Bulk(MoveElement(call, move.source, move.from, move.target, move.to));
  return true;
}

void MoveNow(Call& call, const Move& move) {
  if (!MoveOne(call, move)) call.reply.Null();
}

// True when it did not have to wait.
bool MoveOrWait(Call& call, const Move& move, int64_t deadline_ms) {
  if (MoveOne(call, move)) return true;
  if (call.MayBlock()) {
    call.BlockOnKeys({&move.source.bytes, 1}, ValueType::kList, deadline_ms,
                     [](ReplyWriter& reply) { reply.NullArray(); });
  } else {
    call.reply.Null();
  }
  return false;
}

Move ReadKeys(ArgumentReader& read) {
  Move move;
  move.source = read.NextKey();
  move.target = read.NextKey();
  return move;
}

Move ReadMove(ArgumentReader& read) {
  Move move = ReadKeys(read);
  move.from = NextListEnd(read);
  move.to = NextListEnd(read);
  return move;
}

void CmdLMove(Call& call) {
  ArgumentReader read(call, 1);
  const Move move = ReadMove(read);
  if (read.Finish()) MoveNow(call, move);
}

void CmdRPopLPush(Call& call) {
  ArgumentReader read(call, 1);
  const Move move = ReadKeys(read);
  if (read.Finish()) MoveNow(call, move);
}

void CmdBLMove(Call& call) {
  ArgumentReader read(call, 1);
  const Move move = ReadMove(read);
  const int64_t deadline_ms = read.NextBlockingDeadline();
  if (!read.Finish()) return;
  if (MoveOrWait(call, move, deadline_ms)) {
    call.LogInstead(
        {"LMOVE", move.source.bytes, move.target.bytes, EndName(move.from), EndName(move.to)});
  }
}

void CmdBRPopLPush(Call& call) {
  ArgumentReader read(call, 1);
  const Move move = ReadKeys(read);
  const int64_t deadline_ms = read.NextBlockingDeadline();
  if (!read.Finish()) return;
  if (MoveOrWait(call, move, deadline_ms)) {
    call.LogInstead({"RPOPLPUSH", move.source.bytes, move.target.bytes});
  }
}

constexpr KeySpec kMoveKeys[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyDelete},
                                 {.flags = kKeyReadWrite | kKeyInsert, .begin = 2}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "lmove", .handler = CmdLMove, .arity = 5, .flags = kWrite | kDenyOom,
     .categories = kAclList, .keys = kMoveKeys, .since = "6.2.0", .group = CommandGroup::kList,
     .summary = "Moves an element from an end of one list to an end of another.",
     .syntax = "source destination <LEFT | RIGHT> <LEFT | RIGHT>"},
    {.name = "rpoplpush", .handler = CmdRPopLPush, .arity = 3, .flags = kWrite | kDenyOom,
     .categories = kAclList, .keys = kMoveKeys, .since = "1.2.0", .group = CommandGroup::kList,
     .summary = "Moves the last element of a list to the front of another.",
     .syntax = "source destination"},
    {.name = "blmove", .handler = CmdBLMove, .arity = 6,
     .flags = kWrite | kDenyOom | kBlocking, .categories = kAclList, .keys = kMoveKeys,
     .since = "6.2.0", .group = CommandGroup::kList,
     .summary = "Moves an element between lists, and waits for one if need be.",
     .syntax = "source destination <LEFT | RIGHT> <LEFT | RIGHT> timeout"},
    {.name = "brpoplpush", .handler = CmdBRPopLPush, .arity = 4,
     .flags = kWrite | kDenyOom | kBlocking, .categories = kAclList, .keys = kMoveKeys,
     .since = "2.2.0", .group = CommandGroup::kList,
     .summary = "Moves the last element to the front of a list, and waits for one if need be.",
     .syntax = "source destination timeout"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ListMoveCommands() { return kRows; }

}  // namespace kvasir
