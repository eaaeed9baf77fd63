#include "src/scripting/function_library.h"

#include <fmt/format.h>

#include <utility>

#include "src/base/text.h"
#include "src/scripting/script_flags.h"

namespace kvasir {
namespace {

constexpr char kBadName[] =
    "Library names can only contain letters, numbers, or underscores(_) and must be at least one "
    "character long";

}  // namespace

const char* LibraryLoad::Add(std::string_view name, std::string_view description, bool described,
                             uint32_t flags, int ref) {
  if (!IsFunctionName(name)) return kBadName;
  for (const ScriptFunction& known : library_.functions) {
    if (EqualsIgnoreCase(known.name, name)) return "Function already exists in the library";
  }
  ScriptFunction function{.name = std::string(name), .flags = flags, .ref = ref};
  if (described) function.description = std::string(description);
  library_.functions.push_back(std::move(function));
  return nullptr;
}

Result<std::unique_ptr<FunctionLibrary>> LoadLibrary(LuaVm& vm, std::string_view source) {
  Result<LibraryHeader> header = ReadLibraryHeader(source);
  if (!header) return tl::unexpected(header.error());
  if (!IsFunctionName(header->name)) return Fail(Errc::kInvalidArgument, kBadName);
  if (!EqualsIgnoreCase(header->engine, "lua")) {
    return Fail(Errc::kInvalidArgument, fmt::format("Engine '{}' not found", header->engine));
  }
  const Result<int> code = vm.Compile(header->code, "@user_function");
  if (!code) {
    return Fail(Errc::kInvalidArgument,
                fmt::format("Error compiling function: {}", code.error().detail()));
  }
  auto library = std::make_unique<FunctionLibrary>();
  library->name = std::move(header->name);
  library->source = source;
  LibraryLoad load(*library);
  const Result<void> loaded = vm.Load(*code, load);
  vm.Release(*code);
  std::string refusal;
  if (!loaded) {
    refusal = fmt::format("Error registering functions: {}", loaded.error().detail());
  } else if (library->functions.empty()) {
    refusal = "No functions registered";
  }
  if (refusal.empty()) return library;
  for (const ScriptFunction& function : library->functions) vm.Release(function.ref);
  return Fail(Errc::kInvalidArgument, std::move(refusal));
}

}  // namespace kvasir
