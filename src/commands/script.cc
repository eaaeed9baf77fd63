// SCRIPT: the scripts that EVALSHA finds.
#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/help.h"
#include "src/commands/script_kill.h"
#include "src/scripting/scripting.h"

namespace kvasir {
namespace {

void CmdScriptLoad(Call& call) {
  Scripting& scripting = Scripting::Of(call.engine());
  if (!scripting.vm().ok()) {
    call.Error("ERR no memory for the interpreter");
    return;
  }
  const Sha1 digest = Sha1Of(call[2]);
  CachedScript* script = scripting.scripts().Find(digest);
  if (script == nullptr) {
    const Result<CachedScript*> added =
        scripting.scripts().Add(scripting.vm(), digest, call[2], true);
    if (!added) {
      call.Error(added.error());
      return;
    }
    script = *added;
  }
  scripting.scripts().Keep(*script);
  call.reply.Bulk({script->name.data(), script->name.size()});
}

void CmdScriptExists(Call& call) {
  Scripting& scripting = Scripting::Of(call.engine());
  call.reply.Array(call.size() - 2);
  for (size_t i = 2; i < call.size(); ++i) {
    const std::optional<Sha1> digest = Sha1FromHex(call[i]);
    call.reply.Integer(digest && scripting.scripts().Has(*digest) ? 1 : 0);
  }
}

void CmdScriptShow(Call& call) {
  const std::optional<Sha1> digest = Sha1FromHex(call[2]);
  Scripting& scripting = Scripting::Of(call.engine());
  const CachedScript* script = digest ? scripting.scripts().Find(*digest) : nullptr;
  if (script == nullptr) {
    call.Error("NOSCRIPT No matching script. Please use EVAL.");
    return;
  }
  call.reply.Bulk(script->body);
}

void CmdScriptFlush(Call& call) {
  const bool known =
      call.size() == 2 || EqualsIgnoreCase(call[2], "sync") || EqualsIgnoreCase(call[2], "async");
  if (!known || call.size() > 3) {
    call.Error("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
    return;
  }
  Scripting::Of(call.engine()).FlushScripts();
  call.reply.Ok();
}

void CmdScriptKill(Call& call) { KillScript(call, false); }

void CmdScriptDebug(Call& call) {
  if (EqualsIgnoreCase(call[2], "no")) {
    call.reply.Ok();
  } else if (EqualsIgnoreCase(call[2], "yes") || EqualsIgnoreCase(call[2], "sync")) {
    call.Error("ERR the debugger for scripts is not supported");
  } else {
    call.Error("ERR Use SCRIPT DEBUG YES/SYNC/NO");
  }
}

// clang-format off
constexpr CommandRow kSubcommands[] = {
    {.name = "load", .handler = CmdScriptLoad, .arity = 3, .flags = kNoScript | kStale,
     .categories = kAclScripting, .since = "2.6.0", .group = CommandGroup::kScripting,
     .summary = "Keeps a script for EVALSHA, without running it; returns its hash.",
     .syntax = "script"},
    {.name = "exists", .handler = CmdScriptExists, .arity = -3, .flags = kNoScript,
     .categories = kAclScripting, .since = "2.6.0", .group = CommandGroup::kScripting,
     .summary = "Tells for each hash whether EVALSHA would find a script.",
     .syntax = "sha1 [sha1 ...]"},
    {.name = "show", .handler = CmdScriptShow, .arity = 3, .flags = kNoScript,
     .categories = kAclScripting, .since = "8.0.0", .group = CommandGroup::kScripting,
     .summary = "Returns the text of a script.", .syntax = "sha1"},
    {.name = "flush", .handler = CmdScriptFlush, .arity = -2, .flags = kNoScript,
     .categories = kAclScripting, .since = "2.6.0", .group = CommandGroup::kScripting,
     .summary = "Forgets all scripts.", .syntax = "[ASYNC | SYNC]"},
    {.name = "kill", .handler = CmdScriptKill, .arity = 2, .flags = kNoScript | kAllowBusy,
     .categories = kAclScripting, .since = "2.6.0", .group = CommandGroup::kScripting,
     .summary = "Ends the script that is running, if it has not written anything."},
    {.name = "debug", .handler = CmdScriptDebug, .arity = 3, .flags = kNoScript,
     .categories = kAclScripting, .since = "3.2.0", .group = CommandGroup::kScripting,
     .summary = "Sets the debug mode, of which there is none here but NO.",
     .syntax = "<YES | SYNC | NO>"},
    HelpRow("5.0.0", CommandGroup::kScripting, kAclScripting),
};

constexpr CommandRow kRows[] = {
    {.name = "script", .arity = -2, .since = "2.6.0", .group = CommandGroup::kScripting,
     .summary = "Manages the scripts that the server knows.", .subcommands = kSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> ScriptCommands() { return kRows; }

}  // namespace kvasir
