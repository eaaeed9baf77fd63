// The scripts that EVALSHA finds, by the hash of their text.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "src/base/result.h"
#include "src/scripting/lua_vm.h"
#include "src/scripting/sha1.h"

namespace kvasir {

struct CachedScript {
  Sha1Text name = {};
  std::string body;
  uint32_t flags = 0;                         // ScriptFlag
  int ref = 0;                                // in the interpreter's registry
  bool loaded = false;                        // by SCRIPT LOAD: it stays until SCRIPT FLUSH
  std::list<const Sha1*>::iterator age = {};  // of the others: in ages_
};

class ScriptCache {
 public:
  // Scripts that only EVAL brought: programs that write their values into the text would fill the
  // memory. Redis 7.4 keeps as many.
  static constexpr size_t kEvaluatedMax = 500;

  // nullptr without one. What EVAL brought counts as used now.
  CachedScript* Find(const Sha1& digest);
  // Compiles and keeps it. An error's detail is the reply's text without its code.
  Result<CachedScript*> Add(LuaVm& vm, const Sha1& digest, std::string_view body, bool load);
  // From now on it stays.
  void Keep(CachedScript& script);
  void Clear();

  bool Has(const Sha1& digest) const { return scripts_.contains(digest); }
  size_t size() const { return scripts_.size(); }
  size_t bytes() const { return bytes_; }
  uint64_t evicted() const { return evicted_; }

 private:
  std::unordered_map<Sha1, CachedScript, Sha1Hash> scripts_;
  std::list<const Sha1*> ages_;  // of what EVAL brought, longest unused first
  size_t bytes_ = 0;
  uint64_t evicted_ = 0;
};

}  // namespace kvasir
