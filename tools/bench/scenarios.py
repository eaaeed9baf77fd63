"""The cases that are a story of their own: growth, deadlines, rewrites, restarts, idling. Each runs
one server at a time, on data that it fills in itself."""

import time
from dataclasses import dataclass
from typing import Callable

from cases import Figure
from loads import BackgroundBenchmark, Probe, run_benchmark
from measured_server import NO_AUTOMATIC_REWRITE, MeasuredServer
from resp_client import ServerError, fill_keys

SMALL_VALUE_BYTES = 8
MEGABYTE = 1e6


@dataclass
class Scenario:
    name: str
    title: str
    run: Callable  # (template, size, say) -> figures by key
    figures: tuple
    size: int
    quick_size: int
    log: str = "no"


def wait_for(done, timeout_s=900, step_s=0.01):
    """Seconds until done() is true."""
    begin = time.monotonic()
    while not done():
        if time.monotonic() - begin > timeout_s:
            raise TimeoutError("what was waited for did not come")
        time.sleep(step_s)
    return time.monotonic() - begin


def human(count):
    for unit, name in ((1_000_000, " M"), (1000, " k")):
        if count >= unit:
            return f"{count / unit:g}{name}"
    return str(count)


# --- Growth.

GROWTH_SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)


def run_growth(template, size, say):
    figures = {}
    with MeasuredServer(template) as server, server.connect() as client:
        # The buffers of connections stay, and are no part of the keys.
        run_benchmark(server.port, 100_000, ["-t", "get", "-P", "16", "-c", "50", "-d", str(SMALL_VALUE_BYTES)])
        empty = int(client.info("memory")["used_memory"])
        filled = 0
        for keys in (step for step in GROWTH_SIZES if step <= size):
            say(f"{human(keys)} keys")
            before = server.cpu_seconds()
            fill_keys(server.port, filled, keys, SMALL_VALUE_BYTES)
            figures[f"fill_us_{keys}"] = (server.cpu_seconds() - before) / (keys - filled) * 1e6
            filled = keys
            used = int(client.info("memory")["used_memory"])
            figures[f"bytes_{keys}"] = (used - empty) / keys
            load = ["-P", "16", "-c", "50", "-r", str(keys), "-d", str(SMALL_VALUE_BYTES)]
            for test in ("get", "set"):
                requests = min(1_000_000, size)
                before = server.cpu_seconds()
                run_benchmark(server.port, requests, ["-t", test] + load)
                figures[f"{test}_us_{keys}"] = (server.cpu_seconds() - before) / requests * 1e6
    return figures


def growth_figures():
    figures = []
    for keys in GROWTH_SIZES:
        figures += [Figure(f"bytes_{keys}", f"{human(keys)} keys: memory per key", "bytes", 1),
                    Figure(f"fill_us_{keys}", f"{human(keys)} keys: CPU per new key", "µs"),
                    Figure(f"get_us_{keys}", f"{human(keys)} keys: CPU per GET, pipeline 16", "µs"),
                    Figure(f"set_us_{keys}", f"{human(keys)} keys: CPU per SET, pipeline 16", "µs")]
    return tuple(figures)


# --- Deadlines.

def fill_with_deadline(server, client, keys):
    """Keys that all end at the same moment, which is still to come; returns it, Unix time in s."""
    margin_s = 2 + keys * 4e-6
    while True:
        deadline = time.time() + margin_s
        fill_keys(server.port, 0, keys, SMALL_VALUE_BYTES, (b"PXAT", b"%d" % (deadline * 1000)))
        if deadline - time.time() > 0.5:
            return deadline
        client.run("FLUSHALL")
        margin_s *= 2


