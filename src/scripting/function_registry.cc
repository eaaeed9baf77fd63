#include "src/scripting/function_registry.h"

#include <fmt/format.h>

#include <utility>

#include "src/base/text.h"
#include "src/scripting/script_flags.h"

namespace kvasir {

LuaVm& FunctionRegistry::vm() {
  if (vm_ == nullptr) vm_ = std::make_unique<LuaVm>(LuaVm::Kind::kFunctions, run_);
  return *vm_;
}

Result<void> FunctionRegistry::Synchronize(bool always) {
  const std::vector<std::string>& sources = keyspace_.function_libraries();
  if (!always && sources.size() == libraries_.size()) return {};
  Forget();
  for (const std::string& source : sources) {
    Result<std::unique_ptr<FunctionLibrary>> library = LoadLibrary(vm(), source);
    if (!library) return tl::unexpected(library.error());
    Result<void> fits = CheckNames(**library, nullptr);
    if (fits && libraries_.contains((*library)->name)) {
      fits = Fail(Errc::kExists, fmt::format("Library '{}' already exists", (*library)->name));
    }
    if (!fits) return fits;
    Insert(std::move(*library));
  }
  return {};
}

Result<void> FunctionRegistry::CheckNames(const FunctionLibrary& library,
                                          const FunctionLibrary* replaced) const {
  for (const ScriptFunction& function : library.functions) {
    const ScriptFunction* known = Find(function.name);
    if (known == nullptr) continue;
    const bool goes = replaced != nullptr && !replaced->functions.empty() &&
                      known >= replaced->functions.data() &&
                      known < replaced->functions.data() + replaced->functions.size();
    if (!goes) return Fail(Errc::kExists, fmt::format("Function {} already exists", function.name));
  }
  return {};
}

Result<std::string> FunctionRegistry::Load(std::string_view source, bool replace) {
  Result<LibraryHeader> header = ReadLibraryHeader(source);
  const bool of_lua = header && EqualsIgnoreCase(header->engine, "lua");
  if (of_lua && !replace && libraries_.contains(header->name)) {
    return Fail(Errc::kExists, fmt::format("Library '{}' already exists", header->name));
  }
  Result<std::unique_ptr<FunctionLibrary>> library = LoadLibrary(vm(), source);
  if (!library) return tl::unexpected(library.error());
  const auto old = libraries_.find((*library)->name);
  const bool replaces = old != libraries_.end();
  const Result<void> fits = CheckNames(**library, replaces ? old->second.get() : nullptr);
  if (!fits) {
    Discard(**library);
    return tl::unexpected(fits.error());
  }
  if (replaces) Remove(old);
  std::string name = (*library)->name;
  Insert(std::move(*library));
  Store();
  return name;
}

// All or nothing: what is there goes only when everything fits.
Result<void> FunctionRegistry::Restore(const std::vector<std::string>& sources,
                                       RestorePolicy policy) {
  FunctionRegistry wanted(keyspace_, run_);
  const auto add = [&](std::string_view source, bool replace) -> Result<void> {
    Result<std::unique_ptr<FunctionLibrary>> library = LoadLibrary(wanted.vm(), source);
    if (!library) return tl::unexpected(library.error());
    const auto old = wanted.libraries_.find((*library)->name);
    if (old != wanted.libraries_.end()) {
      if (!replace) {
        return Fail(Errc::kExists, fmt::format("Library {} already exists", (*library)->name));
      }
      wanted.Remove(old);
    }
    if (Result<void> fits = wanted.CheckNames(**library, nullptr); !fits) return fits;
    wanted.Insert(std::move(*library));
    return {};
  };
  if (policy != RestorePolicy::kFlush) {
    for (const auto& [name, library] : libraries_) {
      if (Result<void> added = add(library->source, false); !added) return added;
    }
  }
  for (const std::string& source : sources) {
    if (Result<void> added = add(source, policy == RestorePolicy::kReplace); !added) return added;
  }
  std::swap(vm_, wanted.vm_);
  std::swap(libraries_, wanted.libraries_);
  std::swap(functions_, wanted.functions_);
  Store();
  return {};
}

bool FunctionRegistry::Delete(std::string_view name) {
  const auto found = libraries_.find(name);
  if (found == libraries_.end()) return false;
  Remove(found);
  Store();
  return true;
}

void FunctionRegistry::Clear() {
  Forget();
  Store();
}

void FunctionRegistry::Forget() {
  functions_.clear();
  libraries_.clear();
  vm_.reset();
}

const ScriptFunction* FunctionRegistry::Find(std::string_view name) const {
  const auto found = functions_.find(ToLower(name));
  return found == functions_.end() ? nullptr : found->second;
}

void FunctionRegistry::Insert(std::unique_ptr<FunctionLibrary> library) {
  for (const ScriptFunction& function : library->functions) {
    functions_[ToLower(function.name)] = &function;
  }
  std::string name = library->name;
  libraries_.emplace(std::move(name), std::move(library));
}

void FunctionRegistry::Remove(Libraries::iterator library) {
  for (const ScriptFunction& function : library->second->functions) {
    functions_.erase(ToLower(function.name));
  }
  Discard(*library->second);
  libraries_.erase(library);
}

void FunctionRegistry::Discard(const FunctionLibrary& library) {
  for (const ScriptFunction& function : library.functions) vm_->Release(function.ref);
}

void FunctionRegistry::Store() {
  std::vector<std::string>& sources = keyspace_.function_libraries();
  sources.clear();
  for (const auto& [name, library] : libraries_) sources.push_back(library->source);
  ++keyspace_.context().changes;
}

size_t FunctionRegistry::source_bytes() const {
  size_t bytes = 0;
  for (const auto& [name, library] : libraries_) {
    bytes += sizeof(FunctionLibrary) + library->source.size() +
             library->functions.size() * sizeof(ScriptFunction);
  }
  return bytes;
}

}  // namespace kvasir
