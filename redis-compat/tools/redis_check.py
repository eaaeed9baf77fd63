#!/usr/bin/env python3
"""redis-check-aof and redis-check-rdb on the files of a running server."""

import glob
import os
import subprocess

import redis

from checks import HOST, PORT, check, equal, finish, skip, until, version_in

server = redis.Redis(HOST, PORT, decode_responses=True)
DIRECTORY = server.config_get("dir")["dir"]
LOG = os.path.join(DIRECTORY, server.config_get("appenddirname")["appenddirname"])


def fill():
    server.flushall()
    pipeline = server.pipeline()
    for i in range(500):
        pipeline.set(f"string:{i}", "x" * i, px=10_000_000 + i if i % 2 else None)
        pipeline.rpush("list", i)
        pipeline.sadd("set", i)
        pipeline.hset("hash", f"f{i}", i)
        pipeline.zadd("zset", {f"m{i}": i / 3})
        pipeline.xadd("stream", {"f": i})
    pipeline.execute()
    server.eval("redis.call('SET', 'by script', 'x') redis.call('INCR', 'count')", 0)
    server.function_load("#!lua name=l\nredis.register_function('f', function() return 1 end)", replace=True)


def run(program, *words):
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60, check=False)
    equal(f"exit status, {done.stdout[-300:]!r}", done.returncode, 0)
    return done.stdout


def manifest():
    return glob.glob(os.path.join(LOG, "*.manifest"))[0]


def check_log():
    fill()
    shown = run("redis-check-aof", manifest())
    equal(shown[-200:], "All AOF files and manifest are valid" in shown, True)


def check_rewritten():
    fill()
    server.bgrewriteaof()
    until("the rewrite", lambda: not server.info("persistence")["aof_rewrite_in_progress"])
    until("its beginning", lambda: not server.info("persistence")["aof_rewrite_scheduled"])
    server.incr("count")
    check_log()


def check_plain_base():
    old = server.config_get("aof-use-rdb-preamble")["aof-use-rdb-preamble"]
    server.config_set("aof-use-rdb-preamble", "no")
    try:
        check_rewritten()
    finally:
        server.config_set("aof-use-rdb-preamble", old)


def check_snapshot():
    fill()
    server.save()
    shown = run("redis-check-rdb", os.path.join(DIRECTORY, server.config_get("dbfilename")["dbfilename"]))
    equal(shown[-200:], "\\o/ RDB looks OK! \\o/" in shown, True)
    equal("keys", "507 keys read" in shown, True)


def check_background():
    fill()
    server.bgsave()
    until("the snapshot", lambda: not server.info("persistence")["rdb_bgsave_in_progress"])
    check_snapshot()


def check_times():
    """What was written later than a moment is cut off, on a copy."""
    server.config_set("aof-timestamp-enabled", "yes")
    try:
        fill()
        increment = max(glob.glob(os.path.join(LOG, "*.incr.aof")), key=os.path.getmtime)
        with open(increment, "rb") as file:
            equal("a line with a time", b"\n#TS:" in file.read(), True)
        check_log()
    finally:
        server.config_set("aof-timestamp-enabled", "no")


def check_here(title, body):
    if os.path.isdir(LOG):
        check(title, body)
    else:
        skip(title, f"there is no log here under {LOG}")


check_here("redis-check-aof on a log", check_log)
check_here("redis-check-aof behind a rewrite", check_rewritten)
check_here("redis-check-aof on a base of commands", check_plain_base)
check_here("redis-check-rdb behind SAVE", check_snapshot)
check_here("redis-check-rdb behind BGSAVE", check_background)
check_here("redis-check-aof on a log with timestamps", check_times)
finish("redis-check", version_in("redis-server", "--version"))
