#!/usr/bin/env python3
"""redis-cli in all its modes that need no terminal."""

import contextlib
import json
import os
import re
import subprocess
import tempfile

from checks import HOST, PORT, check, check_or_differs, equal, finish, version_in
from terminal import Terminal

CLI = ("redis-cli", "-h", HOST, "-p", str(PORT))


def cli(*words, text=None, seconds=60, status=0):
    """What it prints, without the last line break."""
    done = subprocess.run(
        [*CLI, *words], input=text, capture_output=True, text=True, timeout=seconds, check=False
    )
    equal(f"exit status of {words[:3]}, {done.stderr.strip()!r}", done.returncode, status)
    return done.stdout.removesuffix("\n")


def holds(text, *patterns):
    for pattern in patterns:
        if not re.search(pattern, text):
            raise AssertionError(f"no {pattern!r} in {text[:300]!r}")


@contextlib.contextmanager
def running(*words):
    """It runs without end, and its lines are read one by one."""
    with subprocess.Popen([*CLI, *words], stdout=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


@contextlib.contextmanager
def setting(name, value):
    old = cli("CONFIG", "GET", name).split("\n")[1]
    cli("CONFIG", "SET", name, value)
    try:
        yield
    finally:
        cli("CONFIG", "SET", name, old)


def fill():
    """A few hundred keys of all types, some of them large."""
    cli("FLUSHALL")
    lines = [f"SET string:{i} {'x' * (i + 1)}" for i in range(300)]
    lines += [f"RPUSH list:long {i}" for i in range(500)] + ["SADD set:a 1 2 3", "HSET hash:a f v g w"]
    lines += [f"ZADD zset:big {i} m{i}" for i in range(400)] + ["XADD stream:a * f v", "PFADD hll a b c"]
    lines += ["SET big " + "y" * 100_000]
    cli(text="\n".join(lines) + "\n")


def check_formats():
    cli("DEL", "h")
    equal("raw", cli("SET", "k", 'a "b"'), "OK")
    equal("--no-raw", cli("--no-raw", "GET", "k"), '"a \\"b\\""')
    equal("nil", cli("--no-raw", "GET", "none"), "(nil)")
    cli("RPUSH", "l", "a", "b,c")
    equal("list", cli("--no-raw", "LRANGE", "l", "0", "-1"), '1) "a"\n2) "b,c"')
    equal("--csv", cli("--csv", "LRANGE", "l", "0", "-1"), '"a","b,c"')
    equal("-d", cli("-d", "|", "LRANGE", "l", "0", "-1"), "a|b,c")
    cli("HSET", "h", "f", "ü")
    equal("--json", json.loads(cli("--json", "HGETALL", "h")), {"f": "ü"})
    equal("--quoted-json", cli("--quoted-json", "HGETALL", "h"), '{"f":"\\\\xc3\\\\xbc"}')
    equal("-3", cli("-3", "--no-raw", "HGETALL", "h"), '1# "f" => "\xfc"'.replace("\xfc", "\\xc3\\xbc"))
    equal("-2", cli("-2", "--no-raw", "HGETALL", "h"), '1) "f"\n2) "\\xc3\\xbc"')
    cli("ZADD", "z", "1.5", "m")
    equal("-3, doubles", cli("-3", "--no-raw", "ZSCORE", "z", "m"), "(double) 1.5")


def check_arguments():
    equal("-x", cli("-x", "SET", "input", text="from stdin"), "OK")
    equal("its value", cli("GET", "input"), "from stdin")
    equal("-X", cli("-X", "tag", "SET", "tag", "value", text="key"), "OK")
    equal("its key", cli("GET", "key"), "value")
    equal("-r", cli("-r", "3", "-i", "0.01", "INCR", "counted"), "1\n2\n3")
    equal("-n", (cli("-n", "5", "SET", "there", "x"), cli("EXISTS", "there")), ("OK", "0"))
    equal("-u", cli("-u", f"redis://{HOST}:{PORT}/5", "GET", "there"), "x")
    equal("--quoted-input", cli("--quoted-input", "SET", '"\\x00k"', '"\\xff"'), "OK")
    equal("its length", cli("--quoted-input", "STRLEN", '"\\x00k"'), "1")
    cli("-e", "INCR", "input", status=1)
    cli("ACL", "SETUSER", "guest", "on", ">secret", "+get", "~input")
    equal("--user", cli("--no-auth-warning", "--user", "guest", "--pass", "secret", "GET", "input"), "from stdin")
    holds(cli("--no-auth-warning", "--user", "guest", "--pass", "secret", "SET", "input", "x"), "NOPERM")
    cli("ACL", "DELUSER", "guest")


def check_many():
    """Lines of commands on standard input."""
    lines = "\n".join(f"RPUSH lines {i}" for i in range(2000))
    equal("replies", cli(text=lines + "\n").split("\n")[-1], "2000")


def check_scan():
    fill()
    equal("--scan", len(set(cli("--scan").split("\n"))), int(cli("DBSIZE")))
    equal("--pattern", sorted(cli("--scan", "--pattern", "*:a").split("\n")), ["hash:a", "set:a", "stream:a"])
    equal("--quoted-pattern", len(cli("--scan", "--quoted-pattern", '"string:\\x31*"').split("\n")), 111)


def check_big_keys():
    fill()
    shown = cli("--bigkeys")
    holds(shown, r"""Biggest\s+string found '"big"' has 100000 bytes""", r"""list found '"list:long"' has 500 items""")
    holds(shown, r"""zset found '"zset:big"' has 400 members""", r"1 streams with 1 entries", r"Sampled 307 keys")


def check_mem_keys():
    fill()
    shown = cli("--memkeys")
    holds(shown, r"""Biggest\s+string found '"big"' has \d{6} bytes""", r"""zset found '"zset:big"' has \d+ bytes""")
    holds(cli("--memkeys-samples", "5"), r"Sampled 307 keys")


def check_hot_keys():
    with setting("maxmemory-policy", "allkeys-lfu"):
        fill()
        cli(text="GET string:7\n" * 2000)
        holds(cli("--hotkeys"), r"hot key found with counter: \d+\s+keyname: \"?string:7\b")


def check_stat():
    with running("--stat", "-i", "0.1") as child:
        lines = [child.stdout.readline() for _ in range(5)]
    holds(lines[1], r"^keys\s+mem\s+clients\s+blocked\s+requests\s+connections")
    holds(lines[2], r"^\d+\s+[\d.]+[KMG]\s+\d+\s+\d+\s+\d+ \(\+0\)\s+\d+")


def check_latency():
    fields = cli("--latency", "--raw").split()
    equal("--latency", [bool(re.fullmatch(r"[\d.]+", each)) for each in fields], [True] * 4)
    equal("samples", int(fields[3]) > 20, True)


def check_pipe():
    """A million commands: as many replies, no error, all keys."""
    cli("FLUSHALL")
    form = b"*3\r\n$3\r\nSET\r\n$12\r\nkey:%08d\r\n$10\r\nv%09d\r\n"
    with tempfile.TemporaryFile() as file:
        for i in range(1_000_000):
            file.write(form % (i, i))
        file.seek(0)
        done = subprocess.run([*CLI, "--pipe"], stdin=file, capture_output=True, text=True, timeout=120, check=True)
    holds(done.stdout, r"errors: 0, replies: 1000000")
    equal("keys", cli("DBSIZE"), "1000000")
    equal("the last one", cli("GET", "key:00999999"), "v000999999")
    cli("FLUSHALL")


def check_pipe_errors():
    """Errors are counted, and inline commands are taken."""
    done = subprocess.run(
        [*CLI, "--pipe"], input="SET a x\r\nINCR a\r\nPING\r\n", capture_output=True, text=True, timeout=60, check=False
    )
    holds(done.stdout, r"errors: 1, replies: 3")


def check_eval():
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write("redis.call('SET', KEYS[1], ARGV[1]) return {KEYS[1], ARGV[1], tonumber(ARGV[2])}")
        script.flush()
        equal("--eval", cli("--eval", script.name, "k", ",", "v", "7"), "k\nv\n7")
    equal("its effect", cli("GET", "k"), "v")


def check_monitor():
    with running("MONITOR") as child:
        equal("begin", child.stdout.readline(), "OK\n")
        cli("SET", "seen", "a b")
        cli("--quoted-input", "GET", '"\\x01"')
        lines = [child.stdout.readline() for _ in range(2)]
    holds(lines[0], r'^\d{10}\.\d{6} \[0 127\.0\.0\.1:\d+\] "SET" "seen" "a b"$')
    holds(lines[1], r'"GET" "\\x01"$')


def check_subscribe():
    with running("SUBSCRIBE", "news") as child:
        equal("begin", [child.stdout.readline().strip() for _ in range(3)], ["subscribe", "news", "1"])
        equal("receivers", cli("PUBLISH", "news", "hello"), "1")
        equal("heard", [child.stdout.readline().strip() for _ in range(3)], ["message", "news", "hello"])


def check_lru_test():
    # Far more room than the server takes now, or it would have nothing that it may evict.
    used = int(re.search(r"used_memory:(\d+)", cli("INFO", "memory")).group(1))
    with setting("maxmemory", str(used + (20 << 20))), setting("maxmemory-policy", "allkeys-lru"):
        with Terminal(*CLI, "--lru-test", "100000") as terminal:
            terminal.expect(r"\d+ Gets/sec \| Hits: \d+ \([\d.]+%\) \| Misses: \d+")
    cli("FLUSHALL")


def check_rdb(option, *types):
    cli("FLUSHALL")
    cli("SET", "k", "v")
    cli("FUNCTION", "LOAD", "REPLACE", "#!lua name=l\nredis.register_function('f', function() return 1 end)")
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "dump.rdb")
        cli(option, path, seconds=15)
        shown = subprocess.run(["redis-check-rdb", path], capture_output=True, text=True, check=True).stdout
    holds(shown, r"RDB looks OK", *types)


