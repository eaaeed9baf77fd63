// The INFO sections that only the process can fill, and the configuration file.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "src/base/clock.h"
#include "src/engine/config_rewrite.h"
#include "src/engine/replace_file.h"
#include "src/engine/version.h"
#include "src/server/server.h"

namespace kvasir {
namespace {

std::string SystemName() {
  utsname name{};
  if (uname(&name) != 0) return "unknown";
  return fmt::format("{} {} {}", name.sysname, name.release, name.machine);
}

std::string LogStatusWord(bool ok) { return ok ? "ok" : "err"; }

}  // namespace

std::string Server::DataDirectory() const {
  std::string path(4096, '\0');
  return getcwd(path.data(), path.size()) == nullptr ? "." : std::string(path.c_str());
}

Result<void> Server::RewriteConfigFile() {
  if (identity_.config_file.empty()) {
    return Fail(Errc::kNotFound, "The server is running without a config file");
  }
  const std::string& path = identity_.config_file;
  constexpr uint64_t kConfigBytesMax = 64 * 1024 * 1024;
  Result<std::string> text = ReadWholeFile(PosixFiles(), path, kConfigBytesMax);
  if (!text && text.error().code() != Errc::kNotFound) return tl::unexpected(text.error());
  Settings settings = engine_.settings();
  settings.users.clear();
  if (settings.aclfile.empty()) settings.users = engine_.acl().Lines(settings.requirepass);
  return ReplaceFile(path, RewriteConfig(text ? *text : std::string(), settings));
}

void Server::LogMessage(std::string_view text) { spdlog::warn("{}", text); }

void Server::AppendInfo(std::string_view section, std::string& out) {
  if (section == "server") AppendServerInfo(out);
  if (section == "clients") AppendClientsInfo(out);
  if (section == "persistence") AppendPersistenceInfo(out);
}

void Server::AppendServerInfo(std::string& out) {
  const int64_t now_ms = UnixTimeMs();
  const int64_t uptime_s = (now_ms - start_time_ms_) / 1000;
  const Settings& settings = engine_.settings();
  const auto line = [&out](std::string_view name, const auto& value) {
    fmt::format_to(std::back_inserter(out), "{}:{}\r\n", name, value);
  };
  line("redis_version", kRedisVersion);
  line("server_name", "kvasir");
  line("kvasir_version", KVASIR_VERSION);
  line("redis_git_sha1", "00000000");
  line("redis_git_dirty", 0);
  line("redis_build_id", "0");
  line("redis_mode", "standalone");
  line("os", SystemName());
  line("arch_bits", sizeof(void*) * 8);
  line("monotonic_clock", "POSIX clock_gettime");
  line("multiplexing_api", "epoll");
  line("atomicvar_api", "c11-builtin");
  line("gcc_version", fmt::format("{}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__));
  line("process_id", getpid());
  line("process_supervised", "no");
  line("run_id", run_id_);
  line("tcp_port", settings.port);
  line("server_time_usec", UnixTimeUs());
  line("uptime_in_seconds", uptime_s);
  line("uptime_in_days", uptime_s / 86400);
  line("hz", settings.hz);
  line("configured_hz", settings.hz);
  line("lru_clock", (now_ms / 1000) & 0xffffff);
  line("executable", identity_.executable);
  line("config_file", identity_.config_file);
  line("io_threads_active", 0);
  for (size_t i = 0; i < listeners_.places().size(); ++i) {
    line(fmt::format("listener{}", i), fmt::format("name={}", listeners_.places()[i]));
  }
}

void Server::AppendClientsInfo(std::string& out) {
  size_t input_max = 0;
  size_t output_max = 0;
  for (const auto& [id, session] : engine_.clients().sessions()) {
    const auto* connection = static_cast<Connection*>(session);
    input_max = std::max(input_max, connection->input_bytes_waiting());
    output_max = std::max(output_max, connection->output_bytes_waiting());
  }
  const auto line = [&out](std::string_view name, auto value) {
    fmt::format_to(std::back_inserter(out), "{}:{}\r\n", name, value);
  };
  line("connected_clients", engine_.clients().size());
  line("cluster_connections", 0);
  line("maxclients", engine_.settings().maxclients);
  line("client_recent_max_input_buffer", input_max);
  line("client_recent_max_output_buffer", output_max);
  const size_t paused = engine_.blocked().CountOf(BlockReason::kPaused);
  const size_t delayed = engine_.blocked().CountOf(BlockReason::kLogSpace);
  line("blocked_clients", engine_.blocked().size() - delayed);
  line("paused_clients", paused);
  line("clients_delayed_by_log", delayed);
  line("clients_waiting_for_log", log_waiters_.size());
  line("tracking_clients", engine_.tracking().session_count());
  line("pubsub_clients", engine_.pubsub().client_count());
  line("watching_clients", engine_.watches().session_count());
  line("clients_in_timeout_table", 0);
  line("total_watched_keys", engine_.watches().key_count());
  line("total_blocking_keys", engine_.blocking_key_count());
  line("total_blocking_keys_on_nokey", engine_.needed_key_count());
}

void Server::AppendPersistenceInfo(std::string& out) {
  const auto line = [&out](std::string_view name, const auto& value) {
    fmt::format_to(std::back_inserter(out), "{}:{}\r\n", name, value);
  };
  line("loading", loading_.active ? 1 : 0);
  line("async_loading", 0);
  AppendSavesInfo(out);
  line("aof_enabled", append_log_ != nullptr ? 1 : 0);
  const LogStatus status = append_log_ == nullptr ? LogStatus() : append_log_->Status();
  line("aof_last_bgrewrite_status", LogStatusWord(status.last_switch_ok));
  line("aof_last_write_status", LogStatusWord(status.last_write_ok));
  line("aof_last_cow_size", 0);
  line("module_fork_in_progress", 0);
  line("module_fork_last_cow_size", 0);
  if (loading_.active) {
    line("loading_start_time", loading_.started_ms / 1000);
    line("loading_total_bytes", loading_.bytes_total);
    line("loading_loaded_bytes", loading_.bytes_done);
    const double share = loading_.bytes_total == 0
                             ? 0
                             : 100.0 * double(loading_.bytes_done) / double(loading_.bytes_total);
    line("loading_loaded_perc", fmt::format("{:.2f}", share));
  }
  if (append_log_ == nullptr) return;
  line("aof_current_size", status.current_bytes);
  line("aof_base_size", status.base_bytes);
  line("aof_pending_rewrite", append_log_->NeedsRewrite() ? 1 : 0);
  line("aof_buffer_length", status.pending_bytes);
  line("aof_pending_bio_fsync", status.sync_in_progress_us != 0 ? 1 : 0);
  line("aof_delayed_fsync", status.delayed_syncs);
  line("aof_appended_sequence", status.appended_sequence);
  line("aof_written_sequence", status.written_sequence);
  line("aof_durable_sequence", status.durable_sequence);
  line("aof_written_offset", status.written_offset);
  line("aof_durable_offset", status.durable_offset);
  line("aof_pending_bytes", status.pending_bytes);
  line("aof_last_write_error", status.last_write_error);
  line("aof_last_fsync_status", LogStatusWord(status.last_sync_ok));
  line("aof_last_fsync_error", status.last_sync_error);
  line("aof_fault_since_ms", status.health.since_unix_ms);
  line("aof_fault", status.health.error);
  line("aof_fsyncs", status.sync_times.count());
  line("aof_fsync_usec",
       fmt::format("p50={},p99={},p99.9={},max={}", status.sync_times.PercentileUs(50),
                   status.sync_times.PercentileUs(99), status.sync_times.PercentileUs(99.9),
                   status.sync_times.max_us()));
}

}  // namespace kvasir
