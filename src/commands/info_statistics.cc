// The sections of INFO that are counted while commands run.
#include "src/base/number.h"
#include "src/commands/info_sections.h"
#include "src/commands/info_writer.h"
#include "src/scripting/scripting.h"

namespace kvasir {
namespace {

// Calls `visit` for every command and subcommand.
template <typename Visit>
void ForEachCommand(Engine& engine, Visit visit) {
  for (const auto& command : engine.commands().commands()) {
    visit(*command);
    for (const Command* subcommand : command->subcommands) visit(*subcommand);
  }
}

void AppendTraffic(const Statistics& statistics, InfoWriter& line) {
  const auto kilobytes = [](double bytes) { return fmt::format("{:.2f}", bytes / 1024); };
  line("total_connections_received", statistics.connections_received);
  line("total_commands_processed", statistics.commands_processed);
  line("instantaneous_ops_per_sec", static_cast<uint64_t>(statistics.commands_rate.per_second));
  line("total_net_input_bytes", statistics.input_bytes);
  line("total_net_output_bytes", statistics.output_bytes);
  line.Zeros({"total_net_repl_input_bytes", "total_net_repl_output_bytes"});
  line("instantaneous_input_kbps", kilobytes(statistics.input_rate.per_second));
  line("instantaneous_output_kbps", kilobytes(statistics.output_rate.per_second));
  line("instantaneous_input_repl_kbps", "0.00");
  line("instantaneous_output_repl_kbps", "0.00");
  line("rejected_connections", statistics.connections_rejected);
  line.Zeros({"sync_full", "sync_partial_ok", "sync_partial_err"});
}

std::string DescribeUs(const Histogram& us) {
  return fmt::format("p50={},p99={},p99.9={},max={}", us.Percentile(50), us.Percentile(99),
                     us.Percentile(99.9), us.max());
}

void AppendLoop(const LoopMeter& meter, InfoWriter& line) {
  line("eventloop_cycles", meter.cycles());
  line("eventloop_duration_sum", meter.duration_sum_us());
  line("eventloop_duration_cmd_sum", meter.command_sum_us());
  line("instantaneous_eventloop_cycles_per_sec", static_cast<uint64_t>(meter.cycles_per_second()));
  line("instantaneous_eventloop_duration_usec", static_cast<uint64_t>(meter.mean_duration_us()));
  line("eventloop_duration_usec", DescribeUs(meter.ticks_us()));
  line("eventloop_lateness_usec", DescribeUs(meter.lateness_us()));
}

std::string DescribeLag(const Histogram& lag_ms) {
  return fmt::format("p50={},p99={},max={}", lag_ms.Percentile(50), lag_ms.Percentile(99),
                     lag_ms.max());
}

void AppendKeys(Engine& engine, InfoWriter& line) {
  const KeyspaceContext& context = engine.keyspace().context();
  // The names that Redis 7.4 and Valkey 9 have for the same.
  line("expired_subkeys", context.stats.expired_elements);
  line("expired_fields", context.stats.expired_elements);
  line("expired_keys", context.stats.expired);
  line("expired_stale_perc", "0.00");
  line("expired_time_cap_reached_count", 0);
  line("expire_cycle_cpu_milliseconds", 0);
  line("expired_lag_ms", DescribeLag(context.expiry_lag_ms));
  line("expired_fields_lag_ms", DescribeLag(context.element_expiry_lag_ms));
  line("evicted_keys", context.stats.evicted);
  line("evicted_clients", engine.statistics().evicted_clients);
  line("evicted_scripts", ReportScripting(engine).evicted);
  line.Zeros({"total_eviction_exceeded_time", "current_eviction_exceeded_time"});
  line("keyspace_hits", context.stats.hits);
  line("keyspace_misses", context.stats.misses);
}

void AppendListeners(Engine& engine, InfoWriter& line) {
  const PubSub& pubsub = engine.pubsub();
  line("pubsub_channels", pubsub.topics(TopicKind::kChannel).size());
  line("pubsub_patterns", pubsub.topics(TopicKind::kPattern).size());
  line("pubsubshard_channels", pubsub.topics(TopicKind::kShardChannel).size());
  line("tracking_total_keys", engine.tracking().key_count());
  line("tracking_total_items", engine.tracking().item_count());
  line("tracking_total_prefixes", engine.tracking().prefix_count());
}

}  // namespace

void AppendStatsInfo(Engine& engine, std::string& out) {
  const Statistics& statistics = engine.statistics();
  InfoWriter line(out);
  AppendTraffic(statistics, line);
  AppendKeys(engine, line);
  // What this server does not have, under the names that tools read.
  line.Zeros({"latest_fork_usec", "total_forks", "migrate_cached_sockets",
              "slave_expires_tracked_keys", "active_defrag_hits", "active_defrag_misses",
              "active_defrag_key_hits", "active_defrag_key_misses", "total_active_defrag_time",
              "current_active_defrag_time"});
  AppendListeners(engine, line);
  line("unexpected_error_replies", statistics.unexpected_error_replies);
  line("total_error_replies", statistics.error_replies);
  line("dump_payload_sanitizations", 0);
  line("total_reads_processed", statistics.reads_processed);
  line("total_writes_processed", statistics.writes_processed);
  line.Zeros({"io_threaded_reads_processed", "io_threaded_writes_processed", "reply_buffer_shrinks",
              "reply_buffer_expands"});
  line("client_query_buffer_limit_disconnections", statistics.query_buffer_limit_disconnections);
  line("client_output_buffer_limit_disconnections", statistics.output_buffer_limit_disconnections);
  line("acl_access_denied_auth", statistics.acl_access_denied_auth);
  line("acl_access_denied_cmd", statistics.acl_access_denied_command);
  line("acl_access_denied_key", statistics.acl_access_denied_key);
  line("acl_access_denied_channel", statistics.acl_access_denied_channel);
  line("slowlog_commands_count", statistics.slow_commands);
  AppendLoop(engine.loop_meter(), line);
}

void AppendDebugInfo(Engine& engine, std::string& out) {
  const LoopMeter& meter = engine.loop_meter();
  InfoWriter line(out);
  line("eventloop_duration_cron_sum", meter.cron_sum_us());
  line("eventloop_duration_max", meter.ticks_us().max());
  line("eventloop_cmd_per_cycle_max", meter.commands_per_cycle_max());
}

void AppendCommandStatsInfo(Engine& engine, std::string& out) {
  InfoWriter line(out);
  ForEachCommand(engine, [&](const Command& command) {
    if (command.calls == 0 && command.rejected_calls == 0 && command.failed_calls == 0) return;
    const double usec = static_cast<double>(command.total_ns) / 1000;
    const double per_call = command.calls == 0 ? 0 : usec / static_cast<double>(command.calls);
    line(fmt::format("cmdstat_{}", command.full_name),
         fmt::format("calls={},usec={},usec_per_call={:.2f},rejected_calls={},failed_calls={}",
                     command.calls, command.total_ns / 1000, per_call, command.rejected_calls,
                     command.failed_calls));
  });
}

void AppendErrorStatsInfo(Engine& engine, std::string& out) {
  InfoWriter line(out);
  for (const auto& [code, count] : engine.statistics().errors) {
    line(fmt::format("errorstat_{}", code), fmt::format("count={}", count));
  }
}

void AppendLatencyStatsInfo(Engine& engine, std::string& out) {
  InfoWriter line(out);
  ForEachCommand(engine, [&](const Command& command) {
    if (command.latency_ns.count() == 0) return;
    std::string values;
    for (const double percent : engine.settings().latency_tracking_info_percentiles) {
      if (!values.empty()) values += ',';
      values += fmt::format("p{}={:.3f}", FormatDouble(percent),
                            static_cast<double>(command.latency_ns.Percentile(percent)) / 1000);
    }
    line(fmt::format("latency_percentiles_usec_{}", command.full_name), values);
  });
}

}  // namespace kvasir