def check_replica():
    with Terminal(*CLI, "--replica") as terminal:
        terminal.expect("SYNC done")
        cli("SET", "replicated", "x")
        terminal.expect('"replicated"')


def check_debugger():
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write("local a = 1\nreturn a")
        script.flush()
        holds(cli("--ldb", "--eval", script.name, text="step\nprint\ncontinue\n"), r"Stopped at 2", r"<value> a = 1")


check("output formats, RESP2 and RESP3", check_formats)
check("options for arguments, user, database and address, RESP2", check_arguments)
check("commands from standard input, RESP2", check_many)
check("--scan, RESP2", check_scan)
check("--bigkeys, RESP2", check_big_keys)
check("--memkeys, RESP2", check_mem_keys)
check("--hotkeys, RESP2", check_hot_keys)
check("--stat, RESP2", check_stat)
check("--latency, RESP2", check_latency)
check("--pipe with 1 M commands, RESP2", check_pipe)
check("--pipe counts errors, RESP2", check_pipe_errors)
check("--eval, RESP2", check_eval)
check("MONITOR, RESP2", check_monitor)
check("SUBSCRIBE, RESP2", check_subscribe)
check("--lru-test, RESP2", check_lru_test)
check("--rdb, RESP2", lambda: check_rdb("--rdb", r"1 keys read"))
check("--functions-rdb, RESP2", lambda: check_rdb("--functions-rdb", r"0 keys read"))
check_or_differs("--replica, RESP2", "no replication: what is written later does not follow", check_replica)
check_or_differs("--ldb, RESP2", "there is no debugger of scripts", check_debugger)
finish("redis-cli", version_in("redis-cli", "--version"))
