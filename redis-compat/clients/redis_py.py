#!/usr/bin/env python3
"""What programs do with redis-py, in RESP2 and, where the library speaks it, RESP3.

Usage: redis_py.py <port>    the server is started again by itself when it is killed"""

import os
import signal
import sys
import time

import redis


def check(what, actual, expected):
    if actual != expected:
        raise SystemExit(f"redis-py: {what}: {actual!r:.200}, expected {expected!r:.200}")


def check_basics(client):
    client.flushall()
    check("ping", client.ping(), True)
    check("set", client.set("name", "Kvasir"), True)
    check("get", client.get("name"), b"Kvasir")
    check("set if absent", client.set("name", "x", nx=True), None)
    check("counter", client.incrby("count", 5), 5)
    check("time to live", (client.set("brief", "x", ex=100), client.ttl("brief")), (True, 100))
    check("many", (client.mset({"a": 1, "b": 2}), client.mget("a", "b", "c")), (True, [b"1", b"2", None]))
    check("type", client.type("name"), b"string")
    check("config", client.config_get("appendonly"), {"appendonly": "yes"})
    check("info", client.info()["redis_mode"], "standalone")
    check("client list", [each["id"] for each in client.client_list()], [str(client.client_id())])
    try:
        client.incr("name")
    except redis.ResponseError as error:
        check("error", str(error), "value is not an integer or out of range")


def check_pipeline(client):
    with client.pipeline(transaction=False) as pipeline:
        for i in range(10000):
            pipeline.set(f"pipe:{i}", i)
        for i in range(10000):
            pipeline.get(f"pipe:{i}")
        replies = pipeline.execute()
    check("pipeline", replies[10000:], [str(i).encode() for i in range(10000)])
    found = sorted(client.scan_iter("pipe:*", count=500))
    check("scan", found, sorted(f"pipe:{i}".encode() for i in range(10000)))


def check_transaction(client):
    """A WATCH that is lost once: the second attempt goes through."""
    client.set("watched", 1)
    attempts = 0
    with client.pipeline() as pipeline:
        while True:
            attempts += 1
            try:
                pipeline.watch("watched")
                value = int(pipeline.get("watched"))
                if attempts == 1:
                    client.set("watched", 10)
                pipeline.multi()
                pipeline.set("watched", value + 1)
                pipeline.get("watched")
                check("transaction", pipeline.execute(), [True, b"11"])
                break
            except redis.WatchError:
                continue
    check("attempts", attempts, 2)


def check_bytes(client):
    every = bytes(range(256))
    client.set(every, every + b"\r\n")
    check("binary", client.get(every), every + b"\r\n")
    large = os.urandom(1 << 20) * 20
    client.set("large", large)
    check("20 MB", client.get("large"), large)


def check_kill(client):
    """What was acknowledged is there after kill -9, and the client finds its way back."""
    client.set("survivor", "alive")
    keys = client.dbsize()
    os.kill(client.info("server")["process_id"], signal.SIGKILL)
    for _ in range(200):
        try:
            check("after kill -9", client.get("survivor"), b"alive")
            check("keys after kill -9", client.dbsize(), keys)
            return
        except (redis.ConnectionError, redis.BusyLoadingError):
            time.sleep(0.05)
    raise SystemExit("redis-py: no connection after kill -9")


def main():
    port = int(sys.argv[1])
    for resp in (2, 3):
        options = {} if resp == 2 else {"protocol": resp}
        try:
            client = redis.Redis("127.0.0.1", port, client_name="redis-py", **options)
        except TypeError:
            print(f"redis-py {redis.__version__} RESP{resp}: skipped, the library does not speak it")
            continue
        for step in (check_basics, check_pipeline, check_transaction, check_bytes, check_kill):
            step(client)
        client.close()
        print(f"redis-py {redis.__version__} RESP{resp}: ok")


main()
