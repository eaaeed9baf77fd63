#!/usr/bin/env python3
"""webdis as an HTTP front: commands as paths, replies as JSON, raw and plain, bodies, ACL, and
subscriptions as endless replies."""

import json
import threading
import urllib.request

import redis

import webdis
from checks import HOST, PORT, check, equal, finish, until, version_in
from webdis import quoted, request, send

server = redis.Redis(HOST, PORT)


def as_json(path):
    status, body = request(path)
    equal("status", status, 200)
    return json.loads(body)


def check_json():
    equal("set", as_json("SET/hello/world"), {"SET": [True, "OK"]})
    equal("get", as_json("GET/hello"), {"GET": "world"})
    equal("absent", as_json("GET/nothing"), {"GET": None})
    equal("number", as_json("INCRBY/count/7"), {"INCRBY": 7})
    server.rpush("list", "a", "b")
    equal("list", as_json("LRANGE/list/0/-1"), {"LRANGE": ["a", "b"]})
    server.hset("hash", mapping={"f": "v", "g": "w"})
    equal("hash", as_json("HGETALL/hash"), {"HGETALL": {"f": "v", "g": "w"}})
    equal("info", as_json("INFO/server")["INFO"]["redis_mode"], "standalone")
    equal("error", as_json("INCR/hello")["INCR"][0], False)


def check_forms():
    server.set("hello", "world")
    equal("raw", request("GET/hello.raw"), (200, b"$5\r\nworld\r\n"))
    equal("text", request("GET/hello.txt"), (200, b"world"))
    server.set("page.html", "<b>x</b>")
    equal("a dot in its name", request("GET/page%2ehtml.txt"), (200, b"<b>x</b>"))


def check_bodies():
    every = bytes(range(256))
    equal("put", send(quoted("SET", "binary"), every), 200)
    equal("kept", server.get("binary"), every)
    equal("post", send("", b"SET/posted/x", "POST"), 200)
    equal("kept", server.get("posted"), b"x")
    large = b"x" * (20 << 20)
    equal("20 MB", send("SET/large", large), 200)
    equal("length", server.strlen("large"), len(large))
    equal("20 MB back", request("GET/large.txt")[1] == large, True)


def check_refused():
    equal("by webdis", request("DEBUG/OBJECT/x")[0], 403)


def check_many():
    """Eight threads with hundreds of requests each."""

    def work():
        for _ in range(200):
            request("INCR/together")

    server.delete("together")
    threads = [threading.Thread(target=work) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    equal("count", server.get("together"), b"1600")


def check_subscription():
    with urllib.request.urlopen(f"{webdis.URL}/SUBSCRIBE/news", timeout=10) as reply:
        until("the subscription", lambda: server.pubsub_numsub("news")[0][1] == 1)
        server.publish("news", "hello")
        seen = b""
        while b"hello" not in seen:
            seen += reply.read1(4096)


with webdis.running():
    check("commands and replies as JSON", check_json)
    check("raw and plain replies", check_forms)
    check("bodies: binary, and 20 MB", check_bodies)
    check("what is not allowed", check_refused)
    check("1600 requests of eight threads", check_many)
    check("a subscription", check_subscription)
finish("webdis", version_in("dpkg-query", "-W", "-f=${Version}", "webdis"))
