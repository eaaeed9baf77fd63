// An interpreter with the libraries for scripts. Nothing that a script does, memory included, can
// get out of it as anything but an error. THREAD: loop.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/scripting/lua_memory.h"
#include "src/scripting/script_run.h"

struct lua_State;

namespace kvasir {

class LibraryLoad;

class LuaVm {
 public:
  enum class Kind { kScripts, kFunctions };

  // LIFETIME: `run` outlives the interpreter.
  LuaVm(Kind kind, ScriptRun& run);
  ~LuaVm();
  LuaVm(const LuaVm&) = delete;
  LuaVm& operator=(const LuaVm&) = delete;

  // False when there was no memory to make it; nothing else may be called then.
  bool ok() const { return lua_ != nullptr; }
  size_t bytes() const { return context_.bytes(); }
  void set_bytes_max(size_t bytes) { context_.set_bytes_max(bytes); }

  // The code as a function in the registry. Errors carry Lua's text.
  Result<int> Compile(std::string_view code, const char* chunk_name);
  void Release(int function_ref);

  // Runs a script that has begun, and replies with what it returns.
  void Run(const ScriptStart& start);

  // Runs a library's code, whose calls of register_function come to `load`.
  Result<void> Load(int function_ref, LibraryLoad& load);

  // What the functions of the library redis find by the interpreter they are called from.
  struct Context : LuaMemory {
    ScriptRun* run = nullptr;
    LibraryLoad* load = nullptr;
    uint64_t load_deadline_us = 0;
  };
  static Context& ContextOf(lua_State* lua);

 private:
  struct RunRequest;
  // Calls `function(argument)` so that errors end here; false after one, with its text.
  bool Protected(int (*function)(lua_State*), void* argument, std::string* error);
  static int Build(lua_State* lua);
  struct DescribeRequest;
  static int RunInside(lua_State* lua);
  static int DescribeInside(lua_State* lua);
  static int LoadInside(lua_State* lua);
  void ReplyError();
  void TuneCollector();
  void CleanUp();

  Kind kind_;
  Context context_;
  lua_State* lua_ = nullptr;
  int handler_ref_ = 0;
  int run_ref_ = 0;
  int describe_ref_ = 0;
  OutputBuffer scratch_;
};

}  // namespace kvasir
