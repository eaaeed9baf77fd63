#include "src/engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "src/base/clock.h"
#include "src/base/memory.h"
#include "src/base/random.h"
#include "src/base/text.h"
#include "src/store/growth_time.h"
#include "src/store/keyspace_cut.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

// A web page that makes a browser send requests here: as Redis does, the connection is closed
// before the request's body is taken for commands.
bool SpeaksHttp(std::span<const std::string_view> arguments) {
  return EqualsIgnoreCase(arguments[0], "post") || EqualsIgnoreCase(arguments[0], "host:");
}

// Where the first key of a script or function stands, when it has any, behind their number.
constexpr size_t kScriptKeyAt = 3;
bool HasScriptKeys(std::span<const std::string_view> arguments) {
  return arguments.size() > kScriptKeyAt && arguments[kScriptKeyAt - 1] != "0";
}

}  // namespace

Engine::Engine(Keyspace& keyspace, Host& host, Settings settings,
               std::span<const std::span<const CommandRow>> families)
    : keyspace_(&keyspace),
      host_(&host),
      commands_(families),
      push_(host),
      pubsub_(push_, clients_),
      tracking_(push_, clients_),
      evictor_(keyspace) {
  TrackThreadMemory();
  keyspace.context().listener = this;
  set_settings(std::move(settings));
  RenewReplicationId();
  statistics_.startup_memory = UsedMemory();
}

void Engine::RenewReplicationId() {
  replication_id_ = fmt::format("{:016x}{:016x}{:08x}", RandomBits(), RandomBits(),
                                static_cast<uint32_t>(RandomBits()));
}

void Engine::set_log(CommandLog* log) {
  // A group that a running command has opened goes on in the new log.
  if (group_depth_ > 0 && log_ != nullptr) log_->EndGroup();
  log_ = log;
  if (group_depth_ > 0 && log_ != nullptr) log_->BeginGroup();
  pending_.Clear();
}

void Engine::ArmGates(uint32_t gates, bool armed) {
  armed_gates_ = armed ? armed_gates_ | gates : armed_gates_ & ~gates;
}

void Engine::set_settings(Settings settings) {
  const bool new_password = settings_.requirepass != settings.requirepass;
  settings_ = std::move(settings);
  acl_.set_all_channels(settings_.acl_pubsub_default == AclPubSubDefault::kAllChannels);
  acl_log_.set_max(static_cast<size_t>(settings_.acllog_max_len));
  if (new_password) {
    acl_.SetDefaultPassword(settings_.requirepass);
    RefreshPermissions(nullptr);
  }
  AccessClock& access = keyspace_->context().access;
  access.set_lfu(settings_.maxmemory_policy == EvictionPolicy::kAllKeysLfu ||
                 settings_.maxmemory_policy == EvictionPolicy::kVolatileLfu);
  keyspace_->context().limits = settings_;
  access.set_lfu_parameters(static_cast<int>(settings_.lfu_log_factor),
                            static_cast<int>(settings_.lfu_decay_minutes));
  slow_log_.set_max(static_cast<size_t>(settings_.slowlog_max_len));
  latency_.set_threshold_ms(static_cast<uint64_t>(settings_.latency_monitor_threshold_ms));
  ArmGates(kGateMemory, settings_.maxmemory_bytes != 0);
  // A lower limit is kept at once, not by the next who writes.
  eviction_pending_ = settings_.maxmemory_bytes != 0;
  ArmGates(kGateDebug, true);
  UpdateSlowThreshold();
  UpdateWantedEvents();
}

// The shortest command that the slow log or the latency monitor wants to hear of.
void Engine::UpdateSlowThreshold() {
  uint64_t slow_ns = UINT64_MAX;
  if (settings_.slowlog_log_slower_than_us >= 0) {
    slow_ns = static_cast<uint64_t>(settings_.slowlog_log_slower_than_us) * 1000;
  }
  if (latency_.threshold_ms() != 0) slow_ns = std::min(slow_ns, latency_.threshold_ms() * 1000000);
  slow_ns_min_ = slow_ns;
}

void Engine::BeginTick(int64_t now_ms) {
  loop_meter_.BeginTick(CycleTicks());
  // A script sees one moment, however long it takes, and so does everybody who comes meanwhile.
  if (busy()) return;
  keyspace_->SetNow(now_ms);
  // Here as well as before reads: clients that only write would let the list grow for ever.
  if (!pending_.empty()) pending_.Release(log_->durable());
  if (pause_until_ms_ != 0 && now_ms >= pause_until_ms_) Unpause();
}

