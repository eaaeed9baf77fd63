// The server as a process: its time, its role, watching it, ending it.
#include <string_view>

#include "src/base/clock.h"
#include "src/commands/families.h"
#include "src/commands/lolwut.h"
#include "src/engine/argument_reader.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

void CmdTime(Call& call) {
  // Within a script it is one moment, for TIME as for every deadline.
  const int64_t now_us = call.session().is_script ? call.now_ms() * 1000 : UnixTimeUs();
  call.reply.Array(2);
  call.reply.BulkInteger(now_us / 1000000);
  call.reply.BulkInteger(now_us % 1000000);
}

void CmdMonitor(Call& call) {
  if (call.session().in_transaction()) {
    call.Error("ERR MONITOR isn't allowed for DENY BLOCKING client");
    return;
  }
  call.engine().StartMonitor(call.session());
  call.reply.Ok();
}

void CmdRole(Call& call) {
  call.reply.Array(3);
  call.reply.Bulk("master");
  call.reply.Integer(0);
  call.reply.Array(0);
}

void CmdLolwut(Call& call) {
  ArgumentReader read(call, 1);
  // Newer versions take parameters for their art; this art has none.
  if (read.TakeOption("VERSION", 1)) read.NextInteger();
  if (read.failed()) {
    read.Finish();
    return;
  }
  call.reply.Verbatim("txt", DrawLolwut());
}

bool ReadShutdown(ArgumentReader& read, ShutdownRequest& request, bool& abort) {
  const auto choose = [&](ShutdownSave save) {
    if (request.save != ShutdownSave::kDefault && request.save != save) {
      read.Fail(errors::kSyntax);
    }
    request.save = save;
  };
  while (!read.AtEnd()) {
    if (read.TakeWord("NOSAVE")) {
      choose(ShutdownSave::kNoSave);
    } else if (read.TakeWord("SAVE")) {
      choose(ShutdownSave::kSave);
    } else if (read.TakeWord("NOW")) {
      request.now = true;
    } else if (read.TakeWord("FORCE")) {
      request.force = true;
    } else if (read.TakeWord("ABORT")) {
      abort = true;
    } else {
      read.Fail(errors::kSyntax);
    }
  }
  const bool others = request.save != ShutdownSave::kDefault || request.now || request.force;
  if (abort && others) read.Fail(errors::kSyntax);
  return read.Finish();
}

// A shutdown that succeeds has no reply: the connection closes with the process.
void CmdShutdown(Call& call) {
  ArgumentReader read(call, 1);
  ShutdownRequest request;
  bool abort = false;
  if (!ReadShutdown(read, request, abort)) return;
  Host& host = call.engine().host();
  // The half of a script that has run must not be saved.
  if (!abort && call.engine().busy() && request.save != ShutdownSave::kNoSave) {
    call.Error(call.engine().BusyText());
    return;
  }
  if (abort) {
    if (host.AbortShutdown()) {
      call.reply.Ok();
    } else {
      call.Error("ERR No shutdown in progress.");
    }
    return;
  }
  if (!host.Shutdown(request)) call.Error("ERR Errors trying to SHUTDOWN. Check logs.");
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "time", .handler = CmdTime, .arity = 1, .flags = kLoading | kStale | kFast,
     .since = "2.6.0", .group = CommandGroup::kServer,
     .summary = "Returns the server's time: seconds since 1970, and microseconds."},
    {.name = "monitor", .handler = CmdMonitor, .arity = 1,
     .flags = kAdmin | kNoScript | kLoading | kStale, .since = "1.0.0",
     .group = CommandGroup::kServer, .summary = "Shows every request as it is run."},
    {.name = "role", .handler = CmdRole, .arity = 1,
     .flags = kNoScript | kLoading | kStale | kFast, .categories = kAclAdmin | kAclDangerous,
     .since = "2.8.12", .group = CommandGroup::kServer,
     .summary = "Tells what the server is in a replication."},
    {.name = "lolwut", .handler = CmdLolwut, .arity = -1, .flags = kReadOnly | kFast,
     .since = "5.0.0", .group = CommandGroup::kServer,
     .summary = "Draws a picture, another one each time, and tells the version.",
     .syntax = "[VERSION version]"},
    {.name = "shutdown", .handler = CmdShutdown, .arity = -1,
     .flags = kAdmin | kNoScript | kLoading | kStale | kNoMulti | kAllowBusy, .since = "1.0.0",
     .group = CommandGroup::kServer, .summary = "Finishes the log and ends the server.",
     .syntax = "[NOSAVE | SAVE] [NOW] [FORCE] [ABORT]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ServerCommands() { return kRows; }

}  // namespace kvasir
