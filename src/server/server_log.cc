// The log's life in the server: loading it, opening it, switching it on and off, loading
// it again.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "persistence/keyspace_writer.h"
#include "src/base/clock.h"
#include "src/server/replay_into_engine.h"
#include "src/server/server.h"

namespace kvasir {

SyncPolicy ToSyncPolicy(FsyncPolicy policy) {
  switch (policy) {
    case FsyncPolicy::kAlways:
      return SyncPolicy::kAlways;
    case FsyncPolicy::kNo:
      return SyncPolicy::kNo;
    default:
      return SyncPolicy::kEverySecond;
  }
}

LogPaths Server::PathsOf(const Settings& settings) const {
  return {.data_directory = ".",
          .directory_name = settings.appenddirname,
          .file_name = settings.appendfilename};
}

LogOptions Server::LogOptionsOf(const Settings& settings) const {
  return {.paths = PathsOf(settings),
          .policy = ToSyncPolicy(settings.appendfsync),
          .timestamps = settings.aof_timestamp_enabled,
          .keep_history = static_cast<uint64_t>(settings.aof_keep_history)};
}

// D9.
Result<void> Server::LockDirectory() {
  if (directory_lock_ != nullptr) return {};
  Result<std::unique_ptr<FileLock>> lock = PosixFiles().Lock("./kvasir.lock");
  if (!lock) {
    return Fail(lock.error().code(),
                fmt::format("cannot use {}: {}", engine_.settings().dir, lock.error().detail()));
  }
  directory_lock_ = std::move(*lock);
  return {};
}

void Server::BeginLoading() {
  loading_ = {.active = true, .started_ms = UnixTimeMs()};
  engine_.ArmGates(kGateLoading, true);
  keyspace_.context().expiry_enabled = false;
}

void Server::LoadProgress(uint64_t bytes_done, uint64_t bytes_total, bool serve_meanwhile) {
  loading_.bytes_done = bytes_done;
  loading_.bytes_total = bytes_total;
  if (!serve_meanwhile) return;
  uv_run(&loop_, UV_RUN_NOWAIT);
  EnsureTick();
}

void Server::EndLoading() {
  keyspace_.context().expiry_enabled = true;
  engine_.ArmGates(kGateLoading, false);
  loading_.active = false;
  saves_.NoteLoaded();
}

Result<ReplayStats> Server::Load(bool serve_meanwhile, const ReplayCall& replay) {
  BeginLoading();
  ReplayIntoEngine sink(
      engine_, [&](uint64_t done, uint64_t total) { LoadProgress(done, total, serve_meanwhile); });
  Result<ReplayStats> replayed = replay(sink);
  EndLoading();
  if (!replayed) return replayed;
  if (Result<void> compiled = ReadyFunctions(); !compiled) {
    return tl::unexpected(compiled.error());
  }
  const TornTail& torn = replayed->torn;
  if (!torn.file.empty()) {
    spdlog::warn("{}: {} bytes behind offset {} were not written whole ({}) and were left out{}",
                 torn.file, torn.bytes, torn.offset, torn.reason,
                 torn.kept_as.empty() ? "" : "; they are kept in " + torn.kept_as);
  }
  spdlog::info("Loaded {} keys from {} commands ({} bytes) in {:.3f} seconds", keyspace_.size(),
               replayed->commands, replayed->bytes,
               static_cast<double>(UnixTimeMs() - loading_.started_ms) / 1000);
  return replayed;
}

Result<void> Server::LoadFrom(const LogPaths& paths, bool serve_meanwhile, LogContinuation& end) {
  const ReplayOptions options = {.load_truncated = engine_.settings().aof_load_truncated};
  Result<ReplayStats> replayed = Load(serve_meanwhile, [&](ReplaySink& sink) {
    return Replay(PosixFiles(), paths, options, sink);
  });
  if (!replayed) return tl::unexpected(replayed.error());
  end = std::move(replayed->continuation);
  return {};
}

Result<void> Server::OpenLog() {
  if (identity_.restore) return RestoreLog(*identity_.restore);
  const Settings& settings = engine_.settings();
  const LogPaths paths = PathsOf(settings);
  LogContinuation end;
  if (Result<void> loaded = LoadFrom(paths, true, end); !loaded) return loaded;
  append_log_ = std::make_unique<AppendLog>(PosixFiles(), LogOptionsOf(settings));
  append_log_->set_progress_callback([this] { uv_async_send(&log_progress_); });
  if (end.manifest.empty()) return BeginLogFromSnapshot();
  if (Result<void> started = append_log_->Start(end); !started) return started;
  AttachLog();
  return {};
}

void Server::AttachLog() {
  rewrite_base_bytes_ = append_log_->Status().current_bytes;
  durable_log_ = std::make_unique<DurableLog>(*append_log_);
  engine_.set_log(durable_log_.get());
  engine_.ArmGates(kGateLog, true);
}

// A log that was switched on just now has no base yet: who ends the server does not expect to lose
// what it was switched on for.
Result<void> Server::FinishSwitchOn() {
  if (append_log_ == nullptr || append_log_->counts()) return {};
  return append_log_->SwitchTo(
      [this](BaseWriter& writer) { return WriteKeyspace(keyspace_, writer); });
}

Result<void> Server::CloseLog() {
  if (append_log_ == nullptr) return {};
  if (saves_.running() == BackgroundSaves::Kind::kRewrite) saves_.Stop("the log is turned off");
  engine_.set_log(nullptr);
  engine_.ArmGates(kGateLog, false);
  const Result<void> closed = append_log_->Close();
  log_sequence_ = append_log_->appended();
  if (closed) {
    FlushLogWaiters();
    FlushDirty();
  } else {
    CloseUnsaved();
  }
  durable_log_.reset();
  append_log_.reset();
  return closed;
}

// D6: what could not be saved must not be acknowledged, neither what waits for the log nor what
// this tick has added.
void Server::CloseUnsaved() {
  std::vector<Connection*> unsaved;
  for (const auto& [id, session] : engine_.clients().sessions()) {
    auto* connection = static_cast<Connection*>(session);
    if (connection->waits_for_log() || connection->depends_on != 0) unsaved.push_back(connection);
  }
  for (Connection* connection : unsaved) connection->Close();
}

// What is written from here on is in an increment that counts together with the first base, which
// is written in the background.
Result<void> Server::SwitchAppendOnly(bool on, const Settings& settings) {
  if (!on) {
    // The log is gone either way, and the setting has to say so: writes are not logged any more.
    if (Result<void> closed = CloseLog(); !closed) {
      spdlog::error("The log was not finished before it was turned off: {}",
                    closed.error().detail());
    }
    return {};
  }
  if (Result<void> locked = LockDirectory(); !locked) return locked;
  auto log = std::make_unique<AppendLog>(PosixFiles(), LogOptionsOf(settings));
  log->set_progress_callback([this] { uv_async_send(&log_progress_); });
  log->set_sequence(log_sequence_);
  if (Result<void> begun = log->Begin(); !begun) return begun;
  append_log_ = std::move(log);
  AttachLog();
  next_rewrite_ms_ = 0;
  // Within a transaction it begins with the next tick: no base holds a half of one (D3).
  if (append_log_->in_group() || !BeginRewrite(settings)) rewrite_scheduled_ = true;
  return {};
}

Result<void> Server::ReloadLog(bool rewrite) {
  const bool logged = append_log_ != nullptr;
  // There is nothing to load yet.
  if (logged && !append_log_->counts()) rewrite = true;
  saves_.Stop("the dataset is loaded again");
  LogPaths paths = PathsOf(engine_.settings());
  // Without a log the state goes through a directory of its own, so that DEBUG RELOAD works.
  if (!logged) paths.directory_name = "debug-reload";
  std::unique_ptr<AppendLog> scratch;
  if (!logged) {
    if (!rewrite) return Fail(Errc::kUnsupported, "the log is off");
    scratch = std::make_unique<AppendLog>(PosixFiles(), LogOptions{.paths = paths});
  }
  AppendLog& log = logged ? *append_log_ : *scratch;
  if (rewrite) {
    Result<void> written =
        log.SwitchTo([this](BaseWriter& writer) { return WriteKeyspace(keyspace_, writer); });
    if (!written) return written;
  }
  engine_.set_log(nullptr);
  Result<void> loaded = LoadAgain(log, paths);
  if (loaded && !logged) return RemoveLogFiles(PosixFiles(), paths);
  if (!loaded) {
    // The keyspace is not whole, or what is written from now on would be acknowledged and lost.
    spdlog::critical("The log could not be loaded again: {}", loaded.error().detail());
    Stop(1);
    return loaded;
  }
  engine_.set_log(durable_log_.get());
  return {};
}

Result<void> Server::LoadAgain(AppendLog& log, const LogPaths& paths) {
  if (Result<void> closed = log.Close(); !closed) return closed;
  for (int i = 0; i < keyspace_.database_count(); ++i) keyspace_.database(i).Clear(true);
  keyspace_.function_libraries().clear();
  if (Result<void> emptied = ReadyFunctions(); !emptied) return emptied;
  LogContinuation end;
  if (Result<void> loaded = LoadFrom(paths, false, end); !loaded) return loaded;
  if (append_log_ == nullptr) return {};
  append_log_->set_progress_callback([this] { uv_async_send(&log_progress_); });
  return append_log_->Start(end);
}

}  // namespace kvasir
