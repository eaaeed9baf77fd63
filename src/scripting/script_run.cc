#include "src/scripting/script_run.h"

#include <algorithm>
#include <array>
#include <utility>

#include "src/base/clock.h"
#include "src/scripting/script_flags.h"

namespace kvasir {
namespace {

// How long a script that takes too long runs before everybody else is heard.
constexpr uint64_t kSliceNs = 2'000'000;

constexpr std::string_view kReadOnlyScript =
    "ERR Write commands are not allowed from read-only scripts.";

uint64_t NanosecondsSince(uint64_t ticks) { return TicksToNs(CycleTicks() - ticks); }

bool ReachedLimit(Engine& engine) {
  // As the gate for requests has it.
  constexpr uint64_t kBudgetUs = 500;
  return engine.settings().maxmemory_bytes != 0 && !engine.MakeRoom(kBudgetUs);
}

// Permissions are those of whoever called the script, which Redis's text says.
std::string OfScript(const std::string& refusal) {
  constexpr std::string_view kCode = "NOPERM ";
  if (!refusal.starts_with(kCode)) return refusal;
  return std::string(refusal).insert(kCode.size(), "ACL failure in script: ");
}

}  // namespace

void ScriptSession::ActFor(const Session& caller) {
  caller_ = &caller;
  if (name != caller.name) name = caller.name;
  database = caller.database;
  resp_version = 2;
  if (user != caller.user) user = caller.user;
  authenticated = caller.authenticated;
  armed_gates = caller.armed_gates;
  exempt_gates = caller.exempt_gates;
  no_touch = caller.no_touch;
  is_replay = caller.is_replay;
  depends_on = 0;
  last_write = 0;
}

bool ScriptRun::MayStart(Call& call, const ScriptStart& start) {
  if ((start.flags & (kScriptCompatible | kScriptNoWrites)) != 0) return true;
  const std::string refusal(engine_.WriteRefusal());
  if (!refusal.empty()) {
    call.Error(refusal);
  } else if (start.read_only_command) {
    call.Error("ERR Can not execute a script with write flag using *_ro command.");
  } else if ((start.flags & kScriptAllowOom) == 0 && out_of_memory_) {
    call.Error(errors::kOutOfMemory);
  } else {
    return true;
  }
  return false;
}

bool ScriptRun::Begin(Call& call, const ScriptStart& start) {
  out_of_memory_ = ReachedLimit(engine_);
  if (!MayStart(call, start)) return false;
  call_ = &call;
  name_ = start.name;
  flags_ = start.flags;
  is_function_ = start.is_function;
  read_only_ = start.read_only_command || (start.flags & kScriptNoWrites) != 0;
  wrote_ = false;
  killed_ = false;
  started_ticks_ = slice_ticks_ = engine_.last_ticks();
  session_.ActFor(call.session());
  engine_.BeginGroup();
  return true;
}

void ScriptRun::End() {
  engine_.EndGroup();
  Session& caller = call_->session();
  // D1: its reply tells about all that it has written and read.
  caller.depends_on = std::max(caller.depends_on, session_.depends_on);
  if (session_.last_write != 0) caller.last_write = session_.last_write;
  caller.requests += std::exchange(session_.requests, 0);
  call_ = nullptr;
  session_.ActForNobody();
  output_.Clear();
}

uint64_t ScriptRun::RunningMs() const { return NanosecondsSince(started_ticks_) / 1000000; }

bool ScriptRun::Refuse(Command* command, std::string_view text) {
  if (command != nullptr) ++command->rejected_calls;
  engine_.CountError(text);
  error_ = text;
  return false;
}

// What the server's state and the script's flags say to the command; error_ when they say no.
bool ScriptRun::Allowed(const Command& command) {
  if (command.Has(kNoScript) && !calls_anything_) {
    error_ = "ERR This Redis command is not allowed from script";
    return false;
  }
  const bool writes = command.Has(kWrite);
  if (read_only_ && (writes || command.Has(kMayReplicate))) {
    error_ = kReadOnlyScript;
    return false;
  }
  // Once it has written something it is not stopped in the middle.
  if (wrote_) return true;
  if (writes) {
    error_ = engine_.WriteRefusal();
    if (!error_.empty()) return false;
  }
  if (out_of_memory_ && command.Has(kDenyOom) && (flags_ & kScriptAllowOom) == 0) {
    error_ = errors::kOutOfMemory;
    return false;
  }
  return true;
}

bool ScriptRun::Execute() {
  Command* command = engine_.commands().Find(arguments_);
  const bool unresolved =
      command != nullptr && !command->subcommands.empty() && arguments_.size() > 1;
  if (command == nullptr || unresolved) {
    return Refuse(nullptr, "ERR Unknown Redis command called from script");
  }
  if (command->row->handler == nullptr || !command->ArityMatches(arguments_.size())) {
    return Refuse(command, "ERR Wrong number of args calling Redis command from script");
  }
  if (!Allowed(*command)) return Refuse(command, std::string(error_));
  if (command->Has(kWrite)) wrote_ = true;
  output_.Clear();
  ReplyWriter reply(output_, session_.resp_version);
  std::string refusal;
  // ACL LOG tells what the client was doing.
  session_.last_command = &call_->command();
  if (!engine_.RunForScript(session_, *command, arguments_, reply, refusal)) {
    return Refuse(command, OfScript(refusal));
  }
  return true;
}

std::string_view ScriptRun::reply() {
  std::array<std::string_view, 2> pieces;
  if (output_.Gather(pieces) == 1) return pieces[0];
  joined_ = output_.ToString();
  return joined_;
}

ScriptRun::Permission ScriptRun::CheckPermission() {
  Command* command = engine_.commands().Find(arguments_);
  if (command == nullptr || command->row->handler == nullptr ||
      !command->ArityMatches(arguments_.size())) {
    return Permission::kUnknown;
  }
  std::string refusal;
  return engine_.PassesScriptGates(session_, *command, arguments_, refusal) ? Permission::kGranted
                                                                            : Permission::kDenied;
}

bool ScriptRun::Tick() {
  const auto threshold_ms = static_cast<uint64_t>(engine_.settings().busy_reply_threshold_ms);
  if (!killed_ && threshold_ms != 0 && engine_.CanSuspendLongCall()) {
    const bool early = NanosecondsSince(started_ticks_) / 1000000 < threshold_ms;
    if (early || NanosecondsSince(slice_ticks_) < kSliceNs) return true;
    engine_.set_busy_text(is_function_ ? errors::kBusyFunction : errors::kBusyScript);
    engine_.SuspendLongCall();
    slice_ticks_ = CycleTicks();
  }
  if (!killed_) return true;
  error_ = "Script killed by user with SCRIPT KILL...";  // of functions as well, in Redis
  return false;
}

bool ScriptRun::Kill() {
  if (wrote_) return false;
  killed_ = true;
  return true;
}

}  // namespace kvasir
