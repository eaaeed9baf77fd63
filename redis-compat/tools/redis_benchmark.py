#!/usr/bin/env python3
"""redis-benchmark's whole default run with a thousand clients: every test comes to its end, at each
depth of pipeline, with two threads, and in RESP3. Its figures are printed; they judge nothing, since
client and server share the machine."""

import csv
import io
import subprocess

from checks import HOST, PORT, check, equal, finish, version_in

BENCHMARK = ("redis-benchmark", "-h", HOST, "-p", str(PORT))
TESTS = (
    "PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "LPUSH", "RPUSH", "LPOP", "RPOP", "SADD", "HSET",
    "SPOP", "ZADD", "ZPOPMIN", "LPUSH (needed to benchmark LRANGE)", "LRANGE_100 (first 100 elements)",
    "LRANGE_300 (first 300 elements)", "LRANGE_500 (first 500 elements)", "LRANGE_600 (first 600 elements)",
    "MSET (10 keys)",
)  # fmt: skip


def run(*options):
    done = subprocess.run([*BENCHMARK, "--csv", *options], capture_output=True, text=True, timeout=280, check=False)
    equal(f"exit status, {done.stderr.strip()[:200]!r}", done.returncode, 0)
    return {row["test"]: float(row["rps"]) for row in csv.DictReader(io.StringIO(done.stdout))}


def check_default(*options):
    rates = run("-c", "1000", *options)
    equal("tests", list(rates), list(TESTS))
    equal("slowest above zero", min(rates.values()) > 0, True)
    shown = ("SET", "GET", "LPUSH", "HSET", "ZADD", TESTS[15])
    thousands = [f"{name.split()[0]} {rates[name] / 1000:.0f}" for name in shown]
    print(f"           thousands a second: {', '.join(thousands)}")


def check_tests(*options):
    equal("tests", len(run("-t", "set,get", *options)), 2)


check("default run, -c 1000 -P 1, RESP2", check_default, "-P", "1")
check("default run, -c 1000 -P 16, RESP2", check_default, "-P", "16")
check("default run, -c 1000 -P 64, RESP2", check_default, "-P", "64")
check("default run, -c 1000 -P 16, RESP3", check_default, "-P", "16", "-3")
check("default run, -c 1000 -P 16 --threads 2, RESP2", check_default, "-P", "16", "--threads", "2")
check("random keys and 4 kB values, RESP2", check_tests, "-r", "100000", "-d", "4096", "-n", "50000")
check("a connection per request, RESP2", check_tests, "-k", "0", "-n", "20000")
check("--enable-tracking, RESP3", check_tests, "-3", "--enable-tracking", "-r", "1000", "-n", "50000")
check("a command of one's own, RESP2", lambda: equal("tests", len(run("-n", "50000", "EVAL", "return 1", "0")), 1))
finish("redis-benchmark", version_in("redis-benchmark", "--version"))
