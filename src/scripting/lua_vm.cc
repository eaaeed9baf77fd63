#include "src/scripting/lua_vm.h"

#include <fmt/format.h>

#include <lua.hpp>

#include "src/base/clock.h"
#include "src/scripting/lua_to_reply.h"
#include "src/scripting/redis_library.h"
#include "src/scripting/sandbox.h"
#include "src/scripting/script_error.h"

namespace kvasir {
namespace {

// How often the clock is looked at.
constexpr int kInstructionsPerTick = 100000;
constexpr uint64_t kLoadTimeUs = 500000;

void OnTick(lua_State* lua, lua_Debug* where);

// A script that catches its end meets it again with the next instruction.
[[noreturn]] void End(lua_State* lua, const char* text) {
  lua_sethook(lua, OnTick, LUA_MASKCOUNT, 1);
  RaiseError(lua, text);
}

void OnTick(lua_State* lua, lua_Debug* /*where*/) {
  LuaVm::Context& context = LuaVm::ContextOf(lua);
  if (context.load != nullptr) {
    if (MonotonicUs() > context.load_deadline_us) End(lua, "FUNCTION LOAD timeout");
    return;
  }
  if (context.run->active() && !context.run->Tick()) End(lua, context.run->error().c_str());
}

void PushTexts(lua_State* lua, std::span<const std::string_view> texts) {
  lua_createtable(lua, static_cast<int>(texts.size()), 0);
  for (size_t i = 0; i < texts.size(); ++i) {
    lua_pushlstring(lua, texts[i].data(), texts[i].size());
    lua_rawseti(lua, -2, static_cast<int>(i) + 1);
  }
}

// From inside a closure whose upvalues are the table of globals and the names of some.
void SetGlobal(lua_State* lua, int name, std::span<const std::string_view> texts) {
  lua_pushvalue(lua, lua_upvalueindex(name));
  PushTexts(lua, texts);
  lua_rawset(lua, lua_upvalueindex(1));
}

}  // namespace

LuaVm::Context& LuaVm::ContextOf(lua_State* lua) {
  void* memory = nullptr;
  lua_getallocf(lua, &memory);
  return *static_cast<Context*>(static_cast<LuaMemory*>(memory));
}

LuaVm::LuaVm(Kind kind, ScriptRun& run) : kind_(kind) {
  context_.run = &run;
  lua_ = lua_newstate(LuaMemory::Allocate, static_cast<LuaMemory*>(&context_));
  if (lua_ == nullptr) return;
  if (lua_cpcall(lua_, Build, this) == 0) {
    lua_sethook(lua_, OnTick, LUA_MASKCOUNT, kInstructionsPerTick);
    return;
  }
  lua_close(lua_);
  lua_ = nullptr;
}

LuaVm::~LuaVm() {
  if (lua_ != nullptr) lua_close(lua_);
}

int LuaVm::Build(lua_State* lua) {
  auto* self = static_cast<LuaVm*>(lua_touserdata(lua, 1));
  OpenScriptLibraries(lua);
  OpenRedisLibrary(lua, self->kind_ == Kind::kFunctions);
  SealGlobals(lua);
  lua_pushliteral(lua, "KEYS");
  lua_pushliteral(lua, "ARGV");
  lua_pushcclosure(lua, RunInside, 3);
  self->run_ref_ = luaL_ref(lua, LUA_REGISTRYINDEX);
  lua_pushcfunction(lua, HandleScriptError);
  self->handler_ref_ = luaL_ref(lua, LUA_REGISTRYINDEX);
  lua_pushcfunction(lua, DescribeInside);
  self->describe_ref_ = luaL_ref(lua, LUA_REGISTRYINDEX);
  return 0;
}

bool LuaVm::Protected(int (*function)(lua_State*), void* argument, std::string* error) {
  const int status = lua_cpcall(lua_, function, argument);
  if (status == 0) return true;
  const char* text = lua_tostring(lua_, -1);
  *error = text == nullptr ? "unknown error" : text;
  lua_settop(lua_, 0);
  return false;
}

Result<int> LuaVm::Compile(std::string_view code, const char* chunk_name) {
  struct Request {
    std::string_view code;
    const char* chunk_name;
    int ref;
  } request{code, chunk_name, 0};
  const auto compile = [](lua_State* lua) {
    auto* wanted = static_cast<Request*>(lua_touserdata(lua, 1));
    // Compiled code begins with this.
    if (wanted->code.starts_with('\x1b')) return luaL_error(lua, "unexpected symbol");
    if (luaL_loadbuffer(lua, wanted->code.data(), wanted->code.size(), wanted->chunk_name) != 0) {
      return lua_error(lua);
    }
    wanted->ref = luaL_ref(lua, LUA_REGISTRYINDEX);
    return 0;
  };
  std::string error;
  if (!Protected(compile, &request, &error)) return Fail(Errc::kInvalidArgument, std::move(error));
  return request.ref;
}

void LuaVm::Release(int function_ref) {
  const auto release = [](lua_State* lua) {
    luaL_unref(lua, LUA_REGISTRYINDEX, *static_cast<int*>(lua_touserdata(lua, 1)));
    return 0;
  };
  std::string error;
  Protected(release, &function_ref, &error);
}

struct LuaVm::RunRequest {
  LuaVm& vm;
  const ScriptStart& start;
};

// Everything about a run that may raise an error; the message handler stands below it.
int LuaVm::RunInside(lua_State* lua) {
  const auto* request = static_cast<RunRequest*>(lua_touserdata(lua, 1));
  LuaVm& vm = request->vm;
  const ScriptStart& start = request->start;
  lua_settop(lua, 0);
  vm.TuneCollector();
  int arguments = 0;
  if (start.is_function) {
    lua_rawgeti(lua, LUA_REGISTRYINDEX, start.function_ref);
    PushTexts(lua, start.keys);
    PushTexts(lua, start.arguments);
    arguments = 2;
  } else {
    SetGlobal(lua, 2, start.keys);
    SetGlobal(lua, 3, start.arguments);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, start.function_ref);
  }
  lua_call(lua, arguments, 1);
  ScriptRun& run = *vm.context_.run;
  WriteScriptReply(lua, run.call(), run.session().resp_version >= 3, vm.scratch_);
  return 0;
}

