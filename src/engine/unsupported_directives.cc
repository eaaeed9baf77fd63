// Directives that redis-server or valkey-server knows and this server does not. A configuration
// that has them still starts, with a warning for each.
#include <algorithm>
#include <array>
#include <string>

#include "src/base/text.h"
#include "src/engine/directive.h"

namespace kvasir {
namespace {

// Families whose members all belong to a feature that is not there.
constexpr std::string_view kPrefixes[] = {
    "active-defrag-", "cluster-", "commandlog-", "io-threads", "loadmodule", "min-replicas-",
    "min-slaves-",    "rdma-",    "repl-",       "replica-",   "search-",    "sentinel",
    "slave-",         "syslog-",  "tls-",        "vset-",
};

constexpr std::string_view kNames[] = {
    "activedefrag",
    "always-show-logo",
    "aof-disable-auto-gc",
    "aof-load-corrupt-tail-max-size",
    "aof-rewrite-cpulist",
    "aof-rewrite-incremental-fsync",
    "aof_rewrite_cpulist",
    "availability-zone",
    "bgsave-cpulist",
    "bgsave_cpulist",
    "bind-source-addr",
    "bio-cpulist",
    "bio_cpulist",
    "close-files-after-invoked-aof-rewrite",
    "close-on-oom",
    "close-on-replica-write",
    "close-on-slave-write",
    "crash-log-enabled",
    "crash-memcheck-enabled",
    "debug-context",
    "disable-thp",
    "dual-channel-replication-enabled",
    "enable-debug-assert",
    "enable-module-command",
    "events-per-io-thread",
    "extended-redis-compatibility",
    "hash-seed",
    "hide-user-data-from-log",
    "ignore-warnings",
    "import-mode",
    "jemalloc-bg-thread",
    "key-load-delay",
    "latency-tracking-enabled",
    "locale-collate",
    "lookahead",
    "lua-enable-deprecated-api",
    "lua-enable-insecure-api",
    "masterauth",
    "masteruser",
    "max-new-connections-per-cycle",
    "max-new-tls-connections-per-cycle",
    "mptcp",
    "oom-score-adj",
    "oom-score-adj-values",
    "prefetch-batch-max-size",
    "primaryauth",
    "primaryuser",
    "proc-title-template",
    "propagation-error-behavior",
    "rdb-del-sync-files",
    "rdb-key-save-delay",
    "rdb-version-check",
    "rdbchecksum-mode",
    "rename-command",
    "replicaof",
    "sanitize-dump-payload",
    "server-cpulist",
    "server_cpulist",
    "set-proc-title",
    "shutdown-on-sigint",
    "shutdown-on-sigterm",
    "shutdown-timeout",
    "slaveof",
    "socket-mark-id",
    "stream-idmp-duration",
    "stream-idmp-maxsize",
    "unixsocketgroup",
};

}  // namespace

bool IsUnsupportedDirective(std::string_view name) {
  const std::string lower = ToLower(name);
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [&](std::string_view prefix) { return lower.starts_with(prefix); }) ||
         std::find(std::begin(kNames), std::end(kNames), lower) != std::end(kNames);
}

}  // namespace kvasir
