// DEBUG's words about the process.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "src/base/glob.h"
#include "src/base/number.h"
#include "src/base/random.h"
#include "src/base/text.h"
#include "src/commands/debug_handlers.h"
#include "src/engine/engine.h"
#include "src/scripting/scripting.h"

namespace kvasir {
namespace {

// True for "1"; any other word is off, as for Redis.
bool IsOn(std::string_view word) { return ParseInt64(word).value_or(0) != 0; }

// The log is taken apart and put together again, so a group must not be open (D3).
bool RefuseInTransaction(Call& call) {
  if (!call.session().in_transaction()) return false;
  call.Error("ERR Command not allowed inside a transaction");
  return true;
}

// The keys are those of the log: nothing about this is to be logged.
void Reload(Call& call, bool rewrite, std::string_view failure) {
  Engine& engine = call.engine();
  for (int i = 0; i < engine.keyspace().database_count(); ++i) engine.TouchWatched(i);
  call.LogNothing();
  const Result<void> reloaded = engine.host().ReloadLog(rewrite);
  if (reloaded) {
    call.reply.Ok();
  } else if (reloaded.error().code() == Errc::kUnsupported) {
    call.Error("ERR " + reloaded.error().detail());
  } else {
    call.Error(failure);
  }
}

std::string RandomText(size_t size_max, std::string_view letters) {
  std::string text(RandomBelow(size_max + 1), ' ');
  for (char& c : text) c = letters[RandomBelow(letters.size())];
  return text;
}

}  // namespace

void DebugSleep(Call& call) {
  constexpr double kSecondsMax = 1e9;
  const double seconds = ParseDouble(call[2]).value_or(0);
  const double bounded = std::clamp(std::isnan(seconds) ? 0 : seconds, 0.0, kSecondsMax);
  const auto whole = static_cast<time_t>(bounded);
  const timespec duration = {whole, static_cast<long>((bounded - double(whole)) * 1e9)};
  nanosleep(&duration, nullptr);
  call.reply.Ok();
}

void DebugSetActiveExpire(Call& call) {
  call.keyspace().context().active_expiry = IsOn(call[2]);
  call.reply.Ok();
}

void DebugLetScriptsCallAnything(Call& call) {
  Scripting::Of(call.engine()).run().set_calls_anything(IsOn(call[2]));
  call.reply.Ok();
}

void DebugReload(Call& call) {
  bool save = true;
  bool flush = true;
  for (size_t i = 2; i < call.size(); ++i) {
    if (EqualsIgnoreCase(call[i], "NOSAVE")) {
      save = false;
    } else if (EqualsIgnoreCase(call[i], "NOFLUSH") || EqualsIgnoreCase(call[i], "MERGE")) {
      flush = false;
    } else {
      call.Error("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
      return;
    }
  }
  if (RefuseInTransaction(call)) return;
  if (!flush) {
    call.Error("ERR NOFLUSH and MERGE need a snapshot file, and the data is loaded from the log");
    return;
  }
  Reload(call, save, "ERR Error trying to load the RDB dump, check server logs.");
}

void DebugLoadLog(Call& call) {
  if (RefuseInTransaction(call)) return;
  Reload(call, false, "ERR Error trying to load the AOF files, check server logs.");
}

void DebugChangeReplicationId(Call& call) {
  call.engine().RenewReplicationId();
  call.reply.Ok();
}

void DebugLog(Call& call) {
  call.engine().host().LogMessage("DEBUG LOG: " + QuoteBytes(call[2]));
  call.reply.Ok();
}

void DebugStringMatch(Call& call) {
  constexpr int64_t kLengthMax = 1 << 20;
  const std::optional<int64_t> length = ParseInt64(call[2]);
  if (!length || *length < 0 || *length > kLengthMax) {
    call.Error(errors::kNotInteger);
    return;
  }
  call.reply.Integer(GlobMatch(call[3], std::string(static_cast<size_t>(*length), 'a')) ? 1 : 0);
}

void DebugStringMatchTest(Call& call) {
  constexpr int kRounds = 100000;
  constexpr size_t kSizeMax = 32;
  for (int i = 0; i < kRounds; ++i) {
    GlobMatch(RandomText(kSizeMax, "ab*?[]^-\\"), RandomText(kSizeMax, "ab-]"), i % 2 == 0);
  }
  call.reply.Status("Apparently Redis did not crash: test passed");
}

}  // namespace kvasir
