// FUNCTION: the libraries of functions that FCALL calls.
#include <string>
#include <vector>

#include "persistence/rdb_payload.h"
#include "src/base/glob.h"
#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/help.h"
#include "src/commands/script_kill.h"
#include "src/engine/argument_reader.h"
#include "src/scripting/script_flags.h"
#include "src/scripting/scripting.h"

namespace kvasir {
namespace {

// nullptr, and an error reply, when they cannot be had.
FunctionRegistry* Registry(Call& call) {
  FunctionRegistry& functions = Scripting::Of(call.engine()).functions();
  const Result<void> current = functions.Synchronize(false);
  if (!current) {
    call.Error(current.error());
  } else if (!functions.vm().ok()) {
    call.Error("ERR no memory for the interpreter");
  } else {
    return &functions;
  }
  return nullptr;
}

void CmdFunctionLoad(Call& call) {
  bool replace = false;
  for (size_t i = 2; i + 1 < call.size(); ++i) {
    if (!EqualsIgnoreCase(call[i], "replace")) {
      call.Error("ERR Unknown option given: " + std::string(call[i]));
      return;
    }
    replace = true;
  }
  FunctionRegistry* functions = Registry(call);
  if (functions == nullptr) return;
  const Result<std::string> name = functions->Load(call[call.size() - 1], replace);
  if (!name) {
    call.Error(name.error());
    return;
  }
  call.reply.Bulk(*name);
}

void CmdFunctionDelete(Call& call) {
  FunctionRegistry* functions = Registry(call);
  if (functions == nullptr) return;
  if (!functions->Delete(call[2])) {
    call.Error("ERR Library not found");
    return;
  }
  call.reply.Ok();
}

void CmdFunctionFlush(Call& call) {
  if (call.size() > 3) {
    ReplySubcommandSyntax(call);
    return;
  }
  const bool known =
      call.size() == 2 || EqualsIgnoreCase(call[2], "sync") || EqualsIgnoreCase(call[2], "async");
  if (!known) {
    call.Error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
    return;
  }
  Scripting::Of(call.engine()).functions().Clear();
  call.reply.Ok();
}

void CmdFunctionDump(Call& call) {
  call.reply.Bulk(
      DumpFunctions(call.keyspace().function_libraries(), call.engine().settings().rdbcompression));
}

void CmdFunctionRestore(Call& call) {
  RestorePolicy policy = RestorePolicy::kAppend;
  if (call.size() > 4) {
    ReplySubcommandSyntax(call);
    return;
  }
  if (call.size() == 4) {
    if (EqualsIgnoreCase(call[3], "flush")) {
      policy = RestorePolicy::kFlush;
    } else if (EqualsIgnoreCase(call[3], "replace")) {
      policy = RestorePolicy::kReplace;
    } else if (!EqualsIgnoreCase(call[3], "append")) {
      call.Error(
          "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
      return;
    }
  }
  if (!IsIntactPayload(call[2])) {
    call.Error("ERR DUMP payload version or checksum are wrong");
    return;
  }
  const std::optional<std::vector<std::string>> sources = RestoreFunctions(call[2]);
  if (!sources) {
    call.Error("ERR given type is not a function");
    return;
  }
  FunctionRegistry* functions = Registry(call);
  if (functions == nullptr) return;
  const Result<void> restored = functions->Restore(*sources, policy);
  if (!restored) {
    call.Error(restored.error());
    return;
  }
  call.reply.Ok();
}

void ReplyFlags(ReplyWriter& reply, uint32_t flags) {
  size_t count = 0;
  for (const ScriptFlagName& known : kScriptFlagNames) count += (flags & known.flag) != 0 ? 1 : 0;
  reply.Set(count);
  for (const ScriptFlagName& known : kScriptFlagNames) {
    if ((flags & known.flag) != 0) reply.Status(known.name);
  }
}

void ReplyLibrary(ReplyWriter& reply, const FunctionLibrary& library, bool with_code) {
  reply.Map(with_code ? 4 : 3);
  reply.Bulk("library_name");
  reply.Bulk(library.name);
  reply.Bulk("engine");
  reply.Bulk("LUA");
  reply.Bulk("functions");
  reply.Array(library.functions.size());
  for (const ScriptFunction& function : library.functions) {
    reply.Map(3);
    reply.Bulk("name");
    reply.Bulk(function.name);
    reply.Bulk("description");
    if (function.description) {
      reply.Bulk(*function.description);
    } else {
      reply.Null();
    }
    reply.Bulk("flags");
    ReplyFlags(reply, function.flags);
  }
  if (!with_code) return;
  reply.Bulk("library_code");
  reply.Bulk(library.source);
}

void CmdFunctionList(Call& call) {
  std::string_view pattern = "*";
  bool with_code = false;
  bool named = false;
  for (size_t i = 2; i < call.size(); ++i) {
    if (!with_code && EqualsIgnoreCase(call[i], "withcode")) {
      with_code = true;
    } else if (named || !EqualsIgnoreCase(call[i], "libraryname")) {
      call.Error("ERR Unknown argument " + std::string(call[i]));
      return;
    } else if (i + 1 == call.size()) {
      call.Error("ERR library name argument was not given");
      return;
    } else {
      pattern = call[++i];
      named = true;
    }
  }
  FunctionRegistry* functions = Registry(call);
  if (functions == nullptr) return;
  std::vector<const FunctionLibrary*> listed;
  for (const auto& [name, library] : functions->libraries()) {
    if (GlobMatch(pattern, name)) listed.push_back(library.get());
  }
  call.reply.Array(listed.size());
  for (const FunctionLibrary* library : listed) ReplyLibrary(call.reply, *library, with_code);
}

void CmdFunctionStats(Call& call) {
  Scripting& scripting = Scripting::Of(call.engine());
  ScriptRun& run = scripting.run();
  call.reply.Map(2);
  call.reply.Bulk("running_script");
  if (run.active()) {
    call.reply.Map(3);
    call.reply.Bulk("name");
    call.reply.Bulk(run.name());
    call.reply.Bulk("command");
    call.reply.Array(run.call().size());
    for (const std::string_view argument : run.call().arguments()) call.reply.Bulk(argument);
    call.reply.Bulk("duration_ms");
    call.reply.Integer(static_cast<int64_t>(run.RunningMs()));
  } else {
    call.reply.Null();
  }
  call.reply.Bulk("engines");
  call.reply.Map(1);
  call.reply.Bulk("LUA");
  call.reply.Map(2);
  call.reply.Bulk("libraries_count");
  call.reply.Integer(static_cast<int64_t>(scripting.functions().libraries().size()));
  call.reply.Bulk("functions_count");
  call.reply.Integer(static_cast<int64_t>(scripting.functions().function_count()));
}

void CmdFunctionKill(Call& call) { KillScript(call, true); }

constexpr uint32_t kReads = kNoScript;
constexpr uint32_t kWrites = kNoScript | kWrite;

// clang-format off
constexpr CommandRow kSubcommands[] = {
    {.name = "load", .handler = CmdFunctionLoad, .arity = -3, .flags = kWrites | kDenyOom,
     .categories = kAclScripting, .since = "7.0.0", .group = CommandGroup::kScripting,
     .summary = "Makes a library of functions out of its source; returns its name.",
     .syntax = "[REPLACE] function-code"},
    {.name = "delete", .handler = CmdFunctionDelete, .arity = 3, .flags = kWrites,
     .categories = kAclScripting, .since = "7.0.0", .group = CommandGroup::kScripting,
     .summary = "Deletes a library and its functions.", .syntax = "library-name"},
    {.name = "list", .handler = CmdFunctionList, .arity = -2, .flags = kReads,
     .categories = kAclScripting, .since = "7.0.0", .group = CommandGroup::kScripting,
     .summary = "Shows the libraries, their functions, and on demand their source.",
     .syntax = "[LIBRARYNAME library-name-pattern] [WITHCODE]"},
    {.name = "stats", .handler = CmdFunctionStats, .arity = 2, .flags = kReads | kAllowBusy,
     .categories = kAclScripting, .since = "7.0.0", .group = CommandGroup::kScripting,
     .summary = "Tells what is running, and how many functions there are."},
    {.name = "kill", .handler = CmdFunctionKill, .arity = 2, .flags = kReads | kAllowBusy,
     .categories = kAclScripting, .since = "7.0.0", .group = CommandGroup::kScripting,
     .summary = "Ends the function that is running, if it has not written anything."},
    {.name = "flush", .handler = CmdFunctionFlush, .arity = -2, .flags = kWrites,
     .categories = kAclScripting, .since = "7.0.0", .group = CommandGroup::kScripting,
     .summary = "Deletes all libraries.", .syntax = "[ASYNC | SYNC]"},
    {.name = "dump", .handler = CmdFunctionDump, .arity = 2, .flags = kReads,
     .categories = kAclScripting, .since = "7.0.0", .group = CommandGroup::kScripting,
     .summary = "Returns all libraries as bytes that FUNCTION RESTORE takes."},
    {.name = "restore", .handler = CmdFunctionRestore, .arity = -3, .flags = kWrites | kDenyOom,
     .categories = kAclScripting, .since = "7.0.0", .group = CommandGroup::kScripting,
     .summary = "Makes libraries out of what FUNCTION DUMP returned: besides those that are there "
                "(APPEND), in place of those of the same name (REPLACE), or of all (FLUSH).",
     .syntax = "serialized-value [FLUSH | APPEND | REPLACE]"},
    HelpRow("7.0.0", CommandGroup::kScripting, kAclScripting),
};

constexpr CommandRow kRows[] = {
    {.name = "function", .arity = -2, .since = "7.0.0", .group = CommandGroup::kScripting,
     .summary = "Manages the libraries of functions.", .subcommands = kSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> FunctionCommands() { return kRows; }

}  // namespace kvasir
