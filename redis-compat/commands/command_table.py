#!/usr/bin/env python3
"""Keeps redis-compat/COMMANDS.md: what a running server tells of its commands, against the lists of
Redis and Valkey beside this file.

Usage: command_table.py --binary kvasir-server           fails when the page is stale, or when arity,
                                                         flags, key positions, since or categories
                                                         differ from all lists without a reason
       command_table.py --binary kvasir-server --write   writes the page anew
       command_table.py --binary redis-server --list FILE TITLE   makes a list

An attribute is right when one of the lists has it so, since they differ among themselves by their
age. What differs from all of them, and what is not there, needs an entry in reasons.tsv; an entry
that is not needed any more is an error, too."""

import argparse
import csv
import os
import sys

sys.dont_write_bytecode = True
FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(os.path.dirname(FOLDER), "lib"))

import golden
from resp import Connection
from server import OwnServer, Unusable

PAGE = os.path.join(os.path.dirname(FOLDER), "COMMANDS.md")
ATTRIBUTES = ("arity", "since", "flags", "categories", "keys")
GROUPS = {
    "string": "Strings", "hash": "Hashes", "list": "Lists", "set": "Sets", "sorted-set": "Sorted sets",
    "stream": "Streams", "bitmap": "Bitmaps", "hyperloglog": "HyperLogLogs", "geo": "Geo",
    "generic": "Keys", "transactions": "Transactions", "scripting": "Scripts and functions",
    "pubsub": "Pub/sub", "connection": "Connections", "server": "Server", "cluster": "Cluster",
    "sentinel": "Sentinel", "array": "Arrays", "search": "Search", "timeseries": "Time series",
    "vector-set": "Vector sets",
}  # fmt: skip


class Reasons:
    """The entries of reasons.tsv, and which of them were needed."""

    def __init__(self):
        with open(os.path.join(FOLDER, "reasons.tsv"), encoding="utf-8") as file:
            lines = [line for line in file if not line.startswith("#")]
        self.rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        self.used = set()

    def find(self, command, what):
        for number, row in enumerate(self.rows):
            name = row["command"]
            fits = (
                name == command.name
                or name.endswith("*") and command.name.startswith(name[:-1])
                or name == f"group:{command.group}"
            )
            if fits and row["what"] == what:
                self.used.add(number)
                return row["reason"]
        return None

    def unused(self):
        return [row for number, row in enumerate(self.rows) if number not in self.used]


def show(value):
    if isinstance(value, frozenset):
        return " ".join(sorted(value)) or "none"
    if isinstance(value, tuple):
        return "; ".join(f"{' '.join(sorted(flags))} at {places}" for flags, places in value) or "none"
    return str(value)


def agreement(mine, attribute, lists):
    """The names of the lists that have this attribute as the server has it, and of those that do not."""
    agree, differ = [], []
    for source, commands in lists:
        theirs = commands.get(mine.name)
        value = theirs and getattr(theirs, attribute)
        if value is None:
            continue
        own = getattr(mine, attribute) - source.untold if attribute == "flags" else getattr(mine, attribute)
        (agree if own == value else differ).append(source.name)
    return agree, differ


def describe(mine, lists, reasons, problems):
    """The state of a command that is there, and notes on it."""
    state, notes = "supported", []
    for attribute in ATTRIBUTES:
        agree, differ = agreement(mine, attribute, lists)
        if "Redis 7.0" in differ and agree and attribute != "since":
            notes.append(f"{attribute} as in {agree[0]}: {show(getattr(mine, attribute))}")
        known = not differ and not agree and not any(mine.name in commands for _, commands in lists)
        if agree or not (differ or known and attribute == "since"):
            continue
        reason = reasons.find(mine, attribute)
        if reason is None:
            value = show(getattr(mine, attribute))
            problems.append(f"{mine.name}: {attribute} is {value}, unlike {', '.join(differ) or 'all lists'}")
        elif not known:
            state = "differs"
        notes.append(f"{attribute}: {reason}")
    behaviour = reasons.find(mine, "behaviour")
    if behaviour:
        state = "differs"
        notes.append(behaviour)
    return state, notes


def first_in(name, lists):
    return next(commands[name] for _, commands in lists if name in commands)


def collect(ours, lists, problems):
    """Rows of the page by group: name, since, state, notes."""
    reasons = Reasons()
    groups = {group: [] for group in GROUPS}
    names = set(ours).union(*(commands for _, commands in lists))
    for name in sorted(names):
        if name in ours:
            command = ours[name]
            state, notes = describe(command, lists, reasons, problems)
        else:
            command = first_in(name, lists)
            reason = reasons.find(command, "absent")
            if reason is None:
                problems.append(f"{name}: not there, without a reason")
            state, notes = "not there", [reason or ""]
        groups.setdefault(command.group, []).append((name, command.since, state, "; ".join(notes)))
    problems += [f"reasons.tsv: {row['command']}, {row['what']} is not needed" for row in reasons.unused()]
    return groups


def render(groups):
    rows = [row for group in groups.values() for row in group]
    counts = {state: sum(row[2] == state for row in rows) for state in ("supported", "differs", "not there")}
    lines = [
        "# Commands",
        "",
        "Made by `redis-compat/commands/command_table.py --write` from a running server; a test fails when it is stale. Arity, flags,",
        "key positions, ACL categories and first version of each command and subcommand are compared with those of redis-server 7.0.15",
        "(which tells them itself), of Redis 8 (its documentation of August 2026) and of Valkey (October 2024). What agrees with one of",
        "them is supported; where it is not Redis 7.0 a note says which. Deliberate differences in behaviour: [DIFFERENCES.md](DIFFERENCES.md).",
        "",
        f"{counts['supported']} supported, {counts['differs']} differ, {counts['not there']} not there.",
    ]
    for group, title in GROUPS.items():
        there = [row for row in groups[group] if row[2] != "not there"]
        if there:
            lines += ["", f"## {title}", "", "| command | since | | |", "|---|---|---|---|"]
            lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in there]
    lines += ["", "## Not there", "", "| commands | why |", "|---|---|"]
    by_reason = {}
    for group in groups.values():
        for name, _, state, notes in group:
            if state == "not there":
                by_reason.setdefault(notes, []).append(name)
    lines += [f"| {', '.join(names)} | {reason} |" for reason, names in by_reason.items()]
    return "\n".join(lines) + "\n"


def check_page(text, problems):
    try:
        with open(PAGE, encoding="utf-8") as file:
            if file.read() != text:
                problems.append("COMMANDS.md is stale: run redis-compat/commands/command_table.py --write")
    except OSError:
        problems.append("COMMANDS.md is not there")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.path.join(FOLDER, "../../.build/release/kvasir-server"))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--list", nargs=2, metavar=("FILE", "TITLE"))
    options = parser.parse_args()
    try:
        server = OwnServer(options.binary)
    except (Unusable, OSError) as reason:
        sys.exit(f"command_table.py: {reason}")
    try:
        ours = golden.read_server(Connection(server.host, server.port))
    finally:
        server.close()
    if options.list:
        golden.write_list(ours, *options.list)
        return 0
    problems = []
    text = render(collect(ours, [(source, golden.read_list(source)) for source in golden.LISTS], problems))
    if options.write:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(text)
    else:
        check_page(text, problems)
    print("\n".join(problems), end="\n" if problems else "")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
