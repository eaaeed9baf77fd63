// FCALL: a function of a library.
#include "src/commands/families.h"
#include "src/commands/script_arguments.h"
#include "src/scripting/scripting.h"

namespace kvasir {
namespace {

void CallFunction(Call& call, bool read_only) {
  ShowScriptToMonitors(call);
  Scripting& scripting = Scripting::Of(call.engine());
  FunctionRegistry& functions = scripting.functions();
  const Result<void> current = functions.Synchronize(false);
  if (!current) {
    call.Error(current.error());
    return;
  }
  const ScriptFunction* function = functions.Find(call[1]);
  if (function == nullptr) {
    call.Error("ERR Function not found");
    return;
  }
  ScriptStart start{.name = function->name,
                    .flags = function->flags,
                    .is_function = true,
                    .read_only_command = read_only,
                    .function_ref = function->ref};
  if (!ReadScriptArguments(call, "ERR Bad number of keys provided", start)) return;
  scripting.Run(call, functions.vm(), start);
}

void CmdFcall(Call& call) { CallFunction(call, false); }
void CmdFcallRo(Call& call) { CallFunction(call, true); }

uint32_t FlagsOfFunction(Engine& engine, uint32_t row_flags,
                         std::span<const std::string_view> arguments) {
  FunctionRegistry& functions = Scripting::Of(engine).functions();
  const Result<void> current = functions.Synchronize(false);
  const ScriptFunction* function = current ? functions.Find(arguments[1]) : nullptr;
  return function == nullptr ? row_flags : RequestFlagsOf(row_flags, function->flags);
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "fcall", .handler = CmdFcall, .arity = -3, .flags = kScriptFlags | kMayReplicate,
     .categories = kAclScripting, .keys = kScriptKeys, .request_flags = FlagsOfFunction, .since = "7.0.0",
     .group = CommandGroup::kScripting, .summary = "Calls a function of a library.",
     .syntax = "function numkeys [key [key ...]] [arg [arg ...]]"},
    {.name = "fcall_ro", .handler = CmdFcallRo, .arity = -3, .flags = kScriptFlags | kReadOnly,
     .categories = kAclScripting, .keys = kReadOnlyScriptKeys, .request_flags = FlagsOfFunction, .since = "7.0.0",
     .group = CommandGroup::kScripting, .summary = "Calls a function that only reads.",
     .syntax = "function numkeys [key [key ...]] [arg [arg ...]]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> FunctionCallCommands() { return kRows; }

}  // namespace kvasir