void Engine::Prepare(Session& session, const RequestBatch& batch, size_t first, size_t count) {
  ++preparations_;
  const auto requests = batch.requests().subspan(first, count);
  const Database& database = keyspace_->database(session.database);
  std::string_view name;  // of the command before this one, which is likely to come again
  for (size_t i = 0; i < count; ++i) {
    const auto arguments = batch.Arguments(requests[i]);
    Prepared& prepared = prepared_[i];
    Command* const before = i == 0 ? nullptr : prepared_[i - 1].command;
    const bool again = before != nullptr && before->subcommands.empty() &&
                       before->parent == nullptr && arguments[0] == name;
    prepared.command = again ? before : commands_.Find(arguments);
    name = arguments[0];
    prepared.key_hash = 0;
    if (prepared.command == nullptr) continue;
    auto key = static_cast<size_t>(prepared.command->first_key);
    if (key == 0 && prepared.command->Has(kRunsScript) && HasScriptKeys(arguments)) {
      key = kScriptKeyAt;
    }
    if (key == 0 || key >= arguments.size()) continue;
    prepared.key_hash = HashBytes(arguments[key]);
    database.PrefetchBucket({arguments[key], prepared.key_hash});
  }
  if (count == 1) return;
  for (size_t i = 0; i < count; ++i) {
    if (prepared_[i].key_hash != 0) database.PrefetchEntry({{}, prepared_[i].key_hash});
  }
  PrefetchElements(database, batch, requests);
}

// Goes on where the entries are collections: to the elements that the requests name first.
void Engine::PrefetchElements(const Database& database, const RequestBatch& batch,
                              std::span<const RequestBatch::Request> requests) {
  for (size_t i = 0; i < requests.size(); ++i) {
    Prepared& prepared = prepared_[i];
    prepared.collection = nullptr;
    const size_t element = prepared.command == nullptr ? 0 : prepared.command->row->element_at;
    if (element == 0) continue;
    const auto arguments = batch.Arguments(requests[i]);
    if (element >= arguments.size()) continue;
    prepared.collection = FindFullForm(database.Peek({arguments[1], prepared.key_hash}));
    if (prepared.collection == nullptr) continue;
    prepared.element_hash = HashBytes(arguments[element]);
    prepared.collection->PrefetchElement(prepared.element_hash, false);
  }
  for (size_t i = 0; i < requests.size(); ++i) {
    const Prepared& prepared = prepared_[i];
    if (prepared.collection == nullptr) continue;
    prepared.collection->PrefetchElement(prepared.element_hash, true);
  }
}

void Engine::BeginTurn() {
  turn_ticks_ = CycleTicks();
  last_ticks_ = turn_ticks_;
}

Engine::Progress Engine::Execute(Session& session, RequestBatch& batch, size_t first,
                                 Limits limits) {
  last_ticks_ = CycleTicks();
  const uint64_t began = last_ticks_;
  const Progress progress = ExecuteFrom(session, batch, first, limits);
  loop_meter_.AddCommandTime(last_ticks_ - began);
  return progress;
}

Engine::Progress Engine::ExecuteFrom(Session& session, RequestBatch& batch, size_t first,
                                     Limits limits) {
  Progress progress;
  const auto requests = batch.requests();
  session.last_request_ms = keyspace_->context().now_ms;
  for (size_t at = first; at < requests.size();) {
    const size_t count = std::min(requests.size() - at, prepared_.size());
    Prepare(session, batch, at, count);
    uint64_t preparation = preparations_;
    for (size_t i = 0; i < count; ++i) {
      const RequestBatch::Request& request = requests[at + i];
      if (!Dispatch(session, &batch, &request, batch.Arguments(request), prepared_[i])) {
        progress.blocked = true;
        return progress;
      }
      ++progress.executed;
      // The command ran requests of its own, as loading the log does: what was prepared is gone.
      if (preparation != preparations_) [[unlikely]] {
        Prepare(session, batch, at, count);
        preparation = preparations_;
      }
      if (session.blocked_now()) {
        progress.blocked = true;
        return progress;
      }
      if (session.close_after_reply || session.output.size() > limits.output_bytes) return progress;
      if (limits.one_turn && TurnOver()) [[unlikely]]
        return progress;
    }
    at += count;
  }
  return progress;
}

void Engine::ExecuteOne(Session& session, std::span<const std::string_view> arguments) {
  Prepared prepared;
  prepared.command = commands_.Find(arguments);
  if (prepared.command != nullptr) {
    const auto key = static_cast<size_t>(prepared.command->first_key);
    if (key != 0 && key < arguments.size()) prepared.key_hash = HashBytes(arguments[key]);
  }
  last_ticks_ = CycleTicks();
  Dispatch(session, nullptr, nullptr, arguments, prepared);
}

