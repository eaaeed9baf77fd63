// The process: the loop, the listening sockets, the connections, the log and what happens between
// them in a tick. The engine sees it as its Host.
// THREAD: loop.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "persistence/append_log.h"
#include "persistence/file_system.h"
#include "persistence/log_paths.h"
#include "persistence/replay.h"
#include "src/engine/engine.h"
#include "src/server/background_saves.h"
#include "src/server/connection.h"
#include "src/server/dumps.h"
#include "src/server/durable_log.h"
#include "src/server/listeners.h"
#include "src/server/migrations.h"
#include "src/server/restore_request.h"
#include "src/store/keyspace.h"
#include "src/store/reclaimer.h"

namespace kvasir {

// How the process was started.
struct ServerIdentity {
  std::string executable;
  std::string config_file;  // absolute; empty without one
  std::optional<RestoreRequest> restore = {};
};

SyncPolicy ToSyncPolicy(FsyncPolicy policy);

class Server : public Host, public DumpHost, private Dumps::Way {
 public:
  Server(Settings settings, ServerIdentity identity);
  ~Server() override;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Takes the directory, listens, loads the log. An error leaves nothing changed.
  Result<void> Start();
  // Serves until shutdown; returns the exit code.
  int Run();

  // The directory that the server works in, absolute.
  std::string DataDirectory() const;

  Engine& engine() { return engine_; }
  uv_loop_t* loop() { return &loop_; }
  RequestBatch& batch() { return batch_; }

  // --- For connections.

  // The buffer that every read goes to unless the connection has an unfinished request.
  static constexpr size_t kReadBufferBytes = 64 * 1024;
  char* read_buffer() { return read_buffer_.get(); }
  // The tick's time is set by its first event.
  void EnsureTick();
  void MarkDirty(Connection& connection);
  // The same for a subscriber that got a message: see CollectPushed.
  void MarkPushedTo(Connection& connection);
  // Output of one connection beyond which it is not read from.
  size_t OutputPauseBytes() const { return output_pause_bytes_; }
  // Lets the connection go on when all others that have something to say were heard.
  void ContinueLater(const Connection& connection);
  void Accept(uv_stream_t* listener, bool unix_socket);
  void Removed(Connection& connection);

  // What was sent of its dump has left.
  void DumpDrained(const Connection& connection) { dumps_.Drained(connection.id); }

  // --- DumpHost.
  DumpHost* dumps() override { return this; }
  DumpWishes& WishesOf(Session& session) override;
  void SendDump(Session& session) override;

  // --- Host.
  void OutputReady(Session& session) override;
  void Resume(Session& session) override;
  void Close(Session& session, bool after_output) override;
  Result<void> ApplySettings(const Settings& next,
                             std::span<const std::string_view> changed) override;
  Result<void> RewriteConfigFile() override;
  Result<void> Shutdown(const ShutdownRequest& request) override;
  BackgroundStart RewriteLog(bool now) override;
  BackgroundStart SaveInBackground(bool now, bool schedule) override;
  BackgroundCancel CancelSave() override;
  Result<void> Save() override;
  int64_t LastSaveMs() const override { return saves_.saved_ms(); }
  Result<void> ReloadLog(bool rewrite) override;
  void Migrate(MigrationOrder order, MigrationDone done) override {
    migrations_.Begin(std::move(order), std::move(done));
  }
  void AppendInfo(std::string_view section, std::string& out) override;
  void LogMessage(std::string_view text) override;
  int64_t StartTimeMs() const override { return start_time_ms_; }

 private:
  // server.cc: starting, connections, stopping.
  void StartHandles();
  void WatchSignals();
  void AdoptSettings(const Settings& settings);
  bool RefuseForProtection(Connection& connection);
  void Stop(int exit_code);
  void CloseHandles();

  // server_tick.cc: what happens when.
  static constexpr uint64_t kCronMs = 100;
  void EndTick();
  void CollectPushed();
  void FlushDirty();
  void FlushLogWaiters();
  void ArmDeadlineTimer();
  void ServeDeadlines();
  void ServeEviction();
  void RunCron();
  void RunCronJobs();
  void CheckClients(int64_t now_ms);
  void CheckSubscriber(Connection& connection, int64_t now_ms);
  bool CheckOutputLimit(Connection& connection, int64_t now_ms);

