#!/usr/bin/env python3
"""In place of a store like a browser's localStorage: set with a time to live, get, delete, clear,
compact, waiting or with await, from several processes."""

import asyncio
import json
import multiprocessing
import time

import redis
import redis.asyncio

from checks import HOST, PORT, check, equal, figure, finish, until

TIMES = 5000


class LocalStorage:
    """The calls of such a store, over a stock client."""

    def __init__(self):
        self.client = redis.Redis(HOST, PORT, db=6)

    def set(self, key, value, ttl_ms=None):
        self.client.set(key, json.dumps(value), px=ttl_ms)

    def get(self, key):
        found = self.client.get(key)
        return None if found is None else json.loads(found)

    def delete(self, key):
        return bool(self.client.delete(key))

    def clear(self):
        self.client.flushdb()

    def compact(self):
        self.client.bgrewriteaof()
        until("its end", self.is_compact)

    def is_compact(self):
        facts = self.client.info("persistence")
        return not facts["aof_rewrite_in_progress"] and not facts["aof_rewrite_scheduled"]


storage = LocalStorage()


def check_calls():
    storage.clear()
    storage.set("user", {"name": "Snorri", "visits": [1, 2]})
    equal("get", storage.get("user"), {"name": "Snorri", "visits": [1, 2]})
    equal("absent", storage.get("nobody"), None)
    equal("delete", (storage.delete("user"), storage.delete("user")), (True, False))


def check_ttl():
    storage.set("brief", 1, ttl_ms=100)
    storage.set("lasting", 2)
    equal("before", (storage.get("brief"), storage.get("lasting")), (1, 2))
    time.sleep(0.12)
    equal("behind", (storage.get("brief"), storage.get("lasting")), (None, 2))


def check_clear():
    other = redis.Redis(HOST, PORT, db=7)
    other.set("another store", "stays")
    for i in range(1000):
        storage.set(f"k{i}", i)
    storage.clear()
    equal("keys", (storage.client.dbsize(), other.get("another store")), (0, b"stays"))


def check_await():
    async def body():
        client = redis.asyncio.Redis(host=HOST, port=PORT, db=6)
        await asyncio.gather(*(client.set(f"async:{i}", i, px=60_000) for i in range(200)))
        found = await asyncio.gather(*(client.get(f"async:{i}") for i in range(200)))
        equal("found", [int(each) for each in found], list(range(200)))
        equal("deleted", await client.delete(*(f"async:{i}" for i in range(200))), 200)
        await client.close()

    asyncio.run(body())


def count_up(times):
    mine = LocalStorage()
    for _ in range(times):
        mine.client.incr("shared")
        mine.set(f"last of {multiprocessing.current_process().name}", "x", ttl_ms=60_000)


def check_processes():
    storage.delete("shared")
    processes = [multiprocessing.Process(target=count_up, args=(500,)) for _ in range(4)]
    for each in processes:
        each.start()
    for each in processes:
        each.join()
    equal("count", storage.get("shared"), 2000)
    equal("from each", len(list(storage.client.scan_iter("last of *"))), 4)


def check_compact():
    for i in range(2000):
        storage.set(f"compacted:{i % 100}", i)
    storage.compact()
    equal("a value", storage.get("compacted:99"), 1999)


def server_time():
    """Seconds that the server's process has had of the processor."""
    facts = storage.client.info("cpu")
    return facts["used_cpu_sys"] + facts["used_cpu_user"]


def microseconds(call, times=TIMES):
    server_begun, begun = server_time(), time.perf_counter()
    for i in range(times):
        call(i)
    spent, server_spent = time.perf_counter() - begun, server_time() - server_begun
    return f"{spent / times * 1e6:.0f} µs, CPU {server_spent / times * 1e6:.1f}"


def check_figures():
    client, crossed = storage.client, "a socket, and Python"
    figure("set", microseconds(lambda i: client.set(f"f{i}", "value")), "10 µs", crossed)
    figure("get", microseconds(lambda i: client.get(f"f{i}")), "0.79 µs", crossed)
    figure("delete", microseconds(lambda i: client.delete(f"f{i}")), "3.7 µs", crossed)
    figure("clear", microseconds(lambda i: client.flushdb(), 100), "100 µs", crossed)
    begun = time.perf_counter()
    client.bgrewriteaof()
    while not storage.is_compact():
        pass
    figure("compact", f"{(time.perf_counter() - begun) * 1000:.1f} ms", "27.8 ms", crossed)


check("set, get and delete", check_calls)
check("time to live in milliseconds", check_ttl)
check("clear leaves other stores alone", check_clear)
check("the same with await", check_await)
check("four processes at once", check_processes)
check("compact", check_compact)
check("figures", check_figures)
finish("local-storage", redis.__version__)
