#!/usr/bin/env python3
"""Counts instructions per request, which come out the same whatever else the machine does.

Usage: tools/bench/instructions [CASE ...] [--update] [--functions N] [--pipeline N]

The program that is counted (instructions.cc) parses requests, runs them in an engine and writes
replies, as the server does for one connection; loop, sockets and log are not part of it. Without
arguments it counts GET and SET, 16 in a pipeline, and fails when one takes over 5 % more than
instructions.json says. --update writes what was counted there. --functions prints those that take
most. Cases: get set incr lpush sadd hset zadd xadd publish evalsha."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.path.join(HERE, "..", "..", ".build", "release", "tools", "kvasir-instructions")
EXPECTED = os.path.join(HERE, "instructions.json")
MEASURED = "*RunMeasured*"
READS = 500
GROWTH_ALLOWED = 1.05


def run_callgrind(binary, case, pipeline, out):
    """All instructions of the measured part."""
    command = ["valgrind", "--tool=callgrind", f"--toggle-collect={MEASURED}", f"--callgrind-out-file={out}",
               binary, case, str(pipeline), str(READS)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not run.stdout.startswith("ok") or found is None:
        sys.exit(f"{case}: {run.stdout}{run.stderr}")
    return int(found.group(1))


def short(name):
    """Without file, parameters and template arguments."""
    name = re.sub(r"^.*?:(?!:)", "", name.split(" [")[0]).replace("(anonymous namespace)::", "")
    depth, kept = 0, ""
    for letter in name:
        depth += letter in "<("
        if depth == 0:
            kept += letter
        depth -= letter in ">)"
    return kept.replace(" const", "").strip()


def print_functions(out, count, requests):
    """What each function takes by itself, together with what was inlined into it."""
    run = subprocess.run(["callgrind_annotate", "--threshold=100", "--auto=no", out], capture_output=True, text=True,
                         check=True)
    totals = {}
    for line in run.stdout.splitlines():
        found = re.match(r"^\s*([\d,]+) \(\s*[\d.]+%\)\s+(.*:.*)$", line)
        if found is not None:
            name = short(found.group(2))
            totals[name] = totals.get(name, 0) + int(found.group(1).replace(",", ""))
    for name, total in sorted(totals.items(), key=lambda item: -item[1])[:count]:
        print(f"  {total / requests:8.1f}  {name}")


def judge(key, counted, expected):
    """The line for one figure; None in front when it is all right."""
    if key not in expected:
        return None, f"{key}: {counted:.1f} instructions per request"
    change = counted / expected[key] - 1
    text = f"{key}: {counted:.1f} instructions per request, {change:+.1%} of the expected {expected[key]:.1f}"
    if counted > expected[key] * GROWTH_ALLOWED:
        return "grown", text + ": too many"
    if counted * GROWTH_ALLOWED < expected[key]:
        text += ": fewer; --update makes that the new measure"
    return None, text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=["get", "set"])
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--functions", type=int, default=0, metavar="N")
    parser.add_argument("--pipeline", type=int, default=16)
    parser.add_argument("--binary", default=BINARY)
    options = parser.parse_args()
    with open(EXPECTED, encoding="utf-8") as file:
        expected = json.load(file)
    failed = False
    for case in options.cases:
        with tempfile.TemporaryDirectory() as directory:
            out = os.path.join(directory, "callgrind.out")
            requests = READS * options.pipeline
            counted = run_callgrind(options.binary, case, options.pipeline, out) / requests
            key = f"{case} P={options.pipeline}"
            if options.update:
                expected[key] = round(counted, 1)
            problem, text = judge(key, counted, expected)
            failed = failed or problem is not None
            print(text, flush=True)
            if options.functions:
                print_functions(out, options.functions, requests)
    if options.update:
        with open(EXPECTED, "w", encoding="utf-8") as file:
            json.dump(expected, file, indent=1)
            file.write("\n")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
