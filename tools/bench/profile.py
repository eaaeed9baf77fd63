#!/usr/bin/env python3
"""Prints where the server's time goes, by perf: kernel and user functions of the loop's process.

Usage: tools/bench/profile.py [CASE ...] [--functions N] [--kvasir BINARY]

Samples the processor's clock, which needs no hardware counters, while redis-benchmark runs a case.
Needs Debian's linux-perf, and the right to use it (root, or kernel.perf_event_paranoid <= 1)."""

import argparse
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from cases import make_loads
from loads import BackgroundBenchmark, run_benchmark
from measured_server import MeasuredServer, Template
from resp_client import fill_keys

KEYS = 100_000
SECONDS = 4
BINARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".build", "release", "kvasir-server")
SCRIPT = "return redis.call('GET', KEYS[1])"
# Cases that redis-benchmark runs as a command of its arguments.
COMMANDS = {
    "xadd": ["XADD", "mystream", "MAXLEN", "~", "10000", "*", "myfield", "x" * 64],
    "publish": ["PUBLISH", "channel", "x" * 64],
    "evalsha": ["EVALSHA", "{sha}", "1", "key:__rand_int__"],
}
DEFAULT = ["get_p1", "get_p16", "get_p64", "set_p1", "set_p16", "set_p64", "zadd", "lpush", "xadd", "publish", "evalsha"]


def arguments_of(case, server):
    loads = {load.name: load for load in make_loads()}
    if case in loads:
        return [word.format(keys=KEYS) for word in loads[case].arguments]
    with server.connect() as client:
        sha = client.run("SCRIPT", "LOAD", SCRIPT).decode()
    return ["-P", "16", "-c", "50", "-r", str(KEYS)] + [word.format(sha=sha) for word in COMMANDS[case]]


def record(server, out):
    command = ["perf", "record", "-q", "-e", "cpu-clock", "-F", "2000", "-o", out, "-p", str(server.process.pid),
               "--", "sleep", str(SECONDS)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"perf record: {run.stderr}")


def top_functions(out, count):
    """(percent, where, name), most first; and the kernel's share."""
    command = ["perf", "report", "-i", out, "--stdio", "-q", "--no-children", "--sort", "dso,symbol", "--percent-limit", "0"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    line = re.compile(r"^\s*([\d.]+)%\s+(\S+)\s+\[(.)\]\s+(.*?)(?:\s+-)*\s*$")
    found = [match.groups() for match in map(line.match, run.stdout.splitlines()) if match]
    kernel = sum(float(percent) for percent, _, ring, _ in found if ring == "k")
    return found[:count], kernel


def profile(case, binary, count):
    template = Template("Kvasir", binary + " --port {port} --dir {dir} --bind 127.0.0.1 --save '' {log}")
    with MeasuredServer(template) as server, tempfile.TemporaryDirectory() as directory:
        fill_keys(server.port, 0, KEYS, 64)
        arguments = arguments_of(case, server)
        run_benchmark(server.port, 10_000, arguments)
        out = os.path.join(directory, "perf.data")
        with BackgroundBenchmark(server.port, arguments):
            record(server, out)
        functions, kernel = top_functions(out, count)
    print(f"### {case}: kernel {kernel:.0f} %, server {100 - kernel:.0f} %\n")
    for percent, where, ring, name in functions:
        print(f"- {percent} % {'kernel' if ring == 'k' else where} `{name[:100]}`")
    print(flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=DEFAULT)
    parser.add_argument("--functions", type=int, default=15)
    parser.add_argument("--kvasir", default=BINARY)
    options = parser.parse_args()
    for case in options.cases:
        profile(case, options.kvasir, options.functions)


if __name__ == "__main__":
    main()
