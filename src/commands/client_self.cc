// CLIENT's subcommands about the connection that asks.
#include <fmt/format.h>

#include "src/base/text.h"
#include "src/commands/authentication.h"
#include "src/commands/client_handlers.h"
#include "src/engine/argument_reader.h"
#include "src/engine/client_description.h"

namespace kvasir {
namespace {

// ON or OFF into `field`.
void SetSwitch(Call& call, bool& field) {
  if (EqualsIgnoreCase(call[2], "ON")) {
    field = true;
  } else if (EqualsIgnoreCase(call[2], "OFF")) {
    field = false;
  } else {
    call.Error(errors::kSyntax);
    return;
  }
  call.reply.Ok();
}

}  // namespace

void CmdClientId(Call& call) { call.reply.Integer(static_cast<int64_t>(call.session().id)); }

void CmdClientInfo(Call& call) {
  call.reply.Verbatim("txt", DescribeClient(call.session(), &call.command(), call.now_ms()));
}

void CmdClientSetName(Call& call) {
  if (!IsPlainName(call[2])) {
    call.Error(kBadClientName);
    return;
  }
  call.session().name = call[2];
  call.reply.Ok();
}

void CmdClientGetName(Call& call) {
  const std::string& name = call.session().name;
  if (name.empty()) {
    call.reply.Null();
  } else {
    call.reply.Bulk(name);
  }
}

void CmdClientSetInfo(Call& call) {
  const std::string option = ToLower(call[2]);
  Session& session = call.session();
  std::string* field = option == "lib-name"  ? &session.library_name
                       : option == "lib-ver" ? &session.library_version
                                             : nullptr;
  if (field == nullptr) {
    call.Error(fmt::format("ERR Unrecognized option '{}'", call[2]));
  } else if (!IsPlainName(call[3])) {
    call.Error(
        fmt::format("ERR {} cannot contain spaces, newlines or special characters.", option));
  } else {
    *field = call[3];
    call.reply.Ok();
  }
}

// Capabilities that are not known are passed over: a newer client may have more of them.
void CmdClientCapa(Call& call) {
  std::string& capabilities = call.session().capabilities;
  for (size_t i = 2; i < call.size(); ++i) {
    if (EqualsIgnoreCase(call[i], "redirect")) capabilities = "r";
  }
  call.reply.Ok();
}

// OFF and SKIP have no reply of their own.
void CmdClientReply(Call& call) {
  Session& session = call.session();
  if (EqualsIgnoreCase(call[2], "ON")) {
    session.reply_mode = ReplyMode::kOn;
    call.reply.Ok();
  } else if (EqualsIgnoreCase(call[2], "OFF")) {
    session.reply_mode = ReplyMode::kOff;
  } else if (EqualsIgnoreCase(call[2], "SKIP")) {
    if (session.reply_mode != ReplyMode::kOff) session.reply_mode = ReplyMode::kSkipNext;
  } else {
    call.Error(errors::kSyntax);
  }
}

void CmdClientNoEvict(Call& call) { SetSwitch(call, call.session().no_evict); }
void CmdClientNoTouch(Call& call) { SetSwitch(call, call.session().no_touch); }

}  // namespace kvasir
