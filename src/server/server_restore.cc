// A start with --restore-from: the state of another directory's log, as of a point in time, becomes
// the base of a new log in a fresh directory.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "persistence/log_history.h"
#include "src/server/server.h"

namespace kvasir {

// What is there already would be replaced, or would be loaded at the next start.
Result<void> Server::CheckFreshDirectory(const Settings& settings) const {
  const LogPaths paths = PathsOf(settings);
  for (const std::string& path : {paths.Directory(), paths.OldStyleFile(),
                                  paths.data_directory + "/" + settings.dbfilename}) {
    const Result<bool> exists = PosixFiles().Exists(path);
    if (!exists) return tl::unexpected(exists.error());
    if (!*exists) continue;
    return Fail(
        Errc::kExists,
        fmt::format("--restore-from fills a fresh directory, but {} holds {}; a start after "
                    "the restore goes without --restore-from",
                    settings.dir, path));
  }
  return {};
}

Result<void> Server::RestoreLog(const RestoreRequest& request) {
  const Settings& settings = engine_.settings();
  if (Result<void> fresh = CheckFreshDirectory(settings); !fresh) return fresh;
  LogPaths from = PathsOf(settings);
  from.data_directory = request.from;
  Result<Manifest> chain = FindRestoreChain(PosixFiles(), from, request.limit);
  if (!chain) return tl::unexpected(chain.error());
  const ReplayOptions options = {.read_only = true, .limit = request.limit};
  const Result<ReplayStats> replayed = Load(true, [&](ReplaySink& sink) {
    return ReplayManifest(PosixFiles(), from, std::move(*chain), options, sink);
  });
  if (!replayed) return tl::unexpected(replayed.error());
  log_sequence_ = replayed->continuation.sequence;
  if (request.limit.sequence != UINT64_MAX && log_sequence_ < request.limit.sequence) {
    return Fail(Errc::kNotFound,
                fmt::format("{}: the log ends with record {}", from.Directory(), log_sequence_));
  }
  spdlog::info("Restored from {} up to record {}, written at unix ms {}", from.Directory(),
               log_sequence_, replayed->unix_ms);
  if (Result<void> begun = SwitchAppendOnly(true, settings); !begun) return begun;
  // Whoever finds the server ready counts on the restored state: it is written before.
  saves_.Stop("the restored state is written at once");
  return FinishSwitchOn();
}

}  // namespace kvasir
