#!/usr/bin/env python3
"""Measures Kvasir beside other servers and the floor, and writes a table, plots and JSON.

Usage: tools/bench/run [CASE ...] [--quick] [--publish] [--server NAME='COMMAND'] [--list]

    tools/bench/run                        everything, about an hour
    tools/bench/run --quick                everything at small sizes, a few minutes
    tools/bench/run get_p16 set_p16        these cases only
    tools/bench/run --server valkey='valkey-server --port {port} --dir {dir} --save "" {log}'

What counts is the server's CPU time per request and its ratio to redis-server's in the same call:
throughput and absolute times are this machine's at that moment. The servers take turns within each
case; the figures are medians of the rounds. Servers are pinned to one core and the load to another.
In a COMMAND, {port} and {dir} are filled in, and {log} with redis-server's options for the log; a
server without {log} takes no part in the cases with one. The floor (floor.cc) answers with canned
replies: what it takes is the kernel's share."""

import argparse
import os
import platform
import signal
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import report
from cases import KEYS, Load, make_loads
from loads import run_benchmark
from measured_server import NO_AUTOMATIC_REWRITE, MeasuredServer, StartError, Template
from resp_client import fill_keys
from scenarios import make_scenarios

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILT = os.path.join(TOP, ".build", "release")
QUICK = 0.05
QUICK_KEYS = 100_000
VALUE_BYTES = 64


class Progress:
    """One line per step, with how far it is."""

    def __init__(self, steps):
        self.steps = steps
        self.done = 0
        self.begin = time.monotonic()

    def step(self, case, server, round_number):
        self.done += 1
        self.label = f"{case}, {server}, round {round_number + 1}"
        self.say("")

    def say(self, text):
        seconds = int(time.monotonic() - self.begin)
        print(f"[{self.done}/{self.steps}] {seconds // 60}:{seconds % 60:02} {self.label}"
              + (f": {text}" if text else ""), file=sys.stderr, flush=True)


class LoadRunner:
    """Runs redis-benchmark's cases with one kind of log: all servers are up, one works at a time."""

    def __init__(self, templates, log, options):
        self.log = log
        self.scale = QUICK if options.quick else 1
        self.keys = QUICK_KEYS if options.quick else KEYS
        self.servers = [MeasuredServer(template, log, NO_AUTOMATIC_REWRITE) for template in templates]
        self.filled = set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.end()

    def arguments(self, words):
        return [word.format(keys=self.keys) for word in words]

    def prepare(self, server, load):
        if server.template.kind == "floor":
            # It has to be told how long the values are that it returns.
            for arguments, _ in load.prepare:
                run_benchmark(server.port, 100, self.arguments(arguments))
            return
        if load.keyed and server in self.filled:
            return
        with server.connect() as client:
            client.run("FLUSHALL", "SYNC")
        self.filled.discard(server)
        if load.keyed:
            fill_keys(server.port, 0, self.keys, VALUE_BYTES)
            self.filled.add(server)
        for arguments, count in load.prepare:
            run_benchmark(server.port, count or self.requests(load), self.arguments(arguments))

    def requests(self, load):
        return max(1000, int(load.requests * self.scale))

    def measure(self, server, load):
        self.prepare(server, load)
        requests = self.requests(load)
        before = server.cpu_seconds()
        figures = run_benchmark(server.port, requests, self.arguments(load.arguments))
        figures["cpu_us"] = (server.cpu_seconds() - before) / requests * 1e6
        return figures


def median_of(rounds):
    keys = [key for key in rounds[0] if all(key in one for one in rounds)]
    return {key: statistics.median(one[key] for one in rounds) for key in keys}


def case_result(case, size, rounds_by_server):
    return {"title": case.title, "size": size,
            "figures": [vars(figure) for figure in case.figures],
            "servers": {name: {"median": median_of(rounds), "rounds": rounds}
                        for name, rounds in rounds_by_server.items()}}


def run_loads(loads, templates, options, progress, results):
    for log in dict.fromkeys(load.log for load in loads):
        able = [t for t in templates if log == "no" or t.has_log()]
        with LoadRunner(able, log, options) as runner:
            for load in (load for load in loads if load.log == log):
                rounds = {server.template.name: [] for server in runner.servers}
                for number in range(options.rounds):
                    for server in runner.servers:
                        progress.step(load.name, server.template.name, number)
                        rounds[server.template.name].append(runner.measure(server, load))
                results[load.name] = case_result(load, runner.requests(load), rounds)


