// The keys and arguments that stand behind a script or a function's name.
// THREAD: loop.
#pragma once

#include "src/engine/call.h"
#include "src/scripting/script_run.h"

namespace kvasir {

// "numkeys [key ...] [arg ...]" from argument 2 on. Replies and returns false when they are wrong.
// `not_a_number` is the error for a count that is none.
bool ReadScriptArguments(Call& call, std::string_view not_a_number, ScriptStart& start);

// What the rows of all commands that run a script have in common. Those that are not for reading
// only say kMayReplicate besides.
inline constexpr uint32_t kScriptFlags =
    kNoScript | kStale | kSkipMonitor | kMovableKeys | kNoMandatoryKeys | kRunsScript;
inline constexpr KeySpec kScriptKeys[] = {
    {.flags = kKeyReadWrite | kKeyAccess | kKeyUpdate, .begin = 2, .find = KeySpec::Find::kCount}};
inline constexpr KeySpec kReadOnlyScriptKeys[] = {
    {.flags = kKeyReadOnly | kKeyAccess, .begin = 2, .find = KeySpec::Find::kCount}};

// The flags of a request whose script has these (ScriptFlag). One without any says nothing of
// itself: the command decides.
uint32_t RequestFlagsOf(uint32_t row_flags, uint32_t script_flags);

// MONITOR shows what runs a script before what the script runs.
void ShowScriptToMonitors(Call& call);

}  // namespace kvasir
