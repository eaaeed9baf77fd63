// SLOWLOG: the last commands that took long.
#include <algorithm>

#include "src/commands/families.h"
#include "src/commands/help.h"
#include "src/commands/reasons_reply.h"
#include "src/engine/argument_reader.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

void CmdSlowLogGet(Call& call) {
  const auto& records = call.engine().slow_log().records();
  constexpr int64_t kShownByDefault = 10;
  int64_t count = kShownByDefault;
  ArgumentReader read(call, 2);
  bool with_reasons = read.TakeWord("reasons");
  if (!read.AtEnd()) {
    count = read.NextIntegerIn(-1, INT64_MAX, "ERR count should be greater than or equal to -1");
  }
  if (!with_reasons) with_reasons = read.TakeWord("reasons");
  if (!read.Finish()) return;
  const size_t shown =
      count == -1 ? records.size() : std::min(records.size(), static_cast<size_t>(count));
  call.reply.Array(shown);
  for (size_t i = 0; i < shown; ++i) {
    const SlowLog::Record& record = records[i];
    call.reply.Array(with_reasons ? 7 : 6);
    call.reply.Integer(static_cast<int64_t>(record.id));
    call.reply.Integer(record.unix_time_s);
    call.reply.Integer(static_cast<int64_t>(record.duration_us));
    call.reply.Array(record.arguments.size());
    for (const std::string& argument : record.arguments) call.reply.Bulk(argument);
    call.reply.Bulk(record.client_address);
    call.reply.Bulk(record.client_name);
    if (with_reasons) ReplyReasons(call.reply, record.reasons);
  }
}

void CmdSlowLogLen(Call& call) {
  call.reply.Integer(static_cast<int64_t>(call.engine().slow_log().records().size()));
}

void CmdSlowLogReset(Call& call) {
  call.engine().slow_log().Clear();
  call.reply.Ok();
}

constexpr uint32_t kFlags = kAdmin | kLoading | kStale;

// clang-format off
constexpr CommandRow kSubcommands[] = {
    {.name = "get", .handler = CmdSlowLogGet, .arity = -2, .flags = kFlags, .since = "2.2.12",
     .group = CommandGroup::kServer,
     .summary = "Returns the newest entries: number, time, microseconds, arguments, client "
                "address and name; 10 of them, or all for -1. With REASONS also where the time "
                "went.",
     .syntax = "[count] [REASONS]"},
    {.name = "len", .handler = CmdSlowLogLen, .arity = 2, .flags = kFlags, .since = "2.2.12",
     .group = CommandGroup::kServer, .summary = "Counts the entries."},
    {.name = "reset", .handler = CmdSlowLogReset, .arity = 2, .flags = kFlags, .since = "2.2.12",
     .group = CommandGroup::kServer, .summary = "Forgets all entries."},
    HelpRow("6.2.0", CommandGroup::kServer, 0),
};

constexpr CommandRow kRows[] = {
    {.name = "slowlog", .arity = -2, .since = "2.2.12", .group = CommandGroup::kServer,
     .summary = "Shows the commands that took long.", .subcommands = kSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SlowLogCommands() { return kRows; }

}  // namespace kvasir
