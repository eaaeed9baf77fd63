// ACL's subcommands about users.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "src/commands/acl_handlers.h"
#include "src/engine/engine.h"
#include "src/engine/replace_file.h"

namespace kvasir {
namespace {

// Names and rules tell about users whoever may see the slow log.
void RedactFrom(Call& call, size_t first) {
  for (size_t i = first; i < call.size(); ++i) call.Redact(i);
}

void ReplyFlags(ReplyWriter& reply, const AclUser& user) {
  const std::vector<std::string_view> flags = user.Flags();
  reply.Bulk("flags");
  reply.Set(flags.size());
  for (const std::string_view flag : flags) reply.Bulk(flag);
}

// Three pairs of a map.
void ReplySelector(ReplyWriter& reply, const AclSelector& selector) {
  reply.Bulk("commands");
  reply.Bulk(selector.DescribeCommands());
  reply.Bulk("keys");
  reply.Bulk(selector.DescribeKeys());
  reply.Bulk("channels");
  reply.Bulk(selector.DescribeChannels());
}

bool HasFile(Call& call) {
  if (!call.engine().settings().aclfile.empty()) return true;
  call.Error(
      "ERR This Redis instance is not configured to use an ACL file. You may want to specify users "
      "via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis "
      "configuration file set) in order to store users in the Redis configuration.");
  return false;
}

}  // namespace

void CmdAclSetUser(Call& call) {
  RedactFrom(call, 2);
  if (HasSpaceOrNul(call[2])) {
    call.Error("ERR Usernames can't contain spaces or null characters");
    return;
  }
  const std::vector<std::string> rules(call.arguments().begin() + 3, call.arguments().end());
  if (const Result<void> set = call.engine().acl().SetUser(call[2], rules); !set) {
    call.Error("ERR " + set.error().detail());
    return;
  }
  call.engine().RefreshPermissions(&call.session());
  call.reply.Ok();
}

void CmdAclDelUser(Call& call) {
  RedactFrom(call, 2);
  const auto names = call.arguments().subspan(2);
  for (const std::string_view name : names) {
    if (name != "default") continue;
    call.Error("ERR The 'default' user cannot be removed");
    return;
  }
  int64_t removed = 0;
  for (const std::string_view name : names) {
    removed += call.engine().RemoveUser(name, call.session()) ? 1 : 0;
  }
  call.reply.Integer(removed);
}

void CmdAclGetUser(Call& call) {
  RedactFrom(call, 2);
  const AclUser* user = call.engine().acl().Find(call[2]);
  if (user == nullptr) {
    call.reply.Null();
    return;
  }
  ReplyWriter& reply = call.reply;
  reply.Map(6);
  ReplyFlags(reply, *user);
  reply.Bulk("passwords");
  reply.Array(user->password_hashes().size());
  for (const std::string& hash : user->password_hashes()) reply.Bulk(hash);
  const std::vector<AclSelector>& selectors = user->selectors();
  ReplySelector(reply, selectors.front());
  reply.Bulk("selectors");
  reply.Array(selectors.size() - 1);
  for (size_t i = 1; i < selectors.size(); ++i) {
    reply.Map(3);
    ReplySelector(reply, selectors[i]);
  }
}

void CmdAclList(Call& call) {
  const Acl::Users& users = call.engine().acl().users();
  call.reply.Array(users.size());
  for (const auto& [name, user] : users) {
    call.reply.Bulk(fmt::format("user {} {}", name, user->Describe()));
  }
}

void CmdAclUsers(Call& call) {
  const Acl::Users& users = call.engine().acl().users();
  call.reply.Array(users.size());
  for (const auto& [name, user] : users) call.reply.Bulk(name);
}

void CmdAclLoad(Call& call) {
  if (!HasFile(call)) return;
  if (const Result<void> loaded = call.engine().LoadUsersFromFile(&call.session()); !loaded) {
    call.Error("ERR " + loaded.error().detail());
    return;
  }
  call.reply.Ok();
}

void CmdAclSave(Call& call) {
  if (!HasFile(call)) return;
  Engine& engine = call.engine();
  const Result<void> saved = ReplaceFile(engine.settings().aclfile, engine.acl().FormatFile());
  if (!saved) {
    engine.host().LogMessage("ACL SAVE: " + saved.error().detail());
    call.Error(
        "ERR There was an error trying to save the ACLs. Please check the server logs for more "
        "information");
    return;
  }
  call.reply.Ok();
}

}  // namespace kvasir
