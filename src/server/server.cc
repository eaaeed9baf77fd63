#include "src/server/server.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <map>
#include <utility>

#include "src/base/clock.h"
#include "src/base/memory.h"
#include "src/base/random.h"
#include "src/commands/families.h"
#include "src/server/process.h"

namespace kvasir {

Server::Server(Settings settings, ServerIdentity identity)
    : identity_(std::move(identity)),
      keyspace_(static_cast<int>(settings.databases), &reclaimer_),
      engine_(keyspace_, *this, settings, AllFamilies()),
      saves_(keyspace_, reclaimer_, PosixFiles(), [this] { uv_async_send(&log_progress_); }),
      listeners_(*this),
      read_buffer_(new char[kReadBufferBytes]),
      start_time_ms_(UnixTimeMs()),
      run_id_(fmt::format("{:016x}{:016x}{:08x}", RandomBits(), RandomBits(),
                          static_cast<uint32_t>(RandomBits()))) {
  TrackThreadMemory();
  uv_loop_init(&loop_);
  AdoptSettings(settings);
}

Server::~Server() {
  engine_.set_log(nullptr);
  // Their threads wake the loop.
  saves_.Stop("the server ends");
  reclaimer_.Drain();
  append_log_.reset();
  CloseHandles();
  uv_loop_close(&loop_);
}

void Server::CloseHandles() {
  stopping_ = true;
  for (const auto& [id, session] : std::map(engine_.clients().sessions())) {
    static_cast<Connection*>(session)->Close();
  }
  listeners_.Close();
  migrations_.Stop();
  for (uv_signal_t* handle : signals_) {
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* closed) { delete reinterpret_cast<uv_signal_t*>(closed); });
  }
  // What is left are this object's own handles, and connections that were refused.
  uv_walk(
      &loop_,
      [](uv_handle_t* handle, void* own) {
        if (uv_is_closing(handle) != 0) return;
        if (handle->data == own) {
          uv_close(handle, nullptr);
        } else {
          static_cast<Connection*>(handle->data)->Close();
        }
      },
      this);
  uv_run(&loop_, UV_RUN_DEFAULT);
}

void Server::AdoptSettings(const Settings& settings) {
  constexpr uint64_t kNoLimit = UINT64_MAX;
  const uint64_t pause = settings.client_output_buffer_pause_bytes;
  output_pause_bytes_ = pause == 0 ? kNoLimit : pause;
}

Result<void> Server::Start() {
  const Settings& settings = engine_.settings();
  if (Result<void> loaded = engine_.LoadUsers(); !loaded) return loaded;
  if (settings.appendonly) {
    if (Result<void> locked = LockDirectory(); !locked) return locked;
  }
  StartHandles();
  if (Result<void> listening = listeners_.Open(settings); !listening) return listening;
  for (const std::string& place : listeners_.places()) spdlog::info("Listening on {}", place);
  // Not before the directory and the port are ours: the file may be that of a running server.
  WritePidFile(settings);
  engine_.BeginTick(UnixTimeMs());
  Result<void> loaded = settings.appendonly ? OpenLog() : LoadSnapshot();
  if (!loaded) {
    listeners_.Close();
    unlink(settings.pidfile.c_str());
  }
  return loaded;
}

void Server::StartHandles() {
  const auto init = [this](auto init_handle, auto* handle) {
    init_handle(&loop_, handle);
    handle->data = this;
  };
  init(uv_prepare_init, &prepare_);
  uv_prepare_start(&prepare_, [](uv_prepare_t* h) { static_cast<Server*>(h->data)->EndTick(); });
  init(uv_check_init, &check_);
  uv_check_start(&check_, [](uv_check_t* h) { static_cast<Server*>(h->data)->EndTick(); });
  init(uv_idle_init, &hurry_);
  init(uv_timer_init, &cron_timer_);
  uv_timer_start(
      &cron_timer_, [](uv_timer_t* h) { static_cast<Server*>(h->data)->RunCron(); }, kCronMs,
      kCronMs);
  init(uv_timer_init, &deadline_timer_);
  uv_async_init(&loop_, &log_progress_, [](uv_async_t* h) {
    auto* self = static_cast<Server*>(h->data);
    if (!self->engine_.busy()) self->PollSaves();
    self->FlushLogWaiters();
  });
  log_progress_.data = this;
  WatchSignals();
}

void Server::WatchSignals() {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  for (const int number : {SIGTERM, SIGINT}) {
    auto* handle = new uv_signal_t;
    uv_signal_init(&loop_, handle);
    handle->data = this;
    uv_signal_start(
        handle,
        [](uv_signal_t* h, int) {
          auto* self = static_cast<Server*>(h->data);
          spdlog::info("Received {}, shutting down", h->signum == SIGINT ? "SIGINT" : "SIGTERM");
          if (self->stopping_) _exit(1);
          if (!self->Shutdown({})) self->Stop(1);
        },
        number);
    signals_.push_back(handle);
  }
}

