// The connection itself: is it there, who is it, start over, end. HELLO has its own file.
#include "src/commands/authentication.h"
#include "src/commands/families.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

// A RESP2 client with subscriptions reads nothing but messages.
void ReplyPongMessage(Call& call) {
  call.reply.Array(2);
  call.reply.Bulk("pong");
  call.reply.Bulk(call.size() == 2 ? call[1] : std::string_view());
}

void CmdPing(Call& call) {
  if (call.size() > 2) {
    call.Error(errors::WrongArity(call.command().full_name));
  } else if (call.session().subscriber != nullptr && !call.reply.resp3()) {
    ReplyPongMessage(call);
  } else if (call.size() == 2) {
    call.reply.Bulk(call[1]);
  } else {
    call.reply.Status("PONG");
  }
}

void CmdEcho(Call& call) { call.reply.Bulk(call[1]); }

void CmdAuth(Call& call) {
  for (size_t i = 1; i < call.size(); ++i) call.Redact(i);
  if (call.size() > 3) {
    call.Error(errors::kSyntax);
    return;
  }
  const bool named = call.size() == 3;
  if (!named && call.engine().acl().default_user().needs_no_password()) {
    call.Error(
        "ERR AUTH <password> called without any password configured for the default user. Are you "
        "sure your configuration is correct?");
    return;
  }
  if (Authenticate(call, named ? call[1] : "default", call[named ? 2 : 1])) call.reply.Ok();
}

void CmdQuit(Call& call) {
  call.reply.Ok();
  call.session().close_after_reply = true;
}

// Everything that the client has chosen goes; who it is as a program stays (library name).
void CmdReset(Call& call) {
  Session& session = call.session();
  Engine& engine = call.engine();
  engine.EndTransaction(session);
  engine.StopMonitor(session);
  engine.pubsub().UnsubscribeAll(session);
  engine.tracking().Disable(session);
  engine.UpdateNotifications();
  session.database = 0;
  session.resp_version = 2;
  session.name.clear();
  session.no_evict = session.no_touch = false;
  session.reply_mode = ReplyMode::kOn;
  engine.AdmitAsDefault(session);
  call.reply.Status("RESET");
}

constexpr uint32_t kAlways = kNoScript | kLoading | kStale | kFast | kNoAuth | kAllowBusy;

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "ping", .handler = CmdPing, .arity = -1, .flags = kFast | kAllowInSubscribe,
     .categories = kAclConnection, .since = "1.0.0", .group = CommandGroup::kConnection,
     .summary = "Answers PONG, or the message it was given.", .syntax = "[message]"},
    {.name = "echo", .handler = CmdEcho, .arity = 2, .flags = kLoading | kStale | kFast,
     .categories = kAclConnection, .since = "1.0.0", .group = CommandGroup::kConnection,
     .summary = "Returns its argument.", .syntax = "message"},
    {.name = "auth", .handler = CmdAuth, .arity = -2, .flags = kAlways,
     .categories = kAclConnection, .since = "1.0.0", .group = CommandGroup::kConnection,
     .summary = "Says the password that the server asks for.", .syntax = "[username] password"},
    {.name = "quit", .handler = CmdQuit, .arity = -1,
     .flags = kAlways | kNotQueued | kAllowInSubscribe, .categories = kAclConnection,
     .since = "1.0.0", .group = CommandGroup::kConnection,
     .summary = "Closes the connection after the reply."},
    {.name = "reset", .handler = CmdReset, .arity = 1,
     .flags = kAlways | kNotQueued | kAllowInSubscribe, .categories = kAclConnection,
     .since = "6.2.0", .group = CommandGroup::kConnection,
     .summary = "Makes the connection as if it had just been opened."},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ConnectionCommands() { return kRows; }

}  // namespace kvasir
