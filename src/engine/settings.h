// Everything that redis.conf, the command line and CONFIG SET can decide, as typed values. The
// initial values are redis-server's defaults, but for appendonly, which is on here.
//
// How a field is named, written and checked in a configuration stands in directive_table.cc; a new
// directive is a field here and a row there.
// THREAD: a Settings is a plain value. The loop owns the one in force and replaces it as a whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/engine/settings_types.h"
#include "src/store/collection_limits.h"

namespace kvasir {

struct Settings : CollectionLimits {
  // Where to listen. No address: no TCP. A leading '-' allows an address to be absent, '*' is every
  // one. Port 0: no TCP either.
  std::vector<std::string> bind = {"*", "-::*"};
  int64_t port = 6379;
  std::string unixsocket;
  int64_t unixsocketperm = 0;  // mode bits; 0 leaves them to the umask
  bool protected_mode = true;
  std::string requirepass;
  std::string aclfile;          // empty: the users stand in the configuration
  std::vector<UserLine> users;  // the `user` lines
  AclPubSubDefault acl_pubsub_default = AclPubSubDefault::kResetChannels;
  int64_t acllog_max_len = 128;
  int64_t maxclients = 10000;
  int64_t timeout_seconds = 0;  // 0: idle clients stay
  int64_t tcp_keepalive_seconds = 300;
  int64_t tcp_backlog = 511;
  AccessLevel enable_debug_command = AccessLevel::kNo;
  AccessLevel enable_protected_configs = AccessLevel::kNo;

  // The process.
  int64_t databases = 16;
  std::string dir = "./";
  LogLevel loglevel = LogLevel::kNotice;
  std::string logfile;  // empty: standard output
  std::string pidfile;
  bool daemonize = false;
  Supervision supervised = Supervision::kNo;
  int64_t hz = 10;
  bool dynamic_hz = true;

  // The log.
  bool appendonly = true;
  FsyncPolicy appendfsync = FsyncPolicy::kEverySecond;
  std::string appendfilename = "appendonly.aof";
  std::string appenddirname = "appendonlydir";
  bool aof_load_truncated = true;
  bool aof_timestamp_enabled = false;
  int64_t aof_keep_history = 0;  // so many replaced bases are kept
  bool aof_use_rdb_preamble = true;
  int64_t auto_aof_rewrite_percentage = 100;
  uint64_t auto_aof_rewrite_min_bytes = 64 * kMebibyte;
  bool no_appendfsync_on_rewrite = false;

  // Snapshots.
  std::vector<SavePoint> save = {{3600, 1}, {300, 100}, {60, 10000}};
  std::string dbfilename = "dump.rdb";
  bool stop_writes_on_bgsave_error = true;
  bool rdbcompression = true;
  bool rdbchecksum = true;
  bool rdb_save_incremental_fsync = true;

  // Memory.
  uint64_t maxmemory_bytes = 0;  // 0: no limit
  EvictionPolicy maxmemory_policy = EvictionPolicy::kNoEviction;
  int64_t maxmemory_samples = 5;
  int64_t maxmemory_eviction_tenacity = 10;
  MemoryShare maxmemory_clients;  // 0: no limit
  int64_t lfu_log_factor = 10;
  int64_t lfu_decay_minutes = 1;
  bool lazyfree_lazy_eviction = false;
  bool lazyfree_lazy_expire = false;
  bool lazyfree_lazy_server_del = false;
  bool lazyfree_lazy_user_del = false;
  bool lazyfree_lazy_user_flush = false;
  bool activerehashing = true;
  int64_t active_expire_effort = 1;

  // What one client may cost.
  uint64_t proto_max_bulk_bytes = 512 * kMebibyte;
  uint64_t client_query_buffer_limit_bytes = 1024 * kMebibyte;
  OutputBufferLimits client_output_buffer_limit;
  // A client with more unread reply bytes than this is not read from until it drains; 0: never.
  uint64_t client_output_buffer_pause_bytes = 16 * kMebibyte;

  // Watching.
  int64_t slowlog_log_slower_than_us = 10000;  // negative: off
  int64_t slowlog_max_len = 128;
  int64_t latency_monitor_threshold_ms = 0;  // 0: off
  bool latency_tracking = true;
  std::vector<double> latency_tracking_info_percentiles = {50, 99, 99.9};
  uint32_t notify_keyspace_events = 0;          // kNotify... bits
  int64_t tracking_table_max_keys = 1'000'000;  // 0: no limit
  int64_t busy_reply_threshold_ms = 5000;

  uint64_t hll_sparse_max_bytes = 3000;

  bool operator==(const Settings&) const = default;
};

}  // namespace kvasir
