// HELLO: the handshake that chooses the protocol.
#include <fmt/format.h>

#include <optional>

#include "src/base/number.h"
#include "src/base/text.h"
#include "src/commands/authentication.h"
#include "src/commands/families.h"
#include "src/engine/engine.h"
#include "src/engine/version.h"

namespace kvasir {
namespace {

constexpr std::string_view kNotAuthenticated =
    "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO "
    "<proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP "
    "protocol version at the same time";

struct HelloOptions {
  std::optional<int> version;
  bool authenticates = false;
  std::string_view user;
  std::string_view password;
  std::optional<std::string_view> name;
};

// Replies with the error and returns false when something is wrong.
bool ReadVersion(Call& call, HelloOptions& options) {
  if (call.size() < 2) return true;
  const std::optional<int64_t> version = ParseInt64(call[1]);
  if (!version) {
    call.Error("ERR Protocol version is not an integer or out of range");
  } else if (*version != 2 && *version != 3) {
    call.Error("NOPROTO unsupported protocol version");
  } else {
    options.version = static_cast<int>(*version);
  }
  return options.version.has_value();
}

bool ReadOptions(Call& call, HelloOptions& options) {
  for (size_t i = 2; i < call.size(); ++i) {
    const size_t behind = call.size() - 1 - i;
    if (EqualsIgnoreCase(call[i], "AUTH") && behind >= 2) {
      call.Redact(i + 1);
      call.Redact(i + 2);
      options.authenticates = true;
      options.user = call[i + 1];
      options.password = call[i + 2];
      i += 2;
    } else if (EqualsIgnoreCase(call[i], "SETNAME") && behind >= 1) {
      options.name = call[++i];
      if (!IsPlainName(*options.name)) {
        call.Error(kBadClientName);
        return false;
      }
    } else {
      call.Error(fmt::format("ERR Syntax error in HELLO option '{}'", call[i]));
      return false;
    }
  }
  return true;
}

void CmdHello(Call& call) {
  HelloOptions options;
  if (!ReadVersion(call, options) || !ReadOptions(call, options)) return;
  if (options.authenticates && !Authenticate(call, options.user, options.password)) return;
  Session& session = call.session();
  if (!session.authenticated) {
    call.Error(kNotAuthenticated);
    return;
  }
  if (options.name) session.name = *options.name;
  if (options.version) session.resp_version = *options.version;
  PubSub::UpdateGates(session);
  // The reply to HELLO 3 is the first one in RESP3.
  ReplyWriter reply(call.reply.out(), session.resp_version);
  reply.Map(7);
  reply.Bulk("server");
  reply.Bulk("redis");
  reply.Bulk("version");
  reply.Bulk(kRedisVersion);
  reply.Bulk("proto");
  reply.Integer(session.resp_version);
  reply.Bulk("id");
  reply.Integer(static_cast<int64_t>(session.id));
  reply.Bulk("mode");
  reply.Bulk("standalone");
  reply.Bulk("role");
  reply.Bulk("master");
  reply.Bulk("modules");
  reply.Array(0);
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "hello", .handler = CmdHello, .arity = -1,
     .flags = kNoScript | kLoading | kStale | kFast | kNoAuth | kAllowBusy,
     .categories = kAclConnection, .since = "6.0.0", .group = CommandGroup::kConnection,
     .summary = "Chooses the protocol, and tells about the server.",
     .syntax = "[protover [AUTH username password] [SETNAME clientname]]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> HelloCommands() { return kRows; }

}  // namespace kvasir
