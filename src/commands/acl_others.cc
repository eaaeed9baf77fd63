// ACL's subcommands that are not about users: categories, the log, trying, passwords.
#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <string>

#include "src/base/text.h"
#include "src/commands/acl_handlers.h"
#include "src/commands/help.h"
#include "src/engine/acl_category.h"
#include "src/engine/argument_reader.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

std::string_view ReasonWord(AclDenial reason) {
  switch (reason) {
    case AclDenial::kKey:
      return "key";
    case AclDenial::kChannel:
      return "channel";
    case AclDenial::kAuth:
      return "auth";
    default:
      return "command";
  }
}

std::string_view ContextWord(AclContext context) {
  switch (context) {
    case AclContext::kTransaction:
      return "multi";
    case AclContext::kScript:
      return "lua";
    default:
      return "toplevel";
  }
}

void ReplyRecord(ReplyWriter& reply, const AclLog::Record& record, int64_t now_ms) {
  constexpr double kMsPerSecond = 1000;
  reply.Map(10);
  reply.Bulk("count");
  reply.Integer(static_cast<int64_t>(record.count));
  reply.Bulk("reason");
  reply.Bulk(ReasonWord(record.event.reason));
  reply.Bulk("context");
  reply.Bulk(ContextWord(record.event.context));
  reply.Bulk("object");
  reply.Bulk(record.event.object);
  reply.Bulk("username");
  reply.Bulk(record.event.user);
  reply.Bulk("age-seconds");
  reply.Double(static_cast<double>(now_ms - record.updated_ms) / kMsPerSecond);
  reply.Bulk("client-info");
  reply.Bulk(record.event.client);
  reply.Bulk("entry-id");
  reply.Integer(static_cast<int64_t>(record.id));
  reply.Bulk("timestamp-created");
  reply.Integer(record.created_ms);
  reply.Bulk("timestamp-last-updated");
  reply.Integer(record.updated_ms);
}

// What would be refused, in words that name the key or channel.
std::string DescribeRefusal(const AclVerdict& verdict, const AclUser& user, const Command& command,
                            std::span<const std::string_view> request) {
  if (verdict.denial == AclDenial::kCommand) {
    return fmt::format("User {} has no permissions to run the '{}' command", user.name(),
                       command.full_name);
  }
  return fmt::format("User {} has no permissions to access the '{}' {}", user.name(),
                     request[verdict.argument], ReasonWord(verdict.denial));
}

}  // namespace

void CmdAclWhoAmI(Call& call) { call.reply.Bulk(call.session().user_name()); }

void CmdAclCat(Call& call) {
  if (call.size() > 3) {
    ReplySubcommandSyntax(call);
    return;
  }
  if (call.size() == 2) {
    const auto names = AclCategoryNames();
    call.reply.Array(names.size());
    for (const std::string_view name : names) call.reply.Bulk(name);
    return;
  }
  const uint32_t category = AclCategoryOf(call[2]);
  if (category == 0) {
    constexpr size_t kShownMax = 128;
    call.Error(fmt::format("ERR Unknown category '{}'", call[2].substr(0, kShownMax)));
    return;
  }
  std::vector<std::string_view> names;
  const auto add = [&](const Command& command) {
    if ((command.categories & category) != 0) names.push_back(command.full_name);
  };
  for (const auto& command : call.engine().commands().commands()) {
    add(*command);
    for (const Command* sub : command->subcommands) add(*sub);
  }
  call.reply.Array(names.size());
  for (const std::string_view name : names) call.reply.Bulk(name);
}

void CmdAclGenPass(Call& call) {
  constexpr int64_t kBitsMax = 4096;
  constexpr int64_t kBitsPerDigit = 4;
  int64_t bits = 256;
  ArgumentReader read(call, 2);
  if (!read.AtEnd()) {
    bits = read.NextInteger();
    if (!read.failed() && (bits <= 0 || bits > kBitsMax)) {
      read.Fail(
          "ERR ACL GENPASS argument must be the number of bits for the output password, a "
          "positive number up to 4096");
    }
  }
  if (!read.Finish()) return;
  const auto digits = static_cast<size_t>((bits + kBitsPerDigit - 1) / kBitsPerDigit);
  std::array<uint8_t, kBitsMax / kBitsPerDigit> random{};
  for (size_t filled = 0; filled < digits;) {
    const ssize_t count = getrandom(&random[filled], digits - filled, 0);
    if (count > 0) filled += static_cast<size_t>(count);
  }
  std::string password;
  for (size_t i = 0; i < digits; ++i) password += "0123456789abcdef"[random[i] & 15];
  call.reply.Bulk(password);
}

void CmdAclLog(Call& call) {
  constexpr int64_t kShownByDefault = 10;
  AclLog& log = call.engine().acl_log();
  int64_t count = kShownByDefault;
  ArgumentReader read(call, 2);
  if (call.size() == 3 && read.TakeWord("RESET")) {
    log.Clear();
    call.reply.Ok();
    return;
  }
  if (!read.AtEnd()) count = std::max<int64_t>(read.NextInteger(), 0);
  if (!read.Finish()) return;
  const size_t shown = std::min(log.records().size(), static_cast<size_t>(count));
  call.reply.Array(shown);
  for (size_t i = 0; i < shown; ++i) ReplyRecord(call.reply, log.records()[i], call.now_ms());
}

void CmdAclDryRun(Call& call) {
  Engine& engine = call.engine();
  const AclUser* user = engine.acl().Find(call[2]);
  if (user == nullptr) {
    call.Error(fmt::format("ERR User '{}' not found", call[2]));
    return;
  }
  const auto request = call.arguments().subspan(3);
  const Command* command = engine.commands().Find(request);
  const bool unknown = command == nullptr || command->row->handler == nullptr;
  if (unknown) {
    call.Error(fmt::format("ERR Command '{}' not found", request[0]));
    return;
  }
  if (!command->ArityMatches(request.size())) {
    call.Error(errors::WrongArity(command->full_name));
    return;
  }
  const AclVerdict verdict = user->Check(*command, request);
  if (verdict.allowed()) {
    call.reply.Ok();
  } else {
    call.reply.Bulk(DescribeRefusal(verdict, *user, *command, request));
  }
}

}  // namespace kvasir
