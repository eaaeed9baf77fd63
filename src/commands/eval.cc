// Scripts that come with the request, or are named by the hash of their text.
#include <string>

#include "src/commands/families.h"
#include "src/commands/script_arguments.h"
#include "src/scripting/script_flags.h"
#include "src/scripting/scripting.h"

namespace kvasir {
namespace {

constexpr std::string_view kNoScriptText = "NOSCRIPT No matching script. Please use EVAL.";

void RunScript(Call& call, Scripting& scripting, const CachedScript& script, bool read_only,
               ScriptStart& start) {
  start.name = {script.name.data(), script.name.size()};
  start.flags = script.flags;
  start.read_only_command = read_only;
  start.function_ref = script.ref;
  scripting.Run(call, scripting.vm(), start);
}

void EvalText(Call& call, bool read_only) {
  ShowScriptToMonitors(call);
  ScriptStart start;
  if (!ReadScriptArguments(call, errors::kNotInteger, start)) return;
  Scripting& scripting = Scripting::Of(call.engine());
  if (!scripting.vm().ok()) {
    call.Error("ERR no memory for the interpreter");
    return;
  }
  const Sha1 digest = Sha1Of(call[1]);
  CachedScript* script = scripting.scripts().Find(digest);
  if (script == nullptr) {
    const Result<CachedScript*> added =
        scripting.scripts().Add(scripting.vm(), digest, call[1], false);
    if (!added) {
      call.Error(added.error());
      return;
    }
    script = *added;
  }
  RunScript(call, scripting, *script, read_only, start);
}

void EvalHash(Call& call, bool read_only) {
  ShowScriptToMonitors(call);
  const std::optional<Sha1> digest = Sha1FromHex(call[1]);
  ScriptStart start;
  if (digest && !ReadScriptArguments(call, errors::kNotInteger, start)) return;
  Scripting& scripting = Scripting::Of(call.engine());
  CachedScript* script = digest ? scripting.scripts().Find(*digest) : nullptr;
  if (script == nullptr) {
    call.Error(kNoScriptText);
    return;
  }
  RunScript(call, scripting, *script, read_only, start);
}

void CmdEval(Call& call) { EvalText(call, false); }
void CmdEvalRo(Call& call) { EvalText(call, true); }
void CmdEvalSha(Call& call) { EvalHash(call, false); }
void CmdEvalShaRo(Call& call) { EvalHash(call, true); }

uint32_t FlagsOfText(Engine& /*engine*/, uint32_t row_flags,
                     std::span<const std::string_view> arguments) {
  const Result<ScriptHeader> header = ReadScriptHeader(arguments[1]);
  return header ? RequestFlagsOf(row_flags, header->flags) : row_flags;
}

uint32_t FlagsOfHash(Engine& engine, uint32_t row_flags,
                     std::span<const std::string_view> arguments) {
  const std::optional<Sha1> digest = Sha1FromHex(arguments[1]);
  const CachedScript* script = digest ? Scripting::Of(engine).scripts().Find(*digest) : nullptr;
  return script == nullptr ? row_flags : RequestFlagsOf(row_flags, script->flags);
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "eval", .handler = CmdEval, .arity = -3, .flags = kScriptFlags | kMayReplicate,
     .categories = kAclScripting, .keys = kScriptKeys, .request_flags = FlagsOfText, .since = "2.6.0",
     .group = CommandGroup::kScripting, .summary = "Runs a Lua script.",
     .syntax = "script numkeys [key [key ...]] [arg [arg ...]]"},
    {.name = "evalsha", .handler = CmdEvalSha, .arity = -3, .flags = kScriptFlags | kMayReplicate,
     .categories = kAclScripting, .keys = kScriptKeys, .request_flags = FlagsOfHash, .since = "2.6.0",
     .group = CommandGroup::kScripting, .summary = "Runs a Lua script that is known by its hash.",
     .syntax = "sha1 numkeys [key [key ...]] [arg [arg ...]]"},
    {.name = "eval_ro", .handler = CmdEvalRo, .arity = -3, .flags = kScriptFlags | kReadOnly,
     .categories = kAclScripting, .keys = kReadOnlyScriptKeys, .request_flags = FlagsOfText, .since = "7.0.0",
     .group = CommandGroup::kScripting, .summary = "Runs a Lua script that may only read.",
     .syntax = "script numkeys [key [key ...]] [arg [arg ...]]"},
    {.name = "evalsha_ro", .handler = CmdEvalShaRo, .arity = -3, .flags = kScriptFlags | kReadOnly,
     .categories = kAclScripting, .keys = kReadOnlyScriptKeys, .request_flags = FlagsOfHash, .since = "7.0.0",
     .group = CommandGroup::kScripting,
     .summary = "Runs a Lua script that is known by its hash and may only read.",
     .syntax = "sha1 numkeys [key [key ...]] [arg [arg ...]]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> EvalCommands() { return kRows; }

}  // namespace kvasir