def run_expiry(template, size, say):
    with MeasuredServer(template) as server, server.connect() as client:
        say(f"filling {human(size)} keys")
        deadline = fill_with_deadline(server, client, size)
        say("waiting for the deadline")
        time.sleep(max(0, deadline - time.time() - 0.2))
        before = server.cpu_seconds()
        with Probe(server.port, size) as probe:
            wait_for(lambda: client.run("DBSIZE") == 0)
            gone_ms = (time.time() - deadline) * 1000
            time.sleep(0.2)
        return {"gone_ms": gone_ms, "cpu_ms": (server.cpu_seconds() - before) * 1000,
                "probe_p99_ms": probe.result["p99_ms"], "probe_max_ms": probe.result["max_ms"]}


EXPIRY_FIGURES = (Figure("gone_ms", "from the deadline until all are gone", "ms", 0),
                  Figure("cpu_ms", "server CPU", "ms", 0),
                  Figure("probe_p99_ms", "a GET meanwhile, p99", "ms"),
                  Figure("probe_max_ms", "a GET meanwhile, max", "ms"))


# --- Rewrite and restart.

def rewrite_running(client):
    info = client.info("persistence")
    return info["aof_rewrite_in_progress"] != "0" or info.get("aof_rewrite_scheduled", "0") != "0"


def run_rewrite(template, size, say):
    # Not pinned: the other core is part of how a server rewrites.
    with MeasuredServer(template, "everysec", NO_AUTOMATIC_REWRITE, core=None) as server:
        say(f"filling {human(size)} keys")
        fill_keys(server.port, 0, size, SMALL_VALUE_BYTES)
        with server.connect() as client:
            time.sleep(1)
            full = peak = server.memory_bytes()
            say("rewriting")
            with Probe(server.port, size, writes_per_s=10_000) as probe:
                begin = time.monotonic()
                client.run("BGREWRITEAOF")
                while rewrite_running(client):
                    peak = max(peak, server.memory_bytes())
                    time.sleep(0.02)
                took = time.monotonic() - begin
        return {"rewrite_s": took, "extra_mb": (peak - full) / MEGABYTE,
                "probe_p99_ms": probe.result["p99_ms"], "probe_max_ms": probe.result["max_ms"]}


REWRITE_FIGURES = (Figure("rewrite_s", "BGREWRITEAOF", "s"),
                   Figure("extra_mb", "memory that it takes meanwhile", "MB", 0),
                   Figure("probe_p99_ms", "a GET meanwhile, p99", "ms"),
                   Figure("probe_max_ms", "a GET meanwhile, max", "ms"))


def restart_seconds(server, keys):
    """How long until a stopped server serves all of its keys."""
    begin = time.monotonic()
    server.start()
    with server.connect() as client:
        found = client.run("DBSIZE")
        if found != keys:
            raise ServerError(f"{found} of {keys} keys came back")
    return time.monotonic() - begin


def run_restart(template, size, say):
    with MeasuredServer(template, "everysec", NO_AUTOMATIC_REWRITE, core=None) as server:
        say(f"filling {human(size)} keys")
        fill_keys(server.port, 0, size, SMALL_VALUE_BYTES)
        server.stop()
        say("starting from an increment")
        figures = {"increment_s": restart_seconds(server, size)}
        with server.connect() as client:
            client.run("BGREWRITEAOF")
            wait_for(lambda: not rewrite_running(client))
        server.stop()
        say("starting from a base")
        figures["base_s"] = restart_seconds(server, size)
    return figures


RESTART_FIGURES = (Figure("increment_s", "from an increment of SETs", "s"),
                   Figure("base_s", "from a base", "s"))


# --- Readers beside writers.

def run_mixed(template, size, say, log):
    with MeasuredServer(template, log, core=None) as server, server.connect() as client:
        fill_keys(server.port, 0, 1000, 64)
        writers = ["-c", "50", "-P", "16", "-r", "1000000", "-d", "64", "SET", "w:__rand_int__", "x" * 64]
        with BackgroundBenchmark(server.port, writers):
            time.sleep(1)
            say("reading beside 50 writers")
            commands = int(client.info("stats")["total_commands_processed"])
            begin = time.monotonic()
            figures = run_benchmark(server.port, size, ["-t", "get", "-c", "10", "-r", "1000"])
            took = time.monotonic() - begin
            commands = int(client.info("stats")["total_commands_processed"]) - commands
    return {"reads": size / took, "writes": (commands - size) / took, "p99_ms": figures["p99_ms"],
            "max_ms": figures["max_ms"]}


