"""What redis-compat/run does, see there."""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

sys.dont_write_bytecode = True

import toolchain
from programs import PROGRAMS
from server import OwnServer, Unusable, find_server

REFERENCE = os.path.join(toolchain.FOLDER, "lib", "reference.json")
TOTAL = re.compile(r"^(\S+) (\S+): (\d+) of (\d+) checks passed$")
CHECK = re.compile(r"^  (ok|FAILED|differs|skipped|figure) +(.*)$")


@dataclass
class Outcome:
    """What one program's run came to."""

    version: str = "-"
    protocols: set = field(default_factory=set)
    passed: int = 0
    total: int = 0
    seconds: float = 0
    notes: list = field(default_factory=list)  # failed, differing and skipped checks
    figures: list = field(default_factory=list)  # what, theirs, ours, what is crossed
    trouble: str = ""  # why there is no count

    def failed(self):
        differing = sum(note.startswith("differs") for note in self.notes)
        return bool(self.trouble) and self.trouble != "skipped" or self.passed + differing < self.total

    def count(self):
        return self.trouble or f"{self.passed}/{self.total}"


def run_program(program, server):
    try:
        if program.own_servers and not server.is_ours:
            raise toolchain.Missing("it starts servers of its own")
        command = toolchain.command_for(program)
    except toolchain.Missing as reason:
        print(f"== {program.name}\n  skipped  everything: {reason}")
        return Outcome(trouble="skipped", notes=[f"skipped: {reason}"])
    if not server.wait():
        raise Unusable("the server is gone")
    server.request("FLUSHALL")
    print(f"== {program.name}", flush=True)
    words = [*command, *arguments_for(program, server)]
    begun = time.monotonic()
    child = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        cwd=toolchain.TOP,
        env=toolchain.environment(),
        start_new_session=True,
    )
    signal.alarm(program.seconds_max)
    try:
        outcome = read_outcome(child)
    except TimeoutError:
        outcome = Outcome(trouble="too slow", notes=[f"not done after {program.seconds_max} s"])
    finally:
        signal.alarm(0)
        end_group(child)
    outcome.seconds = time.monotonic() - begun
    return outcome


def arguments_for(program, server):
    if program.own_servers:
        return ["--binary", server.binary]
    return [server.host, str(server.port), *(["restarts"] if server.is_ours else [])]


def end_group(child):
    """Ends it, and what it left behind."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def read_outcome(child):
    outcome = Outcome(trouble="broke off")
    for line in child.stdout:
        print(line, end="", flush=True)
        if match := CHECK.match(line):
            kind, text = match.groups()
            if kind == "ok":
                outcome.protocols.update(re.findall(r"RESP([23])", text))
            elif kind == "figure":
                outcome.figures.append(text.split(" | "))
            else:
                outcome.notes.append(f"{kind}: {text}")
        elif match := TOTAL.match(line):
            outcome.version = match.group(2)
            outcome.passed, outcome.total = int(match.group(3)), int(match.group(4))
            outcome.trouble = ""
    return outcome


def run_all(chosen, server):
    outcomes = {}
    try:
        for program in chosen:
            outcomes[program.name] = run_program(program, server)
    finally:
        server.close()
    return outcomes


def load_reference():
    try:
        with open(REFERENCE, encoding="utf-8") as file:
            return json.load(file)
    except OSError:
        return {}


def store_reference(outcomes):
    """Remembers what these programs came to on Redis."""
    reference = load_reference()
    for name, outcome in outcomes.items():
        if not outcome.trouble:
            reference[name] = outcome.count()
    with open(REFERENCE, "w", encoding="utf-8") as file:
        json.dump(reference, file, indent=1, sort_keys=True)
        file.write("\n")


def print_figures(chosen, outcomes):
    """What replaced systems state of themselves, beside what was seen here."""
    form = "{:<16} {:<50} {:>17} {:>20}   {}".format
    rows = [(program.name, *row) for program in chosen for row in outcomes[program.name].figures]
    if rows:
        print("\n" + form("replaced system", "figure", "theirs", "here", "every call crosses"))
    for row in rows:
        print(form(*row))
    if any("CPU" in row[3] for row in rows):
        print("CPU: what the server, or the thread in process, had of the processor for one call, in µs")


def print_table(chosen, outcomes, reference):
    form = "{:<20} {:<12} {:<10} {:>10} {:>10} {:>8}".format
    print("\n" + form("program", "version", "protocol", "checks", "reference", "seconds"))
    for program in chosen:
        outcome = outcomes[program.name]
        protocol = " and ".join(sorted(outcome.protocols)) or program.protocol
        known = reference.get(program.name, "-")
        seconds = f"{outcome.seconds:.1f}"
        print(form(program.name, outcome.version, protocol, outcome.count(), known, seconds))
    passed = sum(outcome.passed for outcome in outcomes.values())
    total = sum(outcome.total for outcome in outcomes.values())
    print(f"{len(chosen)} programs, {passed} of {total} checks passed")
    for program in chosen:
        for note in outcomes[program.name].notes:
            print(f"  {program.name}: {note}")


def parse_arguments():
    parser = argparse.ArgumentParser(prog="redis-compat/run")
    parser.add_argument("names", nargs="*", metavar="PROGRAM", help="these of the list; all without any")
    parser.add_argument("--list", action="store_true", help="names the programs")
    parser.add_argument("--quick", action="store_true", help="only programs that take seconds: CI's")
    parser.add_argument("--binary", default=".build/release/kvasir-server", help="starts this server")
    parser.add_argument("--server", metavar="HOST:PORT", help="takes one that runs already, and is empty")
    parser.add_argument("--reference", action="store_true", help="runs redis-server first and keeps its counts")
    arguments = parser.parse_args()
    names = {program.name for program in PROGRAMS}
    for name in arguments.names:
        if name not in names:
            parser.error(f"no program {name}; see --list")
    return arguments


def raise_timeout(*_):
    raise TimeoutError


def main():
    signal.signal(signal.SIGALRM, raise_timeout)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = parse_arguments()
    chosen = [
        program
        for program in PROGRAMS
        if (not arguments.names or program.name in arguments.names) and (program.quick or not arguments.quick)
    ]
    if arguments.list:
        print("\n".join(program.name for program in PROGRAMS))
        return 0
    try:
        if arguments.reference:
            toolchain.ensure_package("redis-server")
            store_reference(run_all(chosen, OwnServer("/usr/bin/redis-server")))
        if not arguments.server and not os.access(arguments.binary, os.X_OK):
            raise Unusable(f"{arguments.binary} is not there; tools/test builds it")
        server = find_server(arguments.server) if arguments.server else OwnServer(arguments.binary)
        outcomes = run_all(chosen, server)
    except (Unusable, toolchain.Missing) as reason:
        print(f"redis-compat: {reason}", file=sys.stderr)
        return 2
    print_table(chosen, outcomes, load_reference())
    print_figures(chosen, outcomes)
    return int(any(outcome.failed() for outcome in outcomes.values()))


if __name__ == "__main__":
    sys.exit(main())