int Server::Run() {
  uv_run(&loop_, UV_RUN_DEFAULT);
  return exit_code_;
}

void Server::Accept(uv_stream_t* listener, bool unix_socket) {
  auto* connection = new Connection(*this, unix_socket);
  if (uv_accept(listener, connection->stream()) != 0) {
    connection->Close();
    return;
  }
  EnsureTick();
  Statistics& statistics = engine_.statistics();
  const Settings& settings = engine_.settings();
  if (engine_.clients().size() >= static_cast<size_t>(settings.maxclients)) {
    ++statistics.connections_rejected;
    connection->Writer().Error("ERR max number of clients reached");
    connection->CloseAfterOutput();
    return;
  }
  if (RefuseForProtection(*connection)) return;
  ++statistics.connections_received;
  engine_.clients().Add(*connection);
  connection->created_ms = connection->last_request_ms = keyspace_.context().now_ms;
  engine_.AdmitAsDefault(*connection);
  connection->Start();
}

bool Server::RefuseForProtection(Connection& connection) {
  const Settings& settings = engine_.settings();
  const bool open = engine_.acl().default_user().needs_no_password();
  if (!settings.protected_mode || !open) return false;
  if (connection.Facts().is_local) return false;
  ++engine_.statistics().connections_rejected;
  connection.Writer().Error(
      "DENIED Kvasir is in protected mode: no password is set and this connection does not come "
      "from the loopback interface. On the server's machine, either set a password "
      "(CONFIG SET requirepass), or, if nobody else can reach this port, turn the protection off "
      "(CONFIG SET protected-mode no), and put it into the configuration file.");
  connection.CloseAfterOutput();
  return true;
}

void Server::MarkDirty(Connection& connection) {
  if (connection.in_dirty_list || connection.closing()) return;
  connection.in_dirty_list = true;
  dirty_.push_back(&connection);
}

void Server::MarkPushedTo(Connection& connection) {
  if (connection.in_pushed_list || connection.in_dirty_list || connection.closing()) return;
  connection.in_pushed_list = true;
  if (pushed_.empty()) pushed_since_ticks_ = engine_.last_ticks();
  pushed_.push_back(&connection);
}

void Server::Removed(Connection& connection) {
  engine_.Forget(connection);
  dumps_.Forget(connection.id);
  if (connection.in_log_list) std::erase(log_waiters_, &connection);
  if (connection.in_dirty_list) std::replace(dirty_.begin(), dirty_.end(), &connection, {});
  if (connection.in_pushed_list) std::replace(pushed_.begin(), pushed_.end(), &connection, {});
  connection.in_log_list = connection.in_dirty_list = connection.in_pushed_list = false;
}

void Server::OutputReady(Session& session) {
  auto& connection = static_cast<Connection&>(session);
  // Whoever has a copy of what changed is told at once.
  const bool may_wait = session.subscriber != nullptr && session.tracking == nullptr;
  may_wait ? MarkPushedTo(connection) : MarkDirty(connection);
}

void Server::Resume(Session& session) { resumed_.push_back(session.id); }
void Server::ContinueLater(const Connection& connection) { continued_.push_back(connection.id); }

void Server::Close(Session& session, bool after_output) {
  auto& connection = static_cast<Connection&>(session);
  if (after_output) {
    connection.CloseAfterOutput();
  } else {
    connection.Close();
  }
}

Result<void> Server::Shutdown(const ShutdownRequest& request) {
  if (loading_.active || engine_.busy()) {
    // Nothing was acknowledged that is not in the log, and the replay would go on to its end; as
    // would a script, which comes back whole or not at all (D3).
    listeners_.Close();
    unlink(engine_.settings().pidfile.c_str());
    _exit(0);
  }
  if (append_log_ != nullptr && !append_log_->accepts_writes() && !request.force) {
    return Fail(Errc::kIo, append_log_->Health().error);
  }
  saves_.Stop("the server ends");
  // Without a log, whoever has save points does not expect to lose what came after the last one.
  const Settings& settings = engine_.settings();
  const bool by_default =
      append_log_ == nullptr && !settings.save.empty() && request.save == ShutdownSave::kDefault;
  if (request.save == ShutdownSave::kSave || by_default) {
    if (Result<void> saved = saves_.SaveNow(settings); !saved && !request.force) return saved;
  }
  if (Result<void> finished = FinishSwitchOn(); !finished && !request.force) return finished;
  const Result<void> closed = CloseLog();
  if (!closed && !request.force) {
    spdlog::error("The log could not be finished: {}", closed.error().detail());
    Stop(1);
    return closed;
  }
  spdlog::info("Kvasir is now ready to exit, bye bye...");
  Stop(0);
  return {};
}

void Server::Stop(int exit_code) {
  stopping_ = true;
  exit_code_ = exit_code;
  listeners_.Close();
  unlink(engine_.settings().pidfile.c_str());
  uv_stop(&loop_);
}

}  // namespace kvasir
