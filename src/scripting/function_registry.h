// The libraries of functions that FCALL finds. The keyspace holds their sources, which snapshots
// read and write; here they are compiled.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/base/result.h"
#include "src/scripting/function_library.h"
#include "src/store/keyspace.h"

namespace kvasir {

// What FUNCTION RESTORE does with what is there.
enum class RestorePolicy { kAppend, kReplace, kFlush };

class FunctionRegistry {
 public:
  using Libraries = std::map<std::string, std::unique_ptr<FunctionLibrary>, std::less<>>;

  // LIFETIME: both outlive this.
  FunctionRegistry(Keyspace& keyspace, ScriptRun& run) : keyspace_(keyspace), run_(run) {}

  // Compiles what the keyspace holds, when it is not what is here: after loading a dataset. The
  // error tells of the first library that does not compile.
  Result<void> Synchronize(bool always);

  // Errors' details are replies' texts without their code.
  Result<std::string> Load(std::string_view source, bool replace);
  Result<void> Restore(const std::vector<std::string>& sources, RestorePolicy policy);
  bool Delete(std::string_view name);
  void Clear();

  const ScriptFunction* Find(std::string_view name) const;
  const Libraries& libraries() const { return libraries_; }
  size_t function_count() const { return functions_.size(); }
  // The interpreter; made when it is first needed.
  LuaVm& vm();
  size_t vm_bytes() const { return vm_ == nullptr ? 0 : vm_->bytes(); }
  size_t source_bytes() const;

 private:
  Result<void> CheckNames(const FunctionLibrary& library, const FunctionLibrary* replaced) const;
  void Insert(std::unique_ptr<FunctionLibrary> library);
  void Remove(Libraries::iterator library);
  void Discard(const FunctionLibrary& library);
  void Store();
  void Forget();

  Keyspace& keyspace_;
  ScriptRun& run_;
  std::unique_ptr<LuaVm> vm_;
  Libraries libraries_;
  // By name in lower case.
  std::unordered_map<std::string, const ScriptFunction*> functions_;
};

}  // namespace kvasir
