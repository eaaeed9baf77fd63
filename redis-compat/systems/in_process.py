#!/usr/bin/env python3
"""What stores inside of a process are to be compared with: the engine's Google Benchmark, which runs
commands from their arguments to their replies without socket, parser and log."""

import json
import os
import subprocess

from checks import check, equal, figure, finish, skip

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(TOP, ".build", "release", "tools", "kvasir-microbench")
UNITS = {"ns": 1e-3, "us": 1, "ms": 1e3}
FIGURES = {
    "BenchEngineSet/100000/iterations:1000000": ("timed-store: write at 100 k keys", "2.7-3.2 µs"),
    "BenchEngineSet/1000000/iterations:1000000": ("timed-store: write at 1 M keys", "2.7-3.2 µs"),
    "BenchEngineSet/10000000/iterations:1000000": ("timed-store: write at 10 M keys", "2.7-3.2 µs"),
    "BenchEngineGet/100000/iterations:1000000": ("timed-store, local-storage: read at 100 k keys", "4.9-7.7, 0.79 µs"),
    "BenchEngineGet/1000000/iterations:1000000": ("timed-store: read at 1 M keys", "4.9-7.7 µs"),
    "BenchEngineGet/10000000/iterations:1000000": ("timed-store: read at 10 M keys", "4.9-7.7 µs"),
    "BenchEngineDelete/iterations:1000000": ("local-storage: delete at 1 M keys", "3.7 µs"),
    "BenchEngineClear/iterations:20": ("local-storage: clear of 100 k keys", "100 µs"),
}


def run():
    words = [PROGRAM, "--benchmark_filter=BenchEngine", "--benchmark_format=json"]
    return json.loads(subprocess.run(words, capture_output=True, text=True, check=True, timeout=280).stdout)


def check_figures():
    found = {each["name"]: each for each in run()["benchmarks"]}
    equal("benchmarks", [name for name in FIGURES if name not in found], [])
    for name, (what, theirs) in FIGURES.items():
        # The processor's time, since others want the processor, too.
        spent = found[name]["cpu_time"] * UNITS[found[name]["time_unit"]]
        figure(what, f"CPU {spent:.2f} µs", theirs, "nothing: in process, no log")


if os.access(PROGRAM, os.X_OK):
    check("the engine's Google Benchmark", check_figures)
else:
    skip("the engine's Google Benchmark", ".build/release/tools/kvasir-microbench is not built")
finish("in-process", "0.1.0")
