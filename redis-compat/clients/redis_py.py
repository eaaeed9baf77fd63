#!/usr/bin/env python3
"""What programs do with redis-py, in RESP2 and, where the library speaks it, RESP3."""

import os
import threading

import redis

from checks import HOST, PORT, RESTARTS, check, check_owned, equal, finish, kill_server, skip, until


def check_basics(client):
    client.flushall()
    equal("ping", client.ping(), True)
    equal("set", client.set("name", "Kvasir"), True)
    equal("get", client.get("name"), b"Kvasir")
    equal("set if absent", client.set("name", "x", nx=True), None)
    equal("counter", client.incrby("count", 5), 5)
    equal("time to live", (client.set("brief", "x", ex=100), client.ttl("brief")), (True, 100))
    equal("many", (client.mset({"a": 1, "b": 2}), client.mget("a", "b", "c")), (True, [b"1", b"2", None]))
    equal("type", client.type("name"), b"string")
    if RESTARTS:
        equal("config", client.config_get("appendonly"), {"appendonly": "yes"})
    equal("info", client.info()["redis_mode"], "standalone")
    equal("client list", [each["id"] for each in client.client_list()], [str(client.client_id())])
    try:
        client.incr("name")
    except redis.ResponseError as error:
        equal("error", str(error), "value is not an integer or out of range")


def check_pipeline(client):
    with client.pipeline(transaction=False) as pipeline:
        for i in range(10000):
            pipeline.set(f"pipe:{i}", i)
        for i in range(10000):
            pipeline.get(f"pipe:{i}")
        replies = pipeline.execute()
    equal("pipeline", replies[10000:], [str(i).encode() for i in range(10000)])
    found = sorted(client.scan_iter("pipe:*", count=500))
    equal("scan", found, sorted(f"pipe:{i}".encode() for i in range(10000)))


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
                equal("transaction", pipeline.execute(), [True, b"11"])
                break
            except redis.WatchError:
                continue
    equal("attempts", attempts, 2)


def check_bytes(client):
    every = bytes(range(256))
    client.set(every, every + b"\r\n")
    equal("binary", client.get(every), every + b"\r\n")
    large = os.urandom(1 << 20) * 20
    client.set("large", large)
    equal("20 MB", client.get("large"), large)


def check_blocking(client):
    """A pop that waits for what another connection pushes."""
    other = redis.Redis(HOST, PORT)
    client.delete("queue")
    threading.Timer(0.2, other.rpush, ("queue", "job")).start()
    equal("a pop that waited", client.blpop("queue", 10), (b"queue", b"job"))
    equal("a pop of nothing", client.blpop("queue", 0.1), None)


def check_pubsub(client):
    with client.pubsub(ignore_subscribe_messages=True) as listener:
        listener.subscribe("news")
        listener.psubscribe("ne?s")
        until("the subscriptions", lambda: client.pubsub_numsub("news")[0][1] == 1 and client.pubsub_numpat() == 1)
        equal("receivers", client.publish("news", "hello"), 2)
        heard = []

        def listen():
            message = listener.get_message(timeout=0.1)
            if message:
                heard.append((message["type"], message["data"]))
            return len(heard) == 2

        until("two messages", listen)
        equal("heard", heard, [("message", b"hello"), ("pmessage", b"hello")])


def check_reconnect(client):
    """The library finds its way back by itself when its connection is closed."""
    client.set("there", "still")
    other = redis.Redis(HOST, PORT)
    client.ping()
    equal("killed", other.client_kill_filter(_id=client.client_id()), 1)
    equal("after CLIENT KILL", client.get("there"), b"still")


def check_kill(client):
    """What was acknowledged is there after kill -9, and the client finds its way back."""
    client.set("survivor", "alive")
    keys = client.dbsize()
    kill_server(client)

    def survivor():
        try:
            return client.get("survivor")
        except (redis.ConnectionError, redis.BusyLoadingError):
            return None

    equal("after kill -9", until("the server", survivor), b"alive")
    equal("keys after kill -9", client.dbsize(), keys)


for resp in (2, 3):
    options = {} if resp == 2 else {"protocol": resp}
    try:
        client = redis.Redis(HOST, PORT, client_name="redis-py", **options)
    except TypeError:
        skip(f"everything, RESP{resp}", "the library does not speak it")
        continue
    check(f"basics, RESP{resp}", check_basics, client)
    check(f"pipeline of 20000, RESP{resp}", check_pipeline, client)
    check(f"lost WATCH, RESP{resp}", check_transaction, client)
    check(f"blocking pop, RESP{resp}", check_blocking, client)
    check(f"pub/sub, RESP{resp}", check_pubsub, client)
    check(f"binary and 20 MB values, RESP{resp}", check_bytes, client)
    check(f"reconnect after CLIENT KILL, RESP{resp}", check_reconnect, client)
    check_owned(f"data after kill -9, RESP{resp}", check_kill, client)
    client.close()
finish("redis-py", redis.__version__)
