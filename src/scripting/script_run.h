// One script while it runs: what it may do, what it has done, and its way to the engine.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/output_buffer.h"
#include "src/engine/engine.h"
#include "src/engine/session.h"

namespace kvasir {

// The session that a script's requests come from. It acts for the caller: same user, same database.
class ScriptSession : public Session {
 public:
  ScriptSession() { is_script = true; }
  // Of the caller, for as long as it has one.
  const Session& Client() const override { return caller_ == nullptr ? *this : *caller_; }
  ConnectionFacts Facts() const override {
    return caller_ == nullptr ? ConnectionFacts() : caller_->Facts();
  }
  void ActFor(const Session& caller);
  void ActForNobody() { caller_ = nullptr; }

 private:
  const Session* caller_ = nullptr;
};

// How a script is started.
struct ScriptStart {
  std::string_view name;  // the hash or the function's name, for error texts
  uint32_t flags = 0;     // ScriptFlag
  bool is_function = false;
  bool read_only_command = false;  // EVAL_RO and its like
  int function_ref = 0;            // in the interpreter's registry
  std::span<const std::string_view> keys;
  std::span<const std::string_view> arguments;
};

class ScriptRun {
 public:
  explicit ScriptRun(Engine& engine) : engine_(engine) {}

  // Replies with an error and returns false when the script may not be started at all.
  bool Begin(Call& call, const ScriptStart& start);
  // What it did counts for its caller.
  void End();

  // From Begin to End, also while it is suspended.
  bool active() const { return call_ != nullptr; }
  bool is_function() const { return is_function_; }
  const std::string& name() const { return name_; }
  Call& call() { return *call_; }
  Engine& engine() { return engine_; }
  ScriptSession& session() { return session_; }
  uint64_t RunningMs() const;

  // A request of the script: its arguments are gathered here, then it runs. False when it was
  // refused before it ran; error() says why. Else its reply stands in reply() until the next one.
  std::vector<std::string_view>& arguments() { return arguments_; }
  bool Execute();
  const std::string& error() const { return error_; }
  std::string_view reply();
  // Lets scripts call what is not for scripts, for tests (DEBUG SET-DISABLE-DENY-SCRIPTS).
  void set_calls_anything(bool on) { calls_anything_ = on; }
  // Checks arity, permission and the like, without running it.
  enum class Permission { kUnknown, kDenied, kGranted };
  Permission CheckPermission();

  // Called every so many instructions. False: the script is to be ended, with error().
  bool Tick();
  // Whether it can still be ended: not once it has begun to write.
  bool Kill();

 private:
  bool MayStart(Call& call, const ScriptStart& start);
  bool Allowed(const Command& command);
  bool Refuse(Command* command, std::string_view text);

  Engine& engine_;
  ScriptSession session_;
  Call* call_ = nullptr;
  std::string name_;
  uint32_t flags_ = 0;
  bool is_function_ = false;
  bool read_only_ = false;
  bool out_of_memory_ = false;  // when it began
  bool calls_anything_ = false;
  bool wrote_ = false;
  bool killed_ = false;
  uint64_t started_ticks_ = 0;
  uint64_t slice_ticks_ = 0;  // when the loop let it go on
  std::vector<std::string_view> arguments_;
  std::string error_;
  OutputBuffer output_;
  std::string joined_;  // a reply that came in several pieces
};

}  // namespace kvasir
