#!/usr/bin/env python3
"""Prometheus's redis exporter: the metrics that its dashboards show are there and true."""

import re
import urllib.request

import redis

from checks import HOST, PORT, URL, check, equal, finish, process, until, version_in

LISTEN = "127.0.0.1:19121"
server = redis.Redis(HOST, PORT, decode_responses=True)


def scrape():
    with urllib.request.urlopen(f"http://{LISTEN}/metrics", timeout=10) as reply:
        lines = reply.read().decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if line.startswith("redis_"))


def scraped():
    try:
        return scrape()
    except OSError:
        return None


def check_up():
    metrics = until("the exporter", scraped)
    equal("up", metrics["redis_up"], "1")
    equal("errors", {metrics[key] for key in metrics if key.startswith("redis_exporter_last_scrape_error")}, {"0"})
    names = {name.split("{")[0] for name in metrics}
    wanted = """uptime_in_seconds connected_clients blocked_clients memory_used_bytes memory_used_rss_bytes
        memory_used_peak_bytes memory_max_bytes commands_processed_total
        connections_received_total rejected_connections_total net_input_bytes_total net_output_bytes_total
        keyspace_hits_total keyspace_misses_total expired_keys_total evicted_keys_total db_keys
        db_keys_expiring commands_total commands_duration_seconds_total pubsub_channels pubsub_patterns
        slowlog_length slowlog_last_id latest_fork_seconds instance_info rdb_changes_since_last_save
        rdb_last_save_timestamp_seconds aof_enabled aof_last_write_status cpu_sys_seconds_total cpu_user_seconds_total process_id loading_dump_file
        config_maxmemory config_maxclients last_slow_execution_duration_seconds allocator_active_bytes
        allocator_allocated_bytes allocator_resident_bytes mem_clients_normal mem_fragmentation_ratio
        lazyfree_pending_objects active_defrag_running tracking_clients"""
    if metrics["redis_aof_enabled"] == "1":
        wanted += " aof_current_size_bytes aof_base_size_bytes"
    equal("missing", [name for name in wanted.split() if f"redis_{name}" not in names], [])


def check_figures():
    server.flushall()
    server.config_resetstat()
    for i in range(50):
        server.set(f"k{i}", "x", ex=1000 if i < 20 else None)
    for i in range(70):
        server.get(f"k{i}")
    metrics = scrape()
    equal("keys", metrics['redis_db_keys{db="db0"}'], "50")
    equal("with a deadline", metrics['redis_db_keys_expiring{db="db0"}'], "20")
    equal("hits", metrics["redis_keyspace_hits_total"], "50")
    equal("misses", metrics["redis_keyspace_misses_total"], "20")
    equal("GETs", metrics['redis_commands_total{cmd="get"}'], "70")
    equal("memory", abs(float(metrics["redis_memory_used_bytes"]) - server.info("memory")["used_memory"]) < 5e6, True)
    info = next(key for key in metrics if key.startswith("redis_instance_info"))
    equal("role", re.search(r'role="(\w+)"', info).group(1), "master")


def check_clients():
    """A connection of ours is in the list of clients, by its name."""
    with redis.Redis(HOST, PORT, client_name="exported") as named:
        named.ping()
        details = [key for key in scrape() if key.startswith("redis_connected_clients_details")]
    equal("in the list", sum('name="exported"' in key for key in details), 1)


def check_keys():
    server.flushall()
    server.rpush("list:jobs", *range(7))
    server.set("number", "41.5")
    metrics = scrape()
    equal("length", metrics['redis_key_size{db="db0",key="list:jobs"}'], "7")
    equal("value", metrics['redis_key_value{db="db0",key="number"}'], "41.5")


def check_streams():
    server.xadd("stream:a", {"f": 1})
    server.xgroup_create("stream:a", "workers", "0")
    server.xreadgroup("workers", "w1", {"stream:a": ">"})
    metrics = scrape()
    equal("length", metrics['redis_stream_length{db="db0",stream="stream:a"}'], "1")
    equal("pending", metrics['redis_stream_group_messages_pending{db="db0",group="workers",stream="stream:a"}'], "1")


def check_slow():
    server.config_set("slowlog-log-slower-than", 0)
    server.get("slow")
    server.config_set("slowlog-log-slower-than", 10000)
    equal("logged", float(scrape()["redis_slowlog_length"]) > 0, True)


options = ["-web.listen-address", LISTEN, "-export-client-list", "-check-single-streams", "db0=stream:a",
           "-check-keys", "list:*,numb*", "-redis.addr", URL]  # fmt: skip
with process("prometheus-redis-exporter", *options):
    check("the metrics are there", check_up)
    check("their figures are true", check_figures)
    check("clients by name", check_clients)
    check("lengths and values of keys", check_keys)
    check("streams and their groups", check_streams)
    check("the slow log", check_slow)
finish("exporter", version_in("dpkg-query", "-W", "-f=${Version}", "prometheus-redis-exporter"))
