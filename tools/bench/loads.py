"""Loads: redis-benchmark, and a probe of our own that asks now and then and notes how long it took."""

import csv
import io
import json
import os
import subprocess
import sys

from measured_server import CLIENT_CORE, on_core

HERE = os.path.dirname(os.path.abspath(__file__))
COLUMNS = ("test", "rps", "avg_ms", "min_ms", "p50_ms", "p95_ms", "p99_ms", "max_ms")


def benchmark_arguments(port, requests, arguments):
    return on_core(CLIENT_CORE, ["redis-benchmark", "-p", str(port), "-n", str(requests), "--csv"] + arguments)


def run_benchmark(port, requests, arguments):
    """One run of redis-benchmark: its last line, by COLUMNS."""
    run = subprocess.run(benchmark_arguments(port, requests, arguments), capture_output=True, text=True,
                         timeout=1800, check=False)
    rows = [row for row in csv.reader(io.StringIO(run.stdout)) if len(row) == len(COLUMNS) and row[0] != "test"]
    if not rows:
        raise RuntimeError(f"redis-benchmark {' '.join(arguments)}: {run.stdout[-500:]} {run.stderr[-500:]}")
    return {name: float(value) for name, value in zip(COLUMNS[1:], rows[-1][1:])}


class BackgroundBenchmark:
    """Runs until it is left."""

    def __init__(self, port, arguments):
        self.process = subprocess.Popen(benchmark_arguments(port, 10**9, arguments),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Probe:
    """Asks for random keys of the first `keys`, every half millisecond, in a process of its own, so
    that nothing else is in its way. `writes_per_s`: it also sets as many."""

    def __init__(self, port, keys, writes_per_s=0):
        command = [sys.executable, os.path.join(HERE, "probe.py"), str(port), str(keys), str(writes_per_s)]
        self.process = subprocess.Popen(on_core(CLIENT_CORE, command), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.result = None

    def __enter__(self):
        self.process.stdout.readline()  # it is connected
        return self

    def __exit__(self, *_):
        out, _ = self.process.communicate("\n")
        self.result = json.loads(out)
