#include "src/commands/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "src/base/text.h"

namespace kvasir {
namespace {

constexpr std::string_view kIndent = "    ";
constexpr size_t kWidth = 80;
// Of a word that a client made up.
constexpr size_t kShownMax = 128;

bool IsWordByte(char c) { return isalnum(static_cast<uint8_t>(c)) != 0 || c == '-' || c == '_'; }

// "key [EX seconds]" becomes "<key> [EX <seconds>]": what the caller fills in stands in brackets.
std::string MarkPlaceholders(std::string_view syntax) {
  std::string marked;
  for (size_t i = 0; i < syntax.size();) {
    size_t end = i;
    while (end < syntax.size() && IsWordByte(syntax[end])) ++end;
    const std::string word(syntax.substr(i, end - i));
    const bool placeholder = !word.empty() && islower(static_cast<uint8_t>(word[0])) != 0;
    marked += placeholder ? "<" + word + ">" : word;
    if (end < syntax.size()) marked += syntax[end];
    i = end + 1;
  }
  return marked;
}

void AddWrapped(std::string_view text, std::vector<std::string>& lines) {
  std::string line(kIndent);
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (line.size() > kIndent.size() && line.size() + 1 + word.size() > kWidth) {
      lines.push_back(line);
      line = kIndent;
    }
    if (line.size() > kIndent.size()) line += ' ';
    line += word;
  }
  lines.push_back(line);
}

}  // namespace

void ReplySubcommandSyntax(Call& call) {
  call.Error(
      fmt::format("ERR unknown subcommand or wrong number of arguments for '{}'. Try {} HELP.",
                  call[1].substr(0, kShownMax), ToUpper(call[0])));
}

void CmdHelp(Call& call) {
  const Command* container = call.command().parent;
  std::vector<std::string> lines = {ToUpper(container->row->name) +
                                    " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"};
  const auto add = [&](const CommandRow& row) {
    std::string usage = ToUpper(row.name);
    if (!row.syntax.empty()) usage += " " + MarkPlaceholders(row.syntax);
    lines.push_back(usage);
    AddWrapped(row.summary, lines);
  };
  for (const Command* subcommand : container->subcommands) {
    if (subcommand != &call.command()) add(*subcommand->row);
  }
  add(*call.command().row);
  call.reply.Array(lines.size());
  for (const std::string& line : lines) call.reply.Status(line);
}

}  // namespace kvasir
