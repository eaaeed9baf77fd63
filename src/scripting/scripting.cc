#include "src/scripting/scripting.h"

#include <fmt/format.h>

namespace kvasir {

Scripting& Scripting::Of(Engine& engine) {
  if (Scripting* existing = Existing(engine)) return *existing;
  engine.scripting_state() = std::make_unique<Scripting>(engine);
  return *Existing(engine);
}

LuaVm& Scripting::vm() {
  if (vm_ == nullptr) vm_ = std::make_unique<LuaVm>(LuaVm::Kind::kScripts, run_);
  return *vm_;
}

void Scripting::FlushScripts() {
  scripts_.Clear();
  vm_.reset();
}

void Scripting::Run(Call& call, LuaVm& vm, const ScriptStart& start) {
  if (!run_.Begin(call, start)) return;
  vm.Run(start);
  run_.End();
}

Result<void> CompileFunctions(Engine& engine) {
  if (engine.keyspace().function_libraries().empty() && Scripting::Existing(engine) == nullptr) {
    return {};
  }
  return Scripting::Of(engine).functions().Synchronize(true);
}

ScriptingReport ReportScripting(Engine& engine) {
  Scripting* scripting = Scripting::Existing(engine);
  if (scripting == nullptr) return {};
  const FunctionRegistry& functions = scripting->functions();
  return {.eval_vm_bytes = scripting->vm_bytes(),
          .function_vm_bytes = functions.vm_bytes(),
          .eval_bytes = scripting->scripts().bytes(),
          .function_bytes = functions.source_bytes(),
          .scripts = scripting->scripts().size(),
          .functions = functions.function_count(),
          .libraries = functions.libraries().size(),
          .evicted = scripting->scripts().evicted()};
}

}  // namespace kvasir
