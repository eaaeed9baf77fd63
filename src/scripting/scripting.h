// Scripts and functions of one engine: what the commands of both families use.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "src/base/result.h"
#include "src/engine/engine.h"
#include "src/scripting/function_registry.h"
#include "src/scripting/script_cache.h"
#include "src/scripting/script_run.h"

namespace kvasir {

class Scripting : public ScriptingState {
 public:
  explicit Scripting(Engine& engine) : run_(engine), functions_(engine.keyspace(), run_) {}

  // The engine's own; made when it is first needed.
  static Scripting& Of(Engine& engine);
  // nullptr while nobody has needed it.
  static Scripting* Existing(Engine& engine) {
    return static_cast<Scripting*>(engine.scripting_state().get());
  }

  ScriptRun& run() { return run_; }

  // The interpreter of EVAL; made when it is first needed.
  LuaVm& vm();
  ScriptCache& scripts() { return scripts_; }
  // Forgets all scripts, and frees their interpreter.
  void FlushScripts();
  size_t vm_bytes() const { return vm_ == nullptr ? 0 : vm_->bytes(); }

  FunctionRegistry& functions() { return functions_; }

  // Runs it, and replies.
  void Run(Call& call, LuaVm& vm, const ScriptStart& start);

 private:
  ScriptRun run_;
  std::unique_ptr<LuaVm> vm_;
  ScriptCache scripts_;
  FunctionRegistry functions_;
};

// After a dataset was loaded: its functions can be called, or the error says which library cannot
// be compiled.
Result<void> CompileFunctions(Engine& engine);

// What INFO and MEMORY tell.
struct ScriptingReport {
  size_t eval_vm_bytes = 0;
  size_t function_vm_bytes = 0;
  size_t eval_bytes = 0;      // of the scripts' texts
  size_t function_bytes = 0;  // of the libraries' sources
  size_t scripts = 0;
  size_t functions = 0;
  size_t libraries = 0;
  uint64_t evicted = 0;
};
ScriptingReport ReportScripting(Engine& engine);

}  // namespace kvasir
