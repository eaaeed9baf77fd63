#include <algorithm>
#include <vector>

#include "src/commands/command_reply.h"
#include "src/commands/syntax_parser.h"

namespace kvasir {
namespace {

// In the order of CommandGroup.
constexpr std::string_view kGroupNames[] = {"generic",    "string", "list",      "set",
                                            "sorted-set", "hash",   "pubsub",    "transactions",
                                            "connection", "server", "scripting", "hyperloglog",
                                            "geo",        "stream", "bitmap",    "cluster"};

void Field(ReplyWriter& reply, std::string_view name, std::string_view value) {
  reply.Bulk(name);
  reply.Bulk(value);
}

class ArgumentsReply {
 public:
  ArgumentsReply(ReplyWriter& reply, size_t key_specs) : reply_(reply), key_specs_(key_specs) {}

  void Write(const std::vector<SyntaxArgument>& arguments) {
    reply_.Array(arguments.size());
    for (const SyntaxArgument& argument : arguments) Write(argument);
  }

 private:
  void Write(const SyntaxArgument& argument) {
    const bool is_key = argument.type == "key" && key_specs_ > 0;
    const bool shown = argument.arguments.empty();
    const auto flags = static_cast<size_t>(int{argument.optional} + int{argument.multiple} +
                                           int{argument.multiple_token});
    reply_.Map(2 + size_t{shown} + size_t{is_key} + size_t{!argument.token.empty()} +
               size_t{flags > 0} + size_t{!shown});
    Field(reply_, "name", argument.name);
    Field(reply_, "type", is_key || argument.type != "key" ? argument.type : "string");
    if (shown) Field(reply_, "display_text", argument.name);
    if (is_key) WriteKeySpec();
    if (!argument.token.empty()) Field(reply_, "token", argument.token);
    if (flags > 0) WriteFlags(argument, flags);
    if (!shown) {
      reply_.Bulk("arguments");
      Write(argument.arguments);
    }
  }

  // Keys stand in the order of their specifications; the last one may have several.
  void WriteKeySpec() {
    reply_.Bulk("key_spec_index");
    reply_.Integer(static_cast<int64_t>(std::min(keys_++, key_specs_ - 1)));
  }

  void WriteFlags(const SyntaxArgument& argument, size_t count) {
    reply_.Bulk("flags");
    reply_.Set(count);
    if (argument.optional) reply_.Status("optional");
    if (argument.multiple) reply_.Status("multiple");
    if (argument.multiple_token) reply_.Status("multiple_token");
  }

  ReplyWriter& reply_;
  size_t key_specs_;
  size_t keys_ = 0;
};

}  // namespace

void ReplyCommandDocs(ReplyWriter& reply, const Command& command) {
  const CommandRow& row = *command.row;
  reply.Map(3 + size_t{!row.syntax.empty()} + size_t{!command.subcommands.empty()});
  Field(reply, "summary", row.summary);
  Field(reply, "since", row.since);
  Field(reply, "group", kGroupNames[static_cast<size_t>(row.group)]);
  if (!row.syntax.empty()) {
    reply.Bulk("arguments");
    ArgumentsReply(reply, row.keys.size()).Write(ParseSyntax(row.syntax));
  }
  if (command.subcommands.empty()) return;
  reply.Bulk("subcommands");
  reply.Map(command.subcommands.size());
  for (const Command* subcommand : command.subcommands) {
    reply.Bulk(subcommand->full_name);
    ReplyCommandDocs(reply, *subcommand);
  }
}

}  // namespace kvasir
