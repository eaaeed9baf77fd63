// The middle of the server: takes parsed requests of sessions, runs them against the keyspace,
// tells the log what changed and counts everything. Knows no sockets and no files.
// THREAD: loop.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/request_parser.h"
#include "src/base/clock.h"
#include "src/engine/acl.h"
#include "src/engine/acl_log.h"
#include "src/engine/blocked_clients.h"
#include "src/engine/blocked_keys.h"
#include "src/engine/call.h"
#include "src/engine/client_registry.h"
#include "src/engine/command_log.h"
#include "src/engine/command_table.h"
#include "src/engine/gates.h"
#include "src/engine/host.h"
#include "src/engine/key_tracking.h"
#include "src/engine/latency_monitor.h"
#include "src/engine/long_call.h"
#include "src/engine/loop_meter.h"
#include "src/engine/pending_writes.h"
#include "src/engine/pubsub.h"
#include "src/engine/push_output.h"
#include "src/engine/settings.h"
#include "src/engine/slow_log.h"
#include "src/engine/statistics.h"
#include "src/engine/unsynced_calls.h"
#include "src/engine/watch_table.h"
#include "src/store/eviction.h"
#include "src/store/keyspace.h"

namespace kvasir {

class Collection;

class Engine : public KeyspaceListener {
 public:
  // LIFETIME: `keyspace` and `host` outlive the engine. `families` is the list of command rows.
  Engine(Keyspace& keyspace, Host& host, Settings settings,
         std::span<const std::span<const CommandRow>> families);
  ~Engine() override = default;

  Keyspace& keyspace() { return *keyspace_; }
  Host& host() { return *host_; }
  CommandTable& commands() { return commands_; }
  ClientRegistry& clients() { return clients_; }
  Statistics& statistics() { return statistics_; }
  SlowLog& slow_log() { return slow_log_; }
  LatencyMonitor& latency() { return latency_; }
  LoopMeter& loop_meter() { return loop_meter_; }
  WatchTable& watches() { return watches_; }
  Acl& acl() { return acl_; }
  AclLog& acl_log() { return acl_log_; }
  PubSub& pubsub() { return pubsub_; }
  KeyTracking& tracking() { return tracking_; }

  // LIFETIME: the log outlives the engine or is taken away with nullptr.
  void set_log(CommandLog* log);
  CommandLog* log() { return log_; }

  const Settings& settings() const { return settings_; }
  // Replaces the settings and what follows from them here. The host has applied its part.
  void set_settings(Settings settings);

  // Arms or disarms gates for all sessions.
  void ArmGates(uint32_t gates, bool armed);
  uint32_t armed_gates() const { return armed_gates_; }

  // Names the history of this dataset (master_replid).
  const std::string& replication_id() const { return replication_id_; }
  void RenewReplicationId();

  // --- A tick.

  // Sets the time that the tick's requests see.
  void BeginTick(int64_t now_ms);
  // The tick's output has been handed over.
  void EndTick();

  // A client that pipelines may not hold the loop for long: its turn ends kTurnUs after it began,
  // with the command that runs then.
  static constexpr uint64_t kTurnUs = 2000;
  void BeginTurn();
  bool TurnOver() const { return TicksToNs(last_ticks_ - turn_ticks_) > kTurnUs * 1000; }

  // How many of a batch's requests were run, and why it stopped.
  struct Progress {
    size_t executed = 0;
    bool blocked = false;  // the session waits; the request after the executed ones runs again
  };
  struct Limits {
    size_t output_bytes = SIZE_MAX;  // stop when the session holds more of replies
    bool one_turn = false;           // stop when the turn is over
  };
  // Runs the requests from `first` on, in order, with their keys fetched ahead. Stops early when
  // the session blocks or is to be closed, and at the limits, but not before it ran one.
  Progress Execute(Session& session, RequestBatch& batch, size_t first, Limits limits);

  // Runs one request of a session now. For replay, EXEC and tests.
  void ExecuteOne(Session& session, std::span<const std::string_view> arguments);

  // --- For handlers.

  // Runs a command without asking the gates: what EXEC does with its queue.
  void Run(Session& session, Command& command, std::span<const std::string_view> arguments,
           ReplyWriter& reply);
  void CountError(std::string_view text);

  // What is logged between these comes back after a crash all or not at all (D3). Groups nest: only
  // the outermost counts.
  void BeginGroup();
  void EndGroup();

  // --- For scripts.

  // Runs a script's request. `session` is the script's own, and carries what its caller may do.
  // False when a gate refused, with the error's text in `refusal`. REQUIRES: the arity matches.
  bool RunForScript(Session& session, Command& command, std::span<const std::string_view> arguments,
                    ReplyWriter& reply, std::string& refusal);
  // The gates alone.
  bool PassesScriptGates(Session& session, Command& command,
                         std::span<const std::string_view> arguments, std::string& refusal);
  // Why writes are refused at present (D6, stop-writes-on-bgsave-error); empty while all is well.
  std::string_view WriteRefusal() const;
  // A request that MONITOR shows before what it runs, not behind.
  void ShowToMonitors(Session& session, std::span<const std::string_view> arguments);

