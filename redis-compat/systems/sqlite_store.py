#!/usr/bin/env python3
"""In place of a thread-safe store on sqlite: put, get, delete, several threads and processes, and
transactions that do not lose writes."""

import os
import subprocess
import sys
import threading
import time

import redis

from checks import HOST, PORT, check, check_owned, equal, figure, finish, kill_server, until

store = redis.Redis(HOST, PORT)
THREADS = 5
TIMES = 100
VALUE = os.urandom(195_000)


def check_calls():
    store.flushall()
    store.set("key", b"\x00value\xff")
    equal("get", store.get("key"), b"\x00value\xff")
    equal("delete", (store.delete("key"), store.delete("key")), (1, 0))
    equal("absent", store.get("key"), None)
    store.mset({"a": 1, "b": 2})
    equal("all keys", sorted(store.keys("*")), [b"a", b"b"])


def check_processes():
    """A second process reads what the first one wrote, and the other way round."""
    store.set("from the first", "hello")
    script = (
        "import redis, sys; store = redis.Redis(sys.argv[1], int(sys.argv[2]));"
        "store.set('from the second', store.get('from the first') + b' back')"
    )
    subprocess.run([sys.executable, "-c", script, HOST, str(PORT)], check=True)
    equal("answer", store.get("from the second"), b"hello back")


def on_call():
    """Two doctors are on call; each may leave as long as the other one stays."""
    store.mset({"doctor:a": "on call", "doctor:b": "on call"})


def doctors():
    return store.mget("doctor:a", "doctor:b").count(b"on call")


def check_skew():
    """Without care both read, both leave, and nobody is on call: that is what write skew means."""
    on_call()
    seen = [doctors(), doctors()]
    for name, count in zip("ab", seen):
        if count == 2:
            store.set(f"doctor:{name}", "away")
    equal("on call", doctors(), 0)


def check_watch():
    on_call()
    pipelines = [store.pipeline(), store.pipeline()]
    for pipeline in pipelines:
        pipeline.watch("doctor:a", "doctor:b")
        equal("seen", pipeline.mget("doctor:a", "doctor:b").count(b"on call"), 2)
    refused = 0
    for name, pipeline in zip("ab", pipelines):
        pipeline.multi()
        pipeline.set(f"doctor:{name}", "away")
        try:
            pipeline.execute()
        except redis.WatchError:
            refused += 1
    equal("refused, on call", (refused, doctors()), (1, 1))


def check_compare():
    """One key tells both; it is only written by who has read its present value."""
    store.set("on call", "a b")
    first = store.execute_command("SET", "on call", "b", "IFEQ", "a b")
    second = store.execute_command("SET", "on call", "a", "IFEQ", "a b")
    equal("first, second, on call", (bool(first), bool(second), store.get("on call")), (True, False, b"b"))


def check_counter():
    """Threads that add one by WATCH lose nothing."""
    store.set("count", 0)

    def add():
        for _ in range(50):
            store.transaction(lambda pipeline: increment(pipeline), "count")

    def increment(pipeline):
        value = int(pipeline.get("count"))
        pipeline.multi()
        pipeline.set("count", value + 1)

    run_threads(add)
    equal("count", store.get("count"), b"%d" % (THREADS * 50))


def run_threads(body):
    threads = [threading.Thread(target=body) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def check_large():
    """A hundred puts and gets by five threads, twenty each."""
    wrong = []

    def work():
        name = threading.current_thread().name
        for i in range(TIMES // THREADS):
            store.set(f"{name}:{i}", VALUE)
            if store.get(f"{name}:{i}") != VALUE:
                wrong.append(i)

    def measure():
        begun = time.monotonic()
        run_threads(work)
        return time.monotonic() - begun

    best = min(measure() for _ in range(5))
    equal("wrong values", wrong, [])
    figure("5 threads, 100 puts and gets of 195 kB in all", f"{best * 1000:.0f} ms", "87 ms", "a socket, and Python")


def check_kill():
    store.set("kept", VALUE)
    kill_server(store)

    def kept():
        try:
            return store.get("kept")
        except (redis.ConnectionError, redis.BusyLoadingError):
            return None

    equal("after kill -9", until("the server", kept) == VALUE, True)


check("put, get, delete and list", check_calls)
check("a second process reads what the first wrote", check_processes)
check("write skew happens without care", check_skew)
check("write skew is prevented by WATCH", check_watch)
check("write skew is prevented by SET IFEQ", check_compare)
check("five threads count without a loss", check_counter)
check("five threads with values of 195 kB", check_large)
check_owned("values after kill -9", check_kill)
finish("sqlite-store", redis.__version__)
