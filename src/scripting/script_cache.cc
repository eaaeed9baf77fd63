#include "src/scripting/script_cache.h"

#include <fmt/format.h>

#include "src/scripting/script_flags.h"

namespace kvasir {
namespace {

size_t BytesOf(const CachedScript& script) {
  return sizeof(Sha1) + sizeof(CachedScript) + script.body.size();
}

}  // namespace

CachedScript* ScriptCache::Find(const Sha1& digest) {
  const auto found = scripts_.find(digest);
  if (found == scripts_.end()) return nullptr;
  CachedScript& script = found->second;
  if (!script.loaded) ages_.splice(ages_.end(), ages_, script.age);
  return &script;
}

Result<CachedScript*> ScriptCache::Add(LuaVm& vm, const Sha1& digest, std::string_view body,
                                       bool load) {
  const Result<ScriptHeader> header = ReadScriptHeader(body);
  if (!header) return tl::unexpected(header.error());
  const Result<int> ref = vm.Compile(header->code, "@user_script");
  if (!ref) {
    return Fail(Errc::kInvalidArgument,
                fmt::format("Error compiling script (new function): {}", ref.error().detail()));
  }
  if (!load && ages_.size() >= kEvaluatedMax) {
    const auto oldest = scripts_.find(*ages_.front());
    ages_.pop_front();
    vm.Release(oldest->second.ref);
    bytes_ -= BytesOf(oldest->second);
    scripts_.erase(oldest);
    ++evicted_;
  }
  const auto added = scripts_.emplace(
      digest, CachedScript{Sha1ToHex(digest), std::string(body), header->flags, *ref, load});
  CachedScript& script = added.first->second;
  if (!load) script.age = ages_.insert(ages_.end(), &added.first->first);
  bytes_ += BytesOf(script);
  return &script;
}

void ScriptCache::Keep(CachedScript& script) {
  if (script.loaded) return;
  ages_.erase(script.age);
  script.loaded = true;
}

void ScriptCache::Clear() {
  scripts_.clear();
  ages_.clear();
  bytes_ = 0;
}

}  // namespace kvasir