  // Reading of the cycle counter when the last command ended.
  uint64_t last_ticks() const { return last_ticks_; }
  // While a script has been left in the middle (see long_call.h): time stands still, nothing
  // expires or is evicted, nobody who waits is served, and only requests that kGateBusy lets pass
  // are run.
  bool busy() const { return long_call_.suspended(); }
  bool CanSuspendLongCall() const { return long_call_.CanSuspend(); }
  void SuspendLongCall();
  // Gives it another slice. It is for the loop to call, as long as busy() holds.
  void ContinueLongCall();
  // What others are told; set by whoever suspends.
  std::string_view BusyText() const { return busy_text_; }
  void set_busy_text(std::string_view text) { busy_text_ = text; }

  // What the scripting room keeps here.
  std::unique_ptr<ScriptingState>& scripting_state() { return scripting_state_; }

  // Ends the session's MULTI and its watches, and frees what they held. Nothing happens without.
  void EndTransaction(Session& session);

  BlockedClients& blocked() { return blocked_; }
  // Blocks the session until its deadline, Unblock, or what its reason waits for.
  void Block(Session& session, Blocked how);
  // Lets the session go on; its reply has been written.
  void Unblock(Session& session);
  // Ends a block early: writes the timeout's reply, or `error` when that is not empty.
  void EndBlock(Session& session, std::string_view error);
  // Serves blocked sessions whose time is up, whose log position is durable, or whose keys became
  // ready outside of a command.
  void ServeBlocked();
  // What is left to do when all requests of a tick have run: the blocked sessions as above, and
  // what goes to others. To be called before the log is committed and output is sent.
  void FinishTick();

  // What Call::BlockOnKeys does.
  void BlockOnKeys(Call& call, Command& command, std::span<const std::string_view> keys,
                   KeyWait wait);
  // How many keys sessions wait for.
  size_t blocking_key_count() const { return blocked_keys_.key_count(); }
  // How many of them have a waiter that is told when the key goes away.
  size_t needed_key_count() const { return blocked_keys_.needed_key_count(); }

  // The classes of keyspace events that are published (notify-keyspace-events), 0 while nobody
  // could hear them.
  uint32_t wanted_events() const { return pubsub_.has_listeners() ? wanted_events_ : 0; }
  void PublishEvent(int database, uint32_t kind, std::string_view event, std::string_view key);

  // --- Users.

  // Lets a session be the default user, authenticated if that one needs no password.
  void AdmitAsDefault(Session& session);
  // Lets a session be the user if the password is right, else counts and logs the attempt.
  bool Authenticate(Call& call, std::string_view user, std::string_view password);
  // Whether the session may run the request. A refusal is counted and logged.
  AclVerdict CheckPermissions(Session& session, const Command& command,
                              std::span<const std::string_view> arguments);
  // Puts changed permissions into force for the sessions that are there. Who has subscribed to what
  // his user may not hear any more loses his connection; `asking` gets its reply first.
  void RefreshPermissions(const Session* asking);
  // Removes a user and closes the connections that are his; `asking` gets its reply first. False
  // when there is no such user. REQUIRES: not "default".
  bool RemoveUser(std::string_view name, const Session& asking);
  // The users of the configuration's `user` lines and of `aclfile`.
  Result<void> LoadUsers();
  // Replaces all users by those of `aclfile`; those that are missing there lose their connections.
  Result<void> LoadUsersFromFile(const Session* asking);

  // MONITOR.
  void StartMonitor(Session& session);
  void StopMonitor(Session& session);
  bool has_monitors() const { return !monitors_.empty(); }

  // Whether enable-debug-command lets this session use DEBUG.
  bool DebugAllowed(const Session& session) const;

  // The session is going away: no trace of it stays.
  void Forget(Session& session);

  // CLIENT PAUSE.
  void Pause(int64_t until_ms, bool writes_only);
  void Unpause();
  bool pause_writes_only() const { return pause_writes_only_; }
  int64_t pause_until_ms() const { return pause_until_ms_; }

  // Frees memory down to maxmemory for at most `budget_us`; true when enough was freed or more
  // will be soon.
  bool MakeRoom(uint64_t budget_us);
  // What maxmemory does not count, since it goes by itself and no sooner for any key that is
  // evicted: what waits for the log, what a snapshot keeps, and what tells clients of evicted keys.
  uint64_t UncountedBytes() const;
  bool eviction_pending() const { return eviction_pending_; }

  // From now on replies wait for the sync: also those that read what was written before (D1).
  void HoldEarlierWrites();
  // The session's next reply tells about writes to any key: it waits for all of them (D1).
  void DependOnAllWrites(Session& session);

  // --- KeyspaceListener.
  void OnChanged(int database, const Key& key) override;
  void OnRemoved(int database, const Key& key, RemovalReason reason) override;
  void OnElementsExpired(int database, const Key& key, const std::vector<std::string>& names,
                         bool all_gone) override;
  void OnMissed(int database, const Key& key) override;
  void OnCreated(int database, const Key& key) override;

  // Keys of `database` are about to vanish or have been exchanged: sessions that watch one or wait
  // for one are told.
  void TouchWatched(int database);
  void UpdateNotifications();