MIXED_FIGURES = (Figure("writes", "writes per second", "1/s", 0, True),
                 Figure("reads", "reads per second", "1/s", 0, True),
                 Figure("p99_ms", "a GET, p99", "ms"), Figure("max_ms", "a GET, max", "ms", 1))


# --- Everything at once.

BUSY_SECONDS = 20


def fill_with_deadlines(server, keys):
    """A fifth of the keys end one group after the other, while the rest is measured."""
    groups = 40
    first = keys * 4 // 5
    fill_keys(server.port, 0, first, SMALL_VALUE_BYTES)
    per_group = (keys - first) // groups
    for group in range(groups):
        begin = first + group * per_group
        milliseconds = b"%d" % (3000 + group * BUSY_SECONDS * 1000 // groups)
        fill_keys(server.port, begin, begin + per_group, SMALL_VALUE_BYTES, (b"PX", milliseconds))


def run_busy(template, size, say):
    with MeasuredServer(template, "everysec", NO_AUTOMATIC_REWRITE, core=None) as server, server.connect() as client:
        say(f"filling {human(size)} keys")
        fill_with_deadlines(server, size)
        say("deadlines, eviction, a rewrite and writers")
        with Probe(server.port, size, writes_per_s=10_000) as probe:
            used = int(client.info("memory")["used_memory"])
            client.run("CONFIG", "SET", "maxmemory-policy", "allkeys-lru", "maxmemory", used * 19 // 20)
            client.run("BGREWRITEAOF")
            time.sleep(BUSY_SECONDS)
            stats = client.info("stats")
            if min(int(stats["expired_keys"]), int(stats["evicted_keys"])) == 0:
                raise ServerError("nothing expired, or nothing was evicted")
        return {key: probe.result[key] for key in ("p50_ms", "p99_ms", "p99.99_ms", "max_ms")}


BUSY_FIGURES = (Figure("p50_ms", "a GET, p50", "ms"), Figure("p99_ms", "a GET, p99", "ms"),
                Figure("p99.99_ms", "a GET, p99.99", "ms"), Figure("max_ms", "a GET, max", "ms"))


# --- Nothing to do.

def run_idle(template, size, say):
    with MeasuredServer(template, "everysec") as server:
        fill_keys(server.port, 0, 1000, 64)
        time.sleep(2)
        say(f"{size} seconds")
        before = server.cpu_seconds()
        time.sleep(size)
        return {"cpu_percent": (server.cpu_seconds() - before) / size * 100}


IDLE_FIGURES = (Figure("cpu_percent", "CPU of an idle server", "%", 3),)


def make_scenarios():
    mixed = [Scenario(f"mixed_{log}", f"10 readers beside 50 writers, {log}",
                      lambda template, size, say, log=log: run_mixed(template, size, say, log),
                      MIXED_FIGURES, 100_000, 20_000, log=log) for log in ("everysec", "always")]
    million = 1_000_000
    return mixed + [
        Scenario("growth", "Growth", run_growth, growth_figures(), 10 * million, 100_000),
        Scenario("expiry", "A deadline of many keys", run_expiry, EXPIRY_FIGURES, million, 100_000),
        Scenario("rewrite", "Rewrite under load", run_rewrite, REWRITE_FIGURES, 10 * million, 200_000,
                 log="everysec"),
        Scenario("busy", "Deadlines, eviction, rewrite and writers at once", run_busy, BUSY_FIGURES, 10 * million,
                 200_000, log="everysec"),
        Scenario("restart", "Restart", run_restart, RESTART_FIGURES, 10 * million, 200_000, log="everysec"),
        Scenario("idle", "Idle", run_idle, IDLE_FIGURES, 20, 5, log="everysec"),
    ]
