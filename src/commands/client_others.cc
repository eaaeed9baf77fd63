// CLIENT's subcommands about all connections.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "src/base/text.h"
#include "src/commands/client_filter.h"
#include "src/commands/client_handlers.h"
#include "src/engine/client_description.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

std::vector<Session*> FilterClients(Call& call, const ClientFilter& filter) {
  std::vector<Session*> found;
  for (const auto& [id, session] : call.engine().clients().sessions()) {
    if (filter.Passes(*session, call.session(), call.now_ms())) found.push_back(session);
  }
  return found;
}

// The caller's own connection lives until its reply has left.
void Kill(Call& call, Session& session) {
  if (&session == &call.session()) {
    session.close_after_reply = true;
  } else {
    call.engine().host().Close(session, false);
  }
}

void KillByAddress(Call& call) {
  std::vector<Session*> found;
  for (const auto& [id, session] : call.engine().clients().sessions()) {
    if (session->Facts().address == call[2]) found.push_back(session);
  }
  if (found.empty()) {
    call.Error("ERR No such client");
    return;
  }
  for (Session* session : found) Kill(call, *session);
  call.reply.Ok();
}

}  // namespace

void CmdClientList(Call& call) {
  ArgumentReader read(call, 2);
  ClientFilter filter(false, "ERR Invalid client ID");
  filter.Read(read, call);
  if (!read.Finish()) return;
  std::string text;
  for (const Session* session : FilterClients(call, filter)) {
    const Command* running = session == &call.session() ? &call.command() : nullptr;
    text += DescribeClient(*session, running, call.now_ms());
  }
  call.reply.Verbatim("txt", text);
}

void CmdClientKill(Call& call) {
  if (call.size() == 3) {
    KillByAddress(call);
    return;
  }
  ArgumentReader read(call, 2);
  ClientFilter filter(true, "ERR client-id should be greater than 0");
  filter.Read(read, call);
  if (!read.Finish()) return;
  const std::vector<Session*> found = FilterClients(call, filter);
  for (Session* session : found) Kill(call, *session);
  call.reply.Integer(static_cast<int64_t>(found.size()));
}

void CmdClientPause(Call& call) {
  ArgumentReader read(call, 2);
  const int64_t timeout_ms = read.NextInteger("ERR timeout is not an integer or out of range");
  bool writes_only = false;
  if (!read.AtEnd()) {
    writes_only = read.TakeWord("WRITE");
    if (!writes_only && !read.TakeWord("ALL")) {
      read.Fail("ERR CLIENT PAUSE mode must be WRITE or ALL");
    }
  }
  if (timeout_ms < 0) read.Fail("ERR timeout is negative");
  if (timeout_ms > INT64_MAX - call.now_ms()) read.Fail("ERR timeout is out of range");
  if (!read.Finish()) return;
  call.engine().Pause(call.now_ms() + timeout_ms, writes_only);
  call.reply.Ok();
}

void CmdClientUnpause(Call& call) {
  call.engine().Unpause();
  call.reply.Ok();
}

void CmdClientUnblock(Call& call) {
  ArgumentReader read(call, 2);
  const int64_t id = read.NextInteger();
  bool with_error = false;
  if (!read.AtEnd()) {
    with_error = read.TakeWord("ERROR");
    if (!with_error && !read.TakeWord("TIMEOUT")) {
      read.Fail("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    }
  }
  if (!read.Finish()) return;
  Session* session = call.engine().clients().Find(static_cast<uint64_t>(id));
  // A request that has not begun has no timeout's reply.
  const bool waits = session != nullptr && session->blocked_now() && !session->waits_to_begin() &&
                     session->blocked.reason != BlockReason::kScript;
  if (waits) {
    call.engine().EndBlock(*session,
                           with_error ? "UNBLOCKED client unblocked via CLIENT UNBLOCK" : "");
  }
  call.reply.Integer(waits ? 1 : 0);
}

}  // namespace kvasir