// Chooses where the reply goes; CLIENT REPLY may have turned replies off. False when the session
// was blocked before the request ran.
bool Engine::Dispatch(Session& session, RequestBatch* batch, const RequestBatch::Request* request,
                      std::span<const std::string_view> arguments, const Prepared& prepared) {
  if (session.reply_mode == ReplyMode::kOn) [[likely]] {
    ReplyWriter reply = session.Writer();
    return DispatchTo(session, batch, request, arguments, prepared, reply);
  }
  const bool skip_this = session.reply_mode == ReplyMode::kSkipNext;
  if (skip_this) session.reply_mode = ReplyMode::kSkipThis;
  ReplyWriter reply(discarded_, session.resp_version);
  const bool ran = DispatchTo(session, batch, request, arguments, prepared, reply);
  // CLIENT REPLY ON answers even so: it is the first reply that is wanted again.
  if (session.reply_mode == ReplyMode::kOn) {
    session.output.AppendBuffer(std::move(discarded_));
  }
  discarded_.Clear();
  // The reply comes later; what CLIENT REPLY said holds for it all the same.
  if (ran && skip_this) session.blocked.silent = session.blocked_now();
  if (ran && skip_this && session.reply_mode == ReplyMode::kSkipThis) {
    session.reply_mode = ReplyMode::kOn;
  } else if (!ran && skip_this) {
    session.reply_mode = ReplyMode::kSkipNext;
  }
  return ran;
}

bool Engine::DispatchTo(Session& session, RequestBatch* batch, const RequestBatch::Request* request,
                        std::span<const std::string_view> arguments, const Prepared& prepared,
                        ReplyWriter& reply) {
  Command* command = prepared.command;
  if (command == nullptr && SpeaksHttp(arguments) && !session.is_replay) [[unlikely]] {
    host_->Close(session, false);
    return true;
  }
  const bool unknown = command == nullptr || command->row->handler == nullptr ||
                       (!command->subcommands.empty() && arguments.size() > 1);
  if (unknown || !command->ArityMatches(arguments.size())) [[unlikely]] {
    Refuse(session, command, reply, DescribeBadCall(command, arguments));
    return true;
  }
  const uint32_t armed =
      (armed_gates_ | session.armed_gates) & command->gates & ~session.exempt_gates;
  if (armed != 0) [[unlikely]] {
    GateRequest gate{*this, session, *command, arguments, {}};
    switch (PassGates(armed, gate)) {
      case GateVerdict::kPass:
        break;
      case GateVerdict::kRefuse:
        Refuse(session, command, reply, gate.error);
        return true;
      case GateVerdict::kQueued:
        reply.Status("QUEUED");
        return true;
      case GateVerdict::kBlock:
        return false;
    }
  }
  if (MayRunLong(session, *command)) {
    RunLong(session, *command, arguments, reply, prepared.key_hash);
  } else {
    Call call(*this, session, *command, arguments, reply, prepared.key_hash);
    if (batch != nullptr && batch->has_large()) call.set_blocks(batch, request);
    {
      const PushOutput::Request running(push_, session);
      RunCall(call, *command);
    }
    if (session.tracking != nullptr) [[unlikely]]
      KeyTracking::RequestDone(session, *command);
  }
  if (blocked_keys_.has_ready()) [[unlikely]] {
    if (!session.is_replay) ServeReadyKeys();
  }
  return true;
}

void Engine::Refuse(Session& session, Command* command, ReplyWriter& reply,
                    std::string_view error) {
  if (command != nullptr) ++command->rejected_calls;
  ++session.failed_requests;
  std::string abort;
  if (command != nullptr && command->Has(kRunsQueue)) {
    EndTransaction(session);
    abort = errors::ExecAbortBecause(error);
    error = abort;
  } else if (session.in_transaction()) {
    session.transaction->failed = true;
  }
  CountError(error);
  reply.Error(error);
}

void Engine::CountError(std::string_view text) { statistics_.CountError(text); }

void Engine::Run(Session& session, Command& command, std::span<const std::string_view> arguments,
                 ReplyWriter& reply) {
  uint64_t key_hash = 0;
  const auto key = static_cast<size_t>(command.first_key);
  if (key != 0 && key < arguments.size()) key_hash = HashBytes(arguments[key]);
  Call call(*this, session, command, arguments, reply, key_hash);
  RunCall(call, command);
}

