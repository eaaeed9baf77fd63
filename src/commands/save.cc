// Saving the dataset as a whole: snapshots, the log's rewrite, and the dump that goes to a client
// (sync.cc).
#include <string_view>

#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/sync_handlers.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

void CmdSave(Call& call) {
  const Result<void> saved = call.engine().host().Save();
  if (saved) {
    call.reply.Ok();
  } else if (saved.error().code() == Errc::kExists) {
    call.Error("ERR Background save already in progress");
  } else {
    call.Error("ERR The dataset could not be saved. Please check the server logs for details.");
  }
}

void CmdLastSave(Call& call) { call.reply.Integer(call.engine().host().LastSaveMs() / 1000); }

void CmdBgRewriteAof(Call& call) {
  // What a transaction has logged so far must not be split between two files (D3).
  switch (call.engine().host().RewriteLog(!call.session().in_transaction())) {
    case BackgroundStart::kStarted:
      return call.reply.Status("Background append only file rewriting started");
    case BackgroundStart::kScheduled:
      return call.reply.Status("Background append only file rewriting scheduled");
    case BackgroundStart::kLogOff:
      return call.Error("ERR the append only file is off; CONFIG SET appendonly yes turns it on");
    default:
      return call.Error("ERR Background append only file rewriting already in progress");
  }
}

void CancelSave(Call& call) {
  switch (call.engine().host().CancelSave()) {
    case BackgroundCancel::kStopped:
      return call.reply.Status("Background saving cancelled");
    case BackgroundCancel::kUnscheduled:
      return call.reply.Status("Scheduled background saving cancelled");
    default:
      return call.Error("ERR Background saving is currently not in progress or scheduled");
  }
}

void CmdBgSave(Call& call) {
  const bool has_option = call.size() > 1;
  if (call.size() == 2 && EqualsIgnoreCase(call[1], "CANCEL")) return CancelSave(call);
  if (has_option && (call.size() > 2 || !EqualsIgnoreCase(call[1], "SCHEDULE"))) {
    return call.Error(errors::kSyntax);
  }
  const bool in_transaction = call.session().in_transaction();
  switch (call.engine().host().SaveInBackground(!in_transaction, has_option || in_transaction)) {
    case BackgroundStart::kStarted:
      return call.reply.Status("Background saving started");
    case BackgroundStart::kScheduled:
      return call.reply.Status("Background saving scheduled");
    case BackgroundStart::kAlreadyRunning:
      return call.Error("ERR Background save already in progress");
    default:
      return call.Error(
          "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE "
          "in order to schedule a BGSAVE whenever possible.");
  }
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "save", .handler = CmdSave, .arity = 1,
     .flags = kAdmin | kNoScript | kNoAsyncLoading | kNoMulti, .since = "1.0.0",
     .group = CommandGroup::kServer,
     .summary = "Saves the dataset to a file while everybody waits."},
    {.name = "lastsave", .handler = CmdLastSave, .arity = 1, .flags = kLoading | kStale | kFast,
     .categories = kAclAdmin | kAclDangerous, .since = "1.0.0", .group = CommandGroup::kServer,
     .summary = "Returns when the data was last saved as a whole, in seconds since 1970."},
    {.name = "bgsave", .handler = CmdBgSave, .arity = -1,
     .flags = kAdmin | kNoScript | kNoAsyncLoading, .since = "1.0.0",
     .group = CommandGroup::kServer,
     .summary = "Saves the dataset to a file while everything goes on.",
     .syntax = "[SCHEDULE | CANCEL]"},
    {.name = "bgrewriteaof", .handler = CmdBgRewriteAof, .arity = 1,
     .flags = kAdmin | kNoScript | kNoAsyncLoading, .since = "1.0.0",
     .group = CommandGroup::kServer,
     .summary = "Writes the log anew, as short as the data allows."},
    {.name = "sync", .handler = CmdSync, .arity = 1,
     .flags = kAdmin | kNoScript | kNoAsyncLoading | kNoMulti, .since = "1.0.0",
     .group = CommandGroup::kServer, .summary = "Sends the dataset as a file, and ends."},
    {.name = "psync", .handler = CmdPSync, .arity = -3,
     .flags = kAdmin | kNoScript | kNoAsyncLoading | kNoMulti, .since = "2.8.0",
     .group = CommandGroup::kServer,
     .summary = "Sends the dataset as a file, whatever is asked for, and ends.",
     .syntax = "replicationid offset"},
    {.name = "replconf", .handler = CmdReplConf, .arity = -1,
     .flags = kAdmin | kNoScript | kLoading | kStale | kAllowBusy, .since = "3.0.0",
     .group = CommandGroup::kServer, .summary = "Says what SYNC and PSYNC are to send."},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SaveCommands() { return kRows; }

}  // namespace kvasir