 private:
  struct Prepared {
    Command* command = nullptr;
    uint64_t key_hash = 0;
    // Of commands that take an element of a collection; only for prefetching.
    uint64_t element_hash = 0;
    const Collection* collection = nullptr;
  };

  void Prepare(Session& session, const RequestBatch& batch, size_t first, size_t count);
  Progress ExecuteFrom(Session& session, RequestBatch& batch, size_t first, Limits limits);
  void PrefetchElements(const Database& database, const RequestBatch& batch,
                        std::span<const RequestBatch::Request> requests);
  bool Dispatch(Session& session, RequestBatch* batch, const RequestBatch::Request* request,
                std::span<const std::string_view> arguments, const Prepared& prepared);
  void RunCall(Call& call, Command& command);
  struct LongRequest;
  static bool MayRunLong(const Session& session, const Command& command) {
    return command.Has(kRunsScript) || (command.Has(kRunsQueue) && session.transaction != nullptr &&
                                        (session.transaction->queue_flags & kRunsScript) != 0);
  }
  static void RunLongRequest(void* request);
  void RunLong(Session& session, Command& command, std::span<const std::string_view> arguments,
               ReplyWriter& reply, uint64_t key_hash);
  bool DispatchTo(Session& session, RequestBatch* batch, const RequestBatch::Request* request,
                  std::span<const std::string_view> arguments, const Prepared& prepared,
                  ReplyWriter& reply);
  static std::string DescribeBadCall(const Command* command,
                                     std::span<const std::string_view> arguments);
  void ServeReadyKeys();
  void ServeDueWaiters();
  void ServeWaiter(BlockedKeys::Waiter& waiter, const Entry* entry);
  void RunAgain(BlockedKeys::Waiter& waiter);
  bool RefuseWaiter(BlockedKeys::Waiter& waiter, std::span<const std::string_view> arguments);
  void EndWait(Session& session);
  static ReplyWriter BlockedWriter(Session& session, OutputBuffer& nowhere);
  void Refuse(Session& session, Command* command, ReplyWriter& reply, std::string_view error);
  void LogChanges(Call& call, Command& command);
  uint64_t AppendEffects(const std::vector<LogEffect>& effects);
  bool LogHasSpace() const;
  void NoteDependencies(Call& call, const Command& command);
  void MarkPending(const Command& command, std::span<const std::string_view> arguments,
                   uint64_t sequence);
  void CountCall(Call& call, Command& command, uint64_t duration_ns, uint64_t growth_before);
  void CountRun(Session& session, Command& command, bool failed, uint64_t duration_ns);
  void NoteSlowCall(Call& call, Command& command, uint64_t duration_ns, uint64_t growth_before);
  CallReasons ReasonsOf(Call& call, uint64_t duration_ns, uint64_t growth_before) const;
  void UpdateSlowThreshold();
  void ArmAcl(Session& session) const;
  void CloseAll(std::span<Session* const> sessions, const Session* asking);
  void CloseSessionsOf(const AclUser& user, const Session* asking);
  void UpdateWantedEvents();
  void RememberRead(const Call& call, const Command& command);
  void FeedMonitors(Session& session, const Command& command,
                    std::span<const std::string_view> arguments);

  Keyspace* keyspace_;
  Host* host_;
  Settings settings_;
  CommandTable commands_;
  Acl acl_{commands_};
  AclLog acl_log_;
  ClientRegistry clients_;
  Statistics statistics_;
  SlowLog slow_log_;
  LatencyMonitor latency_;
  LoopMeter loop_meter_;
  UnsyncedCalls unsynced_calls_;
  WatchTable watches_;
  PushOutput push_;
  PubSub pubsub_;
  KeyTracking tracking_;
  BlockedClients blocked_;
  BlockedKeys blocked_keys_;
  PendingWrites pending_;
  Evictor evictor_;
  CommandLog* log_ = nullptr;
  int group_depth_ = 0;
  uint32_t armed_gates_ = 0;
  uint32_t wanted_events_ = 0;  // kNotify... bits
  bool eviction_pending_ = false;
  uint64_t eviction_output_bytes_ = 0;  // what output buffers have grown by while keys were evicted
  int64_t pause_until_ms_ = 0;
  bool pause_writes_only_ = false;
  std::string replication_id_;
  uint64_t turn_ticks_ = 0;            // reading of the cycle counter when the turn began
  uint64_t last_ticks_ = 0;            // reading of the cycle counter when the last command ended
  uint64_t slow_ns_min_ = UINT64_MAX;  // commands at least this long are looked at again
  std::vector<Session*> monitors_;
  std::array<Prepared, 64> prepared_;
  LongCall long_call_;
  std::string_view busy_text_;
  std::unique_ptr<ScriptingState> scripting_state_;
  uint64_t preparations_ = 0;  // how often prepared_ was filled
  std::vector<KeyPosition> key_positions_;
  std::vector<std::string_view> logged_arguments_;  // of the call that is being logged
  OutputBuffer discarded_;                          // takes the replies that CLIENT REPLY turns off
};

}  // namespace kvasir