void Engine::RunCall(Call& call, Command& command) {
  Session& session = call.session();
  KeyspaceContext& context = keyspace_->context();
  const uint64_t started = last_ticks_;
  const uint64_t changes = context.changes;
  const uint64_t growth = growth_ticks;
  context.refresh_access = !session.no_touch;
  // A command that had to wait was shown when it began.
  const bool monitored = !monitors_.empty() && !session.blocked_now();
  command.row->handler(call);
  // Behind the run: EXEC is shown after what it ran, and a handler has said what is secret.
  if (monitored) FeedMonitors(session, command, call.ShownArguments());
  if (log_ != nullptr && !session.is_replay) {
    const bool changed = context.changes != changes;
    if (changed) LogChanges(call, command);
    if (log_->RepliesWaitForSync() && !changed) NoteDependencies(call, command);
  }
  if (tracking_.active()) [[unlikely]]
    RememberRead(call, command);
  last_ticks_ = CycleTicks();
  CountCall(call, command, TicksToNs(last_ticks_ - started), growth);
}

void Engine::CountCall(Call& call, Command& command, uint64_t duration_ns, uint64_t growth_before) {
  call.session().last_command = &command;
  // It is counted when it ends, and then once.
  if (call.blocked()) return;
  CountRun(call.session(), command, call.replied_error(), duration_ns);
  if (duration_ns >= slow_ns_min_) [[unlikely]]
    NoteSlowCall(call, command, duration_ns, growth_before);
}

void Engine::CountRun(Session& session, Command& command, bool failed, uint64_t duration_ns) {
  ++command.calls;
  command.total_ns += duration_ns;
  if (settings_.latency_tracking) command.latency_ns.Record(duration_ns);
  if (failed) {
    ++command.failed_calls;
    ++session.failed_requests;
  }
  ++statistics_.commands_processed;
  ++session.requests;
}

uint64_t Engine::UncountedBytes() const {
  uint64_t bytes = log_ == nullptr ? 0 : log_->held_bytes();
  const KeyspaceCut* cut = keyspace_->context().cut;
  if (cut != nullptr) bytes += cut->kept_bytes();
  return bytes + std::min(eviction_output_bytes_, OutputBuffer::ChunkBytes());
}

bool Engine::MakeRoom(uint64_t budget_us) {
  // Without a limit nothing has to go, not even what a limit that was lifted had asked for; and
  // what the log brings back must be as it was when the log was written (D8).
  const bool loading = (armed_gates_ & kGateLoading) != 0;
  const uint64_t limit = settings_.maxmemory_bytes;
  if (limit == 0 || loading || busy() || UsedMemory() <= limit + UncountedBytes()) [[likely]] {
    eviction_pending_ = false;
    return true;
  }
  const uint64_t started_us = MonotonicUs();
  eviction_output_bytes_ = std::min(eviction_output_bytes_, OutputBuffer::ChunkBytes());
  const uint64_t chunks_before = OutputBuffer::ChunkBytes();
  const auto uncounted = [&] {
    return UncountedBytes() + OutputBuffer::ChunkBytes() - chunks_before;
  };
  const Evictor::Outcome outcome =
      evictor_.Run(settings_.maxmemory_policy, static_cast<int>(settings_.maxmemory_samples), limit,
                   uncounted, budget_us);
  eviction_output_bytes_ += OutputBuffer::ChunkBytes() - chunks_before;
  eviction_pending_ = outcome == Evictor::Outcome::kMoreToDo;
  const uint64_t took_us = MonotonicUs() - started_us;
  loop_meter_.AddEviction(took_us);
  latency_.Record("eviction-cycle", keyspace_->context().now_ms / 1000, took_us / 1000,
                  {.eviction_us = took_us});
  // It is not the time of the command that needs the room.
  last_ticks_ = CycleTicks();
  return outcome != Evictor::Outcome::kStuck;
}

bool Engine::DebugAllowed(const Session& session) const {
  switch (settings_.enable_debug_command) {
    case AccessLevel::kYes:
      return true;
    case AccessLevel::kLocal:
      return session.Facts().is_local;
    default:
      return session.is_replay;
  }
}

void Engine::OnChanged(int database, const Key& key) {
  if (!watches_.empty()) watches_.MarkChanged(database, key.bytes);
  if (!blocked_keys_.empty()) blocked_keys_.MarkReady(database, key);
  if (tracking_.active()) tracking_.KeyChanged(key.bytes);
}

void Engine::UpdateNotifications() {
  keyspace_->context().notify_changes =
      !watches_.empty() || !blocked_keys_.empty() || tracking_.active();
}

void Engine::TouchWatched(int database) {
  watches_.ForEachKey(database, [&](const std::string& key) {
    if (keyspace_->database(database).Peek(Key::Of(key)) != nullptr) {
      watches_.MarkChanged(database, key);
    }
  });
  blocked_keys_.MarkAllReady(database);
}

}  // namespace kvasir
