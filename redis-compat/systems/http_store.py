#!/usr/bin/env python3
"""In place of an HTTP store that keeps JSON under keys: GET, POST and DELETE, 404 for what is missing,
saved every five seconds. webdis speaks HTTP here; the paths are those of a store behind it."""

import json
import time

import redis

from checks import HOST, PORT, check, check_owned, equal, figure, finish, kill_server, until
from webdis import quoted, request, running, send

server = redis.Redis(HOST, PORT)


def get(key):
    """Status and value. With a kind in the path, a missing key is a 404."""
    status, body = request(quoted("GET", key) + ".txt")
    return status, json.loads(body) if status == 200 else None


def post(key, value):
    return send(quoted("SET", key), json.dumps(value).encode())


def delete(key):
    return json.loads(request(quoted("DEL", key))[1])["DEL"]


def check_calls():
    server.flushall()
    value = {"name": "Snorri", "tags": ["ä", None, 2.5], "nested": {"a": [1, {"b": True}]}}
    equal("POST", post("person", value), 200)
    equal("GET", get("person"), (200, value))
    equal("POST again", (post("person", [1, 2]), get("person")), (200, (200, [1, 2])))
    equal("DELETE", (delete("person"), delete("person")), (1, 0))


def check_missing():
    equal("GET", get("nobody"), (404, None))
    post("somebody", 1)
    delete("somebody")
    equal("GET of what was deleted", get("somebody"), (404, None))


def check_names():
    for key in ("with space", "with/slash", "ünïcödé", "a?b&c=d#e"):
        post(key, key)
        equal(key, get(key), (200, key))


def check_saved():
    """`save 5 1`: five seconds after a change there is a snapshot."""
    old = server.config_get("save")["save"]
    server.config_set("save", "5 1")
    try:
        until("the second of the last save to pass", lambda: time.time() > server.lastsave().timestamp() + 1)
        before = server.lastsave()
        post("saved", {"by": "itself"})
        until("the snapshot", lambda: server.lastsave() > before, 20)
    finally:
        server.config_set("save", old)


def check_speed():
    post("speed", {"n": 1})
    begun = time.monotonic()
    for _ in range(500):
        get("speed")
    spent = (time.monotonic() - begun) / 500
    figure("a GET of JSON, one after the other", f"{spent * 1e6:.0f} µs", crosses="two sockets, HTTP, and Python")


def check_kill():
    post("kept", {"after": "kill -9"})
    kill_server(server)

    def kept():
        try:
            return get("kept")[1]
        except (OSError, ValueError):
            return None

    equal("after kill -9", until("the server", kept), {"after": "kill -9"})


with running():
    check("GET, POST and DELETE of JSON", check_calls)
    check("404 for what is missing", check_missing)
    check("keys of any characters", check_names)
    check("saved every five seconds", check_saved)
    check("five hundred requests", check_speed)
    check_owned("values after kill -9", check_kill)
finish("http-store", redis.__version__)
