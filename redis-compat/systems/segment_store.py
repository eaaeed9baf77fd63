#!/usr/bin/env python3
"""In place of a store of segments (SSTables) with snapshots of its index and compaction: values with
commas and newlines, misses that cost nothing, and compaction in the background while others read and
write."""

import glob
import os
import threading
import time

import redis

from checks import HOST, PORT, check, check_owned, equal, figure, finish, kill_server, skip, until

store = redis.Redis(HOST, PORT)
KEYS = 100_000
LOG = os.path.join(store.config_get("dir")["dir"], store.config_get("appenddirname")["appenddirname"])


def fill(times=1):
    for _ in range(times):
        for begin in range(0, KEYS, 10_000):
            with store.pipeline(transaction=False) as pipeline:
                for i in range(begin, begin + 10_000):
                    pipeline.set(f"key:{i}", f"value,{i}\n" * 5)
                pipeline.execute()


def log_bytes():
    return sum(os.path.getsize(path) for path in glob.glob(os.path.join(LOG, "*")))


def compact():
    store.bgrewriteaof()
    until("its begin and end", lambda: not any(
        store.info("persistence")[f"aof_rewrite_{state}"] for state in ("in_progress", "scheduled")), 60)  # fmt: skip


def check_values():
    store.flushall()
    for value in ("a,b,c", "line\nbreak\r\n", '"quoted","csv"\n', "", ",", "\n", "\x00", "ü,ß\n"):
        store.set("key," + value, value)
        equal("get", store.get("key," + value), value.encode())
        equal("delete", (store.delete("key," + value), store.get("key," + value)), (1, None))


def check_misses():
    """A miss reads no file: it costs no more than a hit."""
    fill()

    def cost(prefix):
        begun = time.monotonic()
        for _ in range(20):
            with store.pipeline(transaction=False) as pipeline:
                for i in range(1000):
                    pipeline.get(f"{prefix}:{i}")
                pipeline.execute()
        return (time.monotonic() - begun) / 20_000

    hit, miss = cost("key"), cost("absent")
    figure("a hit, 1000 at a time", f"{hit * 1e6:.1f} µs", crosses="a socket, and Python")
    figure("a miss, 1000 at a time", f"{miss * 1e6:.1f} µs", crosses="a socket, and Python")
    before = store.info("stats")["keyspace_misses"]
    store.mget("absent:1", "absent:2")
    equal("counted", store.info("stats")["keyspace_misses"], before + 2)


def check_compaction():
    """What was overwritten and deleted leaves the files, and nothing else changes."""
    store.flushall()
    fill(3)
    store.delete(*(f"key:{i}" for i in range(0, KEYS, 2)))
    before = log_bytes()
    begun = time.monotonic()
    compact()
    spent = time.monotonic() - begun
    after = log_bytes()
    equal("smaller", after < before / 4, True)
    equal("keys", store.dbsize(), KEYS // 2)
    equal("a value", store.get("key:77"), b"value,77\n" * 5)
    figure(f"compaction of {before >> 20} MB to {after >> 20} MB", f"{spent * 1000:.0f} ms")


def check_meanwhile():
    """Others read and write while it compacts; what they wrote is there afterwards."""
    fill()
    stop = threading.Event()
    waits, wrong, written = [], [], [0]

    def work(name):
        client = redis.Redis(HOST, PORT)
        number = 0
        while not stop.is_set():
            begun = time.monotonic()
            client.set(f"during:{name}:{number}", number)
            if client.get(f"during:{name}:{number}") != b"%d" % number:
                wrong.append(number)
            waits.append((time.monotonic() - begun) / 2)
            number += 1
        written[0] += number

    threads = [threading.Thread(target=work, args=(name,)) for name in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        compact()
    stop.set()
    for thread in threads:
        thread.join()
    equal("wrong", wrong, [])
    equal("there", len(list(store.scan_iter("during:*", count=10_000))), written[0])
    figure("longest wait of a request meanwhile", f"{max(waits) * 1000:.1f} ms", crosses="a socket, and Python's threads")


def check_snapshot():
    """A snapshot of everything, as of an index; it is loaded faster than a log is read."""
    begun = time.monotonic()
    store.save()
    figure(f"snapshot of {store.dbsize()} keys, SAVE", f"{(time.monotonic() - begun) * 1000:.0f} ms")
    path = os.path.join(store.config_get("dir")["dir"], store.config_get("dbfilename")["dbfilename"])
    equal("a file", os.path.getsize(path) > 0, True)


def check_kill():
    """Killed in the middle of a compaction, the store comes back whole."""
    store.set("last", "word")
    keys = store.dbsize()
    store.bgrewriteaof()
    kill_server(store)

    def last():
        try:
            return store.get("last")
        except (redis.ConnectionError, redis.BusyLoadingError):
            return None

    equal("the last write", until("the server", last), b"word")
    equal("keys", store.dbsize(), keys)


check("values with commas and line breaks", check_values)
check("misses cost no more than hits", check_misses)
if os.path.isdir(LOG):
    check("compaction", check_compaction)
else:
    skip("compaction", f"there is no log here under {LOG}")
check("compaction while three others read and write", check_meanwhile)
check("a snapshot", check_snapshot)
check_owned("kill -9 in the middle of a compaction", check_kill)
finish("segment-store", redis.__version__)
