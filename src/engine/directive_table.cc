// One row per directive. Ranges and words are redis-server's, since tools depend on them.
#include <algorithm>
#include <array>
#include <climits>

#include "src/engine/directive.h"
#include "src/engine/directive_words.h"

namespace kvasir {
namespace {

using Names = std::string_view;
constexpr Names kFsyncNames[] = {"everysec", "always", "no"};
constexpr Names kLogLevelNames[] = {"debug", "verbose", "notice", "warning", "nothing"};
constexpr Names kSupervisionNames[] = {"upstart", "systemd", "auto", "no"};
constexpr Names kAccessNames[] = {"no", "yes", "local"};
constexpr Names kEvictionNames[] = {"volatile-lru",   "volatile-lfu", "volatile-random",
                                    "volatile-ttl",   "allkeys-lru",  "allkeys-lfu",
                                    "allkeys-random", "noeviction"};

constexpr Names kAclPubSubNames[] = {"allchannels", "resetchannels"};

constexpr FlagField Flag(bool Settings::*field) { return {field}; }
constexpr TextField Text(std::string Settings::*field) { return {field}; }
constexpr IntegerField Integer(int64_t Settings::*field, int64_t min, int64_t max) {
  return {field, min, max};
}
constexpr IntegerField Count(int64_t Settings::*field) { return {field, 0, INT_MAX}; }
constexpr IntegerField LongCount(int64_t Settings::*field) { return {field, 0, INT64_MAX}; }
constexpr MemoryField Memory(uint64_t Settings::*field, uint64_t min = 0,
                             uint64_t max = INT64_MAX) {
  return {field, min, max};
}

// A name that has to stay inside its directory.
Result<void> CheckFileName(std::string_view name, const std::string& directive,
                           const std::string& kind) {
  if (name.empty()) return Fail(Errc::kInvalidArgument, directive + " can't be empty");
  if (name.find('/') == std::string_view::npos && name != "." && name != "..") return {};
  return Fail(Errc::kInvalidArgument, directive + " can't be a path, just a " + kind);
}
Result<void> CheckDbfilename(Settings& s) {
  return CheckFileName(s.dbfilename, "dbfilename", "filename");
}
Result<void> CheckAppendfilename(Settings& s) {
  return CheckFileName(s.appendfilename, "appendfilename", "filename");
}
Result<void> CheckAppenddirname(Settings& s) {
  return CheckFileName(s.appenddirname, "appenddirname", "dirname");
}
// Redis takes any hz and moves it into this range.
Result<void> ClampHz(Settings& s) {
  s.hz = std::clamp<int64_t>(s.hz, 1, 500);
  return {};
}

constexpr int64_t kPortMax = 65535;
using S = Settings;

constexpr Directive kDirectives[] = {
    {"bind", "", WordsField{ParseBind, FormatBind}},
    {"port", "", Integer(&S::port, 0, kPortMax)},
    {"unixsocket", "", Text(&S::unixsocket), kImmutable},
    {"unixsocketperm", "", IntegerField{&S::unixsocketperm, 0, 0777, true}, kImmutable},
    {"protected-mode", "", Flag(&S::protected_mode)},
    {"requirepass", "", Text(&S::requirepass), kSensitive},
    {"aclfile", "", Text(&S::aclfile), kImmutable},
    {"user", "", WordsField{ParseUser, FormatUsers}, kAccumulate | kSensitive | kLines},
    {"acl-pubsub-default", "", Choice<&S::acl_pubsub_default>(kAclPubSubNames)},
    {"acllog-max-len", "", LongCount(&S::acllog_max_len)},
    {"maxclients", "", Integer(&S::maxclients, 1, UINT_MAX)},
    {"timeout", "", Count(&S::timeout_seconds)},
    {"tcp-keepalive", "", Count(&S::tcp_keepalive_seconds)},
    {"tcp-backlog", "", Count(&S::tcp_backlog), kImmutable},
    {"enable-debug-command", "", Choice<&S::enable_debug_command>(kAccessNames), kImmutable},
    {"enable-protected-configs", "", Choice<&S::enable_protected_configs>(kAccessNames),
     kImmutable},

    {"databases", "", Integer(&S::databases, 1, INT_MAX), kImmutable},
    {"dir", "", Text(&S::dir), kProtected},
    {"loglevel", "", Choice<&S::loglevel>(kLogLevelNames)},
    {"logfile", "", Text(&S::logfile), kImmutable},
    {"pidfile", "", Text(&S::pidfile), kImmutable},
    {"daemonize", "", Flag(&S::daemonize), kImmutable},
    {"supervised", "", Choice<&S::supervised>(kSupervisionNames), kImmutable},
    {"hz", "", Integer(&S::hz, 0, INT_MAX), 0, ClampHz},
    {"dynamic-hz", "", Flag(&S::dynamic_hz)},

    {"appendonly", "", Flag(&S::appendonly)},
    {"appendfsync", "", Choice<&S::appendfsync>(kFsyncNames)},
    {"appendfilename", "", Text(&S::appendfilename), kImmutable, CheckAppendfilename},
    {"appenddirname", "", Text(&S::appenddirname), kImmutable, CheckAppenddirname},
    {"aof-load-truncated", "", Flag(&S::aof_load_truncated)},
    {"aof-timestamp-enabled", "", Flag(&S::aof_timestamp_enabled)},
    {"aof-keep-history", "", Count(&S::aof_keep_history)},
    {"aof-use-rdb-preamble", "", Flag(&S::aof_use_rdb_preamble)},
    {"auto-aof-rewrite-percentage", "", Count(&S::auto_aof_rewrite_percentage)},
    {"auto-aof-rewrite-min-size", "", Memory(&S::auto_aof_rewrite_min_bytes)},
    {"no-appendfsync-on-rewrite", "", Flag(&S::no_appendfsync_on_rewrite)},

    {"save", "", WordsField{ParseSave, FormatSave}, kAccumulate},
    {"dbfilename", "", Text(&S::dbfilename), kProtected, CheckDbfilename},
    {"stop-writes-on-bgsave-error", "", Flag(&S::stop_writes_on_bgsave_error)},
    {"rdbcompression", "", Flag(&S::rdbcompression)},
    {"rdbchecksum", "", Flag(&S::rdbchecksum), kImmutable},
    {"rdb-save-incremental-fsync", "", Flag(&S::rdb_save_incremental_fsync)},

    {"maxmemory", "", Memory(&S::maxmemory_bytes, 0, UINT64_MAX)},
    {"maxmemory-policy", "", Choice<&S::maxmemory_policy>(kEvictionNames)},
    {"maxmemory-samples", "", Integer(&S::maxmemory_samples, 1, INT_MAX)},
    {"maxmemory-eviction-tenacity", "", Integer(&S::maxmemory_eviction_tenacity, 0, 100)},
    {"maxmemory-clients", "", WordsField{ParseMaxmemoryClients, FormatMaxmemoryClients}},
    {"lfu-log-factor", "", Count(&S::lfu_log_factor)},
    {"lfu-decay-time", "", Count(&S::lfu_decay_minutes)},
    {"lazyfree-lazy-eviction", "", Flag(&S::lazyfree_lazy_eviction)},
    {"lazyfree-lazy-expire", "", Flag(&S::lazyfree_lazy_expire)},
    {"lazyfree-lazy-server-del", "", Flag(&S::lazyfree_lazy_server_del)},
    {"lazyfree-lazy-user-del", "", Flag(&S::lazyfree_lazy_user_del)},
    {"lazyfree-lazy-user-flush", "", Flag(&S::lazyfree_lazy_user_flush)},
    {"activerehashing", "", Flag(&S::activerehashing)},
    {"active-expire-effort", "", Integer(&S::active_expire_effort, 1, 10)},

    {"proto-max-bulk-len", "", Memory(&S::proto_max_bulk_bytes, kMebibyte)},
    {"client-query-buffer-limit", "", Memory(&S::client_query_buffer_limit_bytes, kMebibyte)},
    {"client-output-buffer-limit", "",
     WordsField{ParseOutputBufferLimits, FormatOutputBufferLimits}},
    {"client-output-buffer-pause", "", Memory(&S::client_output_buffer_pause_bytes)},

    {"slowlog-log-slower-than", "", Integer(&S::slowlog_log_slower_than_us, -1, INT64_MAX)},
    {"slowlog-max-len", "", LongCount(&S::slowlog_max_len)},
    {"latency-monitor-threshold", "", LongCount(&S::latency_monitor_threshold_ms)},
    {"latency-tracking", "", Flag(&S::latency_tracking)},
    {"latency-tracking-info-percentiles", "", WordsField{ParsePercentiles, FormatPercentiles}},
    {"notify-keyspace-events", "", WordsField{ParseNotifyDirective, FormatNotifyDirective}},
    {"tracking-table-max-keys", "", LongCount(&S::tracking_table_max_keys)},
    {"busy-reply-threshold", "lua-time-limit", LongCount(&S::busy_reply_threshold_ms)},

    {"hash-max-listpack-entries", "hash-max-ziplist-entries",
     LongCount(&S::hash_max_listpack_entries)},
    {"hash-max-listpack-value", "hash-max-ziplist-value",
     Memory(&S::hash_max_listpack_value_bytes)},
    {"list-max-listpack-size", "list-max-ziplist-size",
     Integer(&S::list_max_listpack_size, INT_MIN, INT_MAX)},
    {"list-compress-depth", "", Count(&S::list_compress_depth)},
    {"set-max-intset-entries", "", LongCount(&S::set_max_intset_entries)},
    {"set-max-listpack-entries", "", LongCount(&S::set_max_listpack_entries)},
    {"set-max-listpack-value", "", Memory(&S::set_max_listpack_value_bytes)},
    {"zset-max-listpack-entries", "zset-max-ziplist-entries",
     LongCount(&S::zset_max_listpack_entries)},
    {"zset-max-listpack-value", "zset-max-ziplist-value",
     Memory(&S::zset_max_listpack_value_bytes)},
    {"hll-sparse-max-bytes", "", Memory(&S::hll_sparse_max_bytes)},
    {"stream-node-max-bytes", "", Memory(&S::stream_node_max_bytes)},
    {"stream-node-max-entries", "", LongCount(&S::stream_node_max_entries)},
};

}  // namespace

std::span<const Directive> AllDirectives() { return kDirectives; }

}  // namespace kvasir
