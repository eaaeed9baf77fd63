#!/usr/bin/env python3
"""Prints, as Markdown, what collections cost here and in redis-server: bytes and CPU per request.

Usage: tools/collection_tables.py [--server .build/release/kvasir-server] [--redis redis-server]
                                  [--part memory|cpu] [--scale 1.0] [--rounds 3]

Memory is the growth of used_memory: of 100,000 small keys, divided by their number, and of one key
with 1,000,000 elements. CPU is user and system time of the server process, which is pinned to one
core while redis-benchmark has another; the median of the rounds, servers in turn. Compare ratios:
absolute figures are this machine's, at that moment."""

import argparse
import os
import statistics
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "bench"))
from loads import run_benchmark
from measured_server import MeasuredServer, Template
from resp_client import encode

SMALL_KEYS = 100_000
LARGE_ELEMENTS = 1_000_000


def small_hash(i):
    return [b"HSET", b"hash:%08d" % i] + [b"%s%d" % (part, f) for f in range(5) for part in (b"field", b"value")]


def small_list(i):
    return [b"RPUSH", b"list:%08d" % i] + [b"element:%d" % e for e in range(10)]


def small_integers(i):
    return [b"SADD", b"ints:%08d" % i] + [b"%d" % (1000 + e) for e in range(10)]


def small_zset(i):
    return [b"ZADD", b"zset:%08d" % i] + [part for e in range(10) for part in (b"%d" % e, b"member:%d" % e)]


def stream_entry(i):
    return [b"%d-%d" % (1700000000000 + i // 3, i % 3), b"field:a", b"value:%07d" % i, b"field:b", b"%d" % i]


def in_groups(name, key, make):
    """Commands that add LARGE_ELEMENTS elements, 50 at a time."""
    group = 50
    return lambda: ([name, key] + [part for e in range(group) for part in make(at + e)]
                    for at in range(0, LARGE_ELEMENTS, group))


def all_small(make):
    return lambda: map(make, range(SMALL_KEYS))


# What is filled in, how many things that makes, and how it is called.
MEMORY = [
    ("hash of 5 fields", SMALL_KEYS, all_small(small_hash)),
    ("list of 10 elements", SMALL_KEYS, all_small(small_list)),
    ("set of 10 integers", SMALL_KEYS, all_small(small_integers)),
    ("sorted set of 10 members", SMALL_KEYS, all_small(small_zset)),
    ("hash, per field of 1 M", LARGE_ELEMENTS,
     in_groups(b"HSET", b"hash", lambda i: (b"field:%07d" % i, b"value:%07d" % i))),
    ("list, per element of 1 M", LARGE_ELEMENTS, in_groups(b"RPUSH", b"list", lambda i: (b"element:%07d" % i,))),
    ("list, per integer of 1 M", LARGE_ELEMENTS, in_groups(b"RPUSH", b"ints", lambda i: (b"%d" % i,))),
    ("set, per member of 1 M", LARGE_ELEMENTS, in_groups(b"SADD", b"set", lambda i: (b"member:%07d" % i,))),
    ("set, per integer of 1 M", LARGE_ELEMENTS, in_groups(b"SADD", b"intset", lambda i: (b"%d" % i,))),
    ("stream of 3 entries", SMALL_KEYS,
     lambda: ([b"XADD", b"stream:%08d" % (i // 3)] + stream_entry(i) for i in range(3 * SMALL_KEYS))),
    ("stream, per entry of 1 M", LARGE_ELEMENTS,
     lambda: ([b"XADD", b"stream"] + stream_entry(i) for i in range(LARGE_ELEMENTS))),
    ("sorted set, per member of 1 M", LARGE_ELEMENTS,
     in_groups(b"ZADD", b"zset", lambda i: (b"%d" % (i * 7919 % LARGE_ELEMENTS), b"member:%07d" % i))),
]

# redis-benchmark's tests that fill, the one that is measured, requests, the asked ratio.
CPU = [
    ([], "lpush", 1_000_000, 2), ([], "rpush", 1_000_000, 2),
    (["lpush"], "lpop", 1_000_000, 2), (["rpush"], "rpop", 1_000_000, 2),
    ([], "sadd", 1_000_000, 2), (["sadd"], "spop", 1_000_000, 2), ([], "hset", 1_000_000, 2),
    ([], "xadd", 1_000_000, 2), ([], "zadd", 1_000_000, 2), (["zadd"], "zpopmin", 1_000_000, 2),
    (["lpush"], "lrange_100", 200_000, 1.5), (["lpush"], "lrange_300", 60_000, 1.5),
    (["lpush"], "lrange_500", 40_000, 1.5), (["lpush"], "lrange_600", 30_000, 1.5),
]


# Tests that redis-benchmark does not have.
COMMANDS = {"xadd": ["XADD", "mystream", "*", "myfield", "x" * 64]}

# Redis's options, which both servers take.
OPTIONS = " --port {port} --dir {dir} --save '' {log}"


def benchmark(server, test, requests):
    words = COMMANDS.get(test)
    run_benchmark(server.port, requests, ["-P", "16", "-r", "1000000", "-d", "64"] + (words or ["-t", test]))


def memory_of(command, case, _scale):
    _, count, fill = case
    with MeasuredServer(Template("", command + OPTIONS)) as server, server.connect() as client:
        client.fill([encode("SET", "x", "y"), encode("DEL", "x")])
        before = int(client.info("memory")["used_memory"])
        client.fill(encode(*words) for words in fill())
        time.sleep(0.5)
        return (int(client.info("memory")["used_memory"]) - before) / count


def cpu_of(command, case, scale):
    fills, test, requests, _ = case
    with MeasuredServer(Template("", command + OPTIONS)) as server:
        for fill in fills:
            benchmark(server, fill, int(1_000_000 * max(scale, 1)) if "range" not in test else 1000)
        before = server.cpu_seconds()
        benchmark(server, test, int(requests * scale))
        return (server.cpu_seconds() - before) / (requests * scale) * 1e6


def print_table(options, title, unit, cases, measure, asked):
    print(f"| {title} | redis-server, {unit} | kvasir-server, {unit} | ratio | asked |\n|---|---|---|---|---|")
    for case in cases:
        values = {name: [] for name in ("redis", "server")}
        for _ in range(options.rounds if measure is cpu_of else 1):
            for name, collected in values.items():
                collected.append(measure(getattr(options, name), case, options.scale))
        redis, own = (statistics.median(values[name]) for name in ("redis", "server"))
        label = case[0] if isinstance(case[0], str) else case[1].upper()
        print(f"| {label} | {redis:.2f} | {own:.2f} | {own / redis:.2f} | {asked(case):.2f} |", flush=True)
    print()


def main():
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default=os.path.join(root, ".build/release/kvasir-server"))
    parser.add_argument("--redis", default="redis-server")
    parser.add_argument("--part", choices=["memory", "cpu"], help="only this table")
    parser.add_argument("--scale", type=float, default=1.0, help="factor for the number of requests")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.part != "cpu":
        print_table(options, "memory", "bytes", MEMORY, memory_of,
                    lambda case: 0.75 if "1 M" in case[0] else 0.80)
    if options.part != "memory":
        print_table(options, "P=16", "µs", CPU, cpu_of, lambda case: 1 / case[3])


if __name__ == "__main__":
    main()
