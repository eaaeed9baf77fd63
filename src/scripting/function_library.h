// A library of functions: its source, and the functions that it registered when it was loaded.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/scripting/lua_vm.h"

namespace kvasir {

struct ScriptFunction {
  std::string name;
  std::optional<std::string> description;
  uint32_t flags = 0;  // ScriptFlag
  int ref = 0;         // in the interpreter's registry
};

struct FunctionLibrary {
  std::string name;
  std::string source;
  std::vector<ScriptFunction> functions;
};

// Takes what a library registers.
class LibraryLoad {
 public:
  explicit LibraryLoad(FunctionLibrary& library) : library_(library) {}

  // nullptr, or why the function is refused: a text that stays.
  const char* Add(std::string_view name, std::string_view description, bool described,
                  uint32_t flags, int ref);

 private:
  FunctionLibrary& library_;
};

// Compiles and runs the source. An error's detail is the reply's text without its code.
Result<std::unique_ptr<FunctionLibrary>> LoadLibrary(LuaVm& vm, std::string_view source);

}  // namespace kvasir