  // server_log.cc: the log's life.
  LogPaths PathsOf(const Settings& settings) const;
  LogOptions LogOptionsOf(const Settings& settings) const;
  Result<void> LockDirectory();
  Result<void> OpenLog();
  Result<void> FinishSwitchOn();
  Result<void> CloseLog();
  void CloseUnsaved();
  Result<void> LoadAgain(AppendLog& log, const LogPaths& paths);
  void AttachLog();
  using ReplayCall = std::function<Result<ReplayStats>(ReplaySink&)>;
  Result<ReplayStats> Load(bool serve_meanwhile, const ReplayCall& replay);
  Result<void> LoadFrom(const LogPaths& paths, bool serve_meanwhile, LogContinuation& end);
  Result<void> SwitchAppendOnly(bool on, const Settings& settings);
  void BeginLoading();
  void LoadProgress(uint64_t bytes_done, uint64_t bytes_total, bool serve_meanwhile);
  void EndLoading();
  // What of new settings can fail.
  struct SettingsChange {
    bool moves = false;     // to another directory
    bool rebinds = false;   // to other addresses
    bool switches = false;  // the log on or off
  };
  Result<void> ApplyChange(const Settings& next, const SettingsChange& change);

  // server_snapshot.cc: what dbfilename holds at the start.
  Result<void> LoadSnapshot();
  Result<void> BeginLogFromSnapshot();
  Result<void> ReadyFunctions();

  // server_saves.cc: saves and rewrites in the background.
  void PollSaves();
  void ServeSaves();
  void BeginDueSaves();
  bool RewriteIsDue() const;
  bool SaveIsDue() const;
  bool BeginRewrite(const Settings& settings);
  void HealLog();
  void AppendSavesInfo(std::string& out);

  // server_dumps.cc.
  void BeginDump();
  void FinishDump();
  void SendPiece(uint64_t session, const SharedBytes& piece, uint64_t sequence) override;
  void EndDump(uint64_t session, const Result<void>& result) override;

  // server_restore.cc.
  Result<void> CheckFreshDirectory(const Settings& settings) const;
  Result<void> RestoreLog(const RestoreRequest& request);

  // server_info.cc.
  void AppendServerInfo(std::string& out);
  void AppendClientsInfo(std::string& out);
  void AppendPersistenceInfo(std::string& out);

  uv_loop_t loop_;
  uv_prepare_t prepare_;
  uv_check_t check_;
  uv_idle_t hurry_;  // runs while something is left to do, so that the loop does not sleep
  uv_timer_t cron_timer_;
  uv_timer_t deadline_timer_;
  uv_async_t log_progress_;
  std::vector<uv_signal_t*> signals_;

  ServerIdentity identity_;
  Reclaimer reclaimer_;
  Keyspace keyspace_;
  Engine engine_;
  std::unique_ptr<FileLock> directory_lock_;
  std::unique_ptr<AppendLog> append_log_;
  std::unique_ptr<DurableLog> durable_log_;
  BackgroundSaves saves_;
  Listeners listeners_;
  Migrations migrations_{&loop_};
  Dumps dumps_{&loop_, *this};

  RequestBatch batch_;
  std::unique_ptr<char[]> read_buffer_;
  size_t output_pause_bytes_ = 0;
  std::vector<Connection*> dirty_;
  std::vector<Connection*> pushed_;  // got nothing but messages since they were written to last
  uint64_t pushed_since_ticks_ = 0;  // cycle counter, when the first of them got one
  std::vector<Connection*> log_waiters_;
  std::vector<uint64_t> resumed_;    // ids: a session may be gone when its turn comes
  std::vector<uint64_t> continued_;  // the same, of those whose turn comes behind the next poll
  std::set<uint64_t> soft_limited_;  // ids of subscribers over their soft limit
  bool tick_open_ = false;
  bool stopping_ = false;
  int exit_code_ = 0;
  int64_t start_time_ms_ = 0;
  int64_t armed_deadline_ms_ = 0;
  bool expiry_left_ = false;
  int64_t next_heal_ms_ = 0;
  uint64_t last_cron_us_ = 0;  // when RunCron began last
  bool rewrite_scheduled_ = false;
  bool save_scheduled_ = false;
  int64_t next_rewrite_ms_ = 0;      // not before, after one that failed
  int64_t next_save_ms_ = 0;         // likewise
  uint64_t rewrite_base_bytes_ = 0;  // the log's size after the start, or the last rewrite
  uint64_t log_sequence_ = 0;        // where the last log ended: the next one counts on
  std::string run_id_;

  uint64_t snapshot_keys_loaded_ = 0;
  uint64_t snapshot_keys_expired_ = 0;  // passed over

  // While the log or the snapshot is loaded.
  struct Loading {
    bool active = false;
    int64_t started_ms = 0;
    uint64_t bytes_done = 0;
    uint64_t bytes_total = 0;
  } loading_;
};

}  // namespace kvasir