def run_scenarios(scenarios, templates, options, progress, results):
    for scenario in scenarios:
        size = scenario.quick_size if options.quick else scenario.size
        able = [t for t in templates if t.kind != "floor" and (scenario.log == "no" or t.has_log())]
        rounds = {template.name: [] for template in able}
        for number in range(options.rounds):
            for template in able:
                progress.step(scenario.name, template.name, number)
                rounds[template.name].append(scenario.run(template, size, progress.say))
        results[scenario.name] = case_result(scenario, size, rounds)


def make_templates(options):
    templates = []
    if "redis" not in options.without:
        templates.append(Template("redis-server", options.redis + " --port {port} --dir {dir} --save '' {log}"))
    templates.append(Template("Kvasir", options.kvasir + " --port {port} --dir {dir} --bind 127.0.0.1 --save '' {log}"))
    for text in options.server:
        name, _, command = text.partition("=")
        if "{port}" not in command:
            sys.exit(f"--server {text}: NAME='COMMAND with {{port}} and {{dir}}'")
        templates.append(Template(name, command))
    if "floor" not in options.without:
        templates.append(Template("floor", options.floor + " {port}", kind="floor"))
    return templates


def describe_machine():
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release()}


def version_of(template):
    if template.kind == "floor":
        return ""
    run = subprocess.run([template.command.split()[0], "--version"], capture_output=True, text=True, check=False)
    return run.stdout.strip()


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="only these")
    parser.add_argument("--list", action="store_true", help="name the cases")
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--rounds", type=int, help="3, or 1 with --quick")
    parser.add_argument("--server", action="append", default=[], metavar="NAME='COMMAND'", help="a further server")
    parser.add_argument("--without", action="append", default=[], choices=["redis", "floor"])
    parser.add_argument("--kvasir", default=os.path.join(BUILT, "kvasir-server"), metavar="BINARY")
    parser.add_argument("--floor", default=os.path.join(BUILT, "tools", "kvasir-floor"), metavar="BINARY")
    parser.add_argument("--redis", default="redis-server", metavar="BINARY")
    parser.add_argument("--out", default=os.path.join(TOP, ".build", "bench"), metavar="DIRECTORY")
    parser.add_argument("--publish", action="store_true",
                        help="write to tools/bench as well and put table and plots into README.md")
    options = parser.parse_args()
    if options.publish and options.cases:
        parser.error("--publish takes all cases")
    options.rounds = options.rounds or (1 if options.quick else 3)
    return options


def choose(options):
    every = make_loads() + make_scenarios()
    unknown = set(options.cases) - {case.name for case in every}
    if unknown:
        sys.exit(f"No such case: {', '.join(sorted(unknown))}. --list names them.")
    return [case for case in every if not options.cases or case.name in options.cases]


def main():
    options = parse_options()
    chosen = choose(options)
    if options.list:
        print("\n".join(f"{case.name:14} {case.title}" for case in chosen))
        return
    templates = make_templates(options)
    loads = [case for case in chosen if isinstance(case, Load)]
    scenarios = [case for case in chosen if not isinstance(case, Load)]

    def count(cases, floor):
        return sum(1 for case in cases for t in templates
                   if (case.log == "no" or t.has_log()) and (floor or t.kind != "floor"))
    progress = Progress((count(loads, True) + count(scenarios, False)) * options.rounds)
    results = {"quick": options.quick, "rounds": options.rounds, "date": time.strftime("%Y-%m-%d"),
               "machine": describe_machine(),
               "servers": {t.name: version_of(t) for t in templates}, "cases": {}}
    # Servers are ended on the way out, however it comes to it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        run_loads(loads, templates, options, progress, results["cases"])
        run_scenarios(scenarios, templates, options, progress, results["cases"])
    except StartError as error:
        sys.exit(str(error))
    finally:
        # Also what there is when it was stopped in the middle.
        report.write(results, options.out)
        print(f"\nWritten to {options.out}: results.md, results.json and plots", file=sys.stderr)
    if options.publish:
        report.write(results, os.path.join(TOP, "tools", "bench"), quiet=True)
        report.put_into_readme(results, os.path.join(TOP, "README.md"))


if __name__ == "__main__":
    main()