// `start` and the texts it names are not looked at any more once the script has begun.
void LuaVm::Run(const ScriptStart& start) {
  RunRequest request{*this, start};
  lua_rawgeti(lua_, LUA_REGISTRYINDEX, handler_ref_);
  lua_rawgeti(lua_, LUA_REGISTRYINDEX, run_ref_);
  lua_pushlightuserdata(lua_, &request);
  if (lua_pcall(lua_, 1, 0, 1) != 0) [[unlikely]]
    ReplyError();
  CleanUp();
}

struct LuaVm::DescribeRequest {
  const ScriptRun& run;
  ScriptError error;
};

int LuaVm::DescribeInside(lua_State* lua) {
  auto* request = static_cast<DescribeRequest*>(lua_touserdata(lua, 2));
  lua_settop(lua, 1);
  request->error = DescribeScriptError(lua, request->run.name());
  return 0;
}

// Of the error at the top of the stack. Nothing may be made here that needs memory.
void LuaVm::ReplyError() {
  ScriptRun& run = *context_.run;
  DescribeRequest request{run, {}};
  lua_rawgeti(lua_, LUA_REGISTRYINDEX, describe_ref_);
  lua_insert(lua_, -2);
  lua_pushlightuserdata(lua_, &request);
  if (lua_pcall(lua_, 2, 0, 0) != 0) {
    request.error.text = fmt::format("ERR Error running script {}, not enough memory", run.name());
  }
  if (request.error.counted) {
    run.call().ErrorUncounted(request.error.text);
  } else {
    run.call().Error(request.error.text);
  }
}

void LuaVm::CleanUp() {
  lua_settop(lua_, 0);
  if (lua_gethookcount(lua_) != kInstructionsPerTick) {
    lua_sethook(lua_, OnTick, LUA_MASKCOUNT, kInstructionsPerTick);
  }
  // What one script took in excess is not for the next to wait for. Each round also halves the
  // interpreter's own buffer.
  constexpr int kRoundsMax = 8;
  const auto collect = [](lua_State* lua) { return lua_gc(lua, LUA_GCCOLLECT, 0); };
  std::string error;
  const size_t limit = context_.bytes_max();
  // To get there, a few bytes are needed.
  context_.set_bytes_max(SIZE_MAX);
  for (int i = 0; i < kRoundsMax && bytes() > limit / 4; ++i) {
    Protected(collect, nullptr, &error);
  }
  context_.set_bytes_max(limit);
}

// The collector runs by itself as scripts make garbage. As long as there is little, a round over
// everything that lives (the libraries, mostly) is not worth the few bytes it would bring.
void LuaVm::TuneCollector() {
  constexpr size_t kSmallBytes = size_t{2} << 20;
  constexpr int kSmallPausePercent = 300;
  constexpr int kPausePercent = 200;
  lua_gc(lua_, LUA_GCSETPAUSE, bytes() < kSmallBytes ? kSmallPausePercent : kPausePercent);
}

int LuaVm::LoadInside(lua_State* lua) {
  const auto* request = static_cast<RunRequest*>(lua_touserdata(lua, 1));
  lua_settop(lua, 0);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, request->vm.handler_ref_);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, request->start.function_ref);
  if (lua_pcall(lua, 0, 0, 1) == 0) return 0;
  if (lua_istable(lua, -1)) {
    lua_pushliteral(lua, "err");
    lua_rawget(lua, -2);
    lua_tostring(lua, -1);
  }
  return lua_error(lua);
}

Result<void> LuaVm::Load(int function_ref, LibraryLoad& load) {
  context_.load = &load;
  context_.load_deadline_us = MonotonicUs() + kLoadTimeUs;
  const ScriptStart start{.function_ref = function_ref};
  RunRequest request{*this, start};
  std::string error;
  const bool loaded = Protected(LoadInside, &request, &error);
  context_.load = nullptr;
  CleanUp();
  if (!loaded) return Fail(Errc::kInvalidArgument, std::move(error));
  return {};
}

}  // namespace kvasir
