// The connection itself: is it there, what does it speak, who is it.
#include "src/commands/families.h"
#include "src/engine/call.h"

namespace kvasir {
namespace {

void CmdPing(Call& call) {
  if (call.size() > 2) {
    call.Error(errors::WrongArity(call.command().full_name));
  } else if (call.size() == 2) {
    call.reply.Bulk(call[1]);
  } else {
    call.reply.Status("PONG");
  }
}

void CmdEcho(Call& call) { call.reply.Bulk(call[1]); }

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "ping", .handler = CmdPing, .arity = -1, .flags = kFast | kAllowInSubscribe,
     .categories = kAclConnection, .since = "1.0.0", .group = CommandGroup::kConnection,
     .summary = "Answers PONG, or the message it was given.", .syntax = "[message]"},
    {.name = "echo", .handler = CmdEcho, .arity = 2, .flags = kLoading | kStale | kFast,
     .categories = kAclConnection, .since = "1.0.0", .group = CommandGroup::kConnection,
     .summary = "Returns its argument.", .syntax = "message"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ConnectionCommands() { return kRows; }

}  // namespace kvasir
