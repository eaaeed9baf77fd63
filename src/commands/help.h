// The HELP subcommand of every container, made from the container's rows.
// THREAD: loop.
#pragma once

#include <string_view>

#include "src/engine/call.h"

namespace kvasir {

// Replies with what the container's subcommands are.
void CmdHelp(Call& call);

// Replies that a subcommand's arguments are too many, or not to be understood.
void ReplySubcommandSyntax(Call& call);

// The row that publishes it. `categories` are those of the container's other subcommands.
constexpr CommandRow HelpRow(std::string_view since, CommandGroup group, uint32_t categories) {
  return {.name = "help",
          .handler = CmdHelp,
          .arity = 2,
          .flags = kLoading | kStale,
          .categories = categories,
          .since = since,
          .group = group,
          .summary = "Print this help."};
}

}  // namespace kvasir
