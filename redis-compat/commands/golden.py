"""What is known of commands: what a running server tells of its own, and the golden lists beside this
file, in one form that can be compared."""

import csv
import json
import os
import re
from dataclasses import dataclass, field

FOLDER = os.path.dirname(os.path.abspath(__file__))
COLUMNS = ("group", "command", "arity", "since", "flags", "acl_categories", "key_specs")


@dataclass(frozen=True)
class List:
    """A golden list, and the flags that it does not tell of, or that only mean something there."""

    name: str
    file: str
    untold: frozenset = frozenset()
    all_categories: bool = True  # also those that follow from flags: read, write, fast, slow ...


LISTS = (
    List("Redis 7.0", "redis-7.0.tsv"),
    List("Redis 8", "redis-8.tsv", frozenset({"may_replicate", "module", "touches_arbitrary_keys"})),
    List(
        "Valkey",
        "valkey.tsv",
        frozenset({"movablekeys", "sentinel", "only_sentinel", "protected", "touches_arbitrary_keys"}),
        all_categories=False,
    ),
)


@dataclass
class Command:
    name: str
    group: str = ""
    arity: int = 0
    since: str = ""
    flags: frozenset = frozenset()
    categories: frozenset | None = None  # None: the list does not tell
    keys: tuple | None = None
    summary: str = ""
    syntax: str = field(default="", compare=False)


def words(text):
    return frozenset(word.lower() for word in text.split(",") if word)


def parse_key_specs(text):
    """Each specification as its flags and the text behind them."""
    specs = []
    for spec in filter(None, text.split(" ; ")):
        flags, _, places = spec.partition(" ")
        specs.append((frozenset(flags.lower().split("|")), places))
    return tuple(specs)


def read_list(golden):
    with open(os.path.join(FOLDER, golden.file), encoding="utf-8") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["command"]: command_of(row, golden) for row in rows}


def command_of(row, golden):
    specs = row.get("key_specs")
    return Command(
        name=row["command"],
        group=row["group"].replace("_", "-"),
        arity=int(row["arity"] or 0),
        since=row["since"],
        flags=words(row["flags"]) - golden.untold,
        categories=words(row["acl_categories"]) if golden.all_categories else None,
        keys=None if specs is None else parse_key_specs(specs),
        syntax=row.get("syntax") or "",
    )


def as_dict(flat):
    return {(key if isinstance(key, str) else key.decode()): value for key, value in zip(flat[::2], flat[1::2])}


def text(value):
    return value if isinstance(value, str) else value.decode()


def place(name, spec):
    """A part of a key specification of COMMAND INFO, as the lists write it."""
    spec = {key: value if isinstance(value, int) else text(value) for key, value in as_dict(spec).items()}
    names = {"index": "pos", "keystep": "step"}
    spec = {names.get(key, key): value for key, value in spec.items()}
    return f"{name}:{json.dumps(spec, separators=(',', ':')) if spec else ''}"


def show_key_spec(reply):
    parts = as_dict(reply)
    flags = "|".join(sorted(text(flag).upper() for flag in parts["flags"]))
    begin, find = as_dict(parts["begin_search"]), as_dict(parts["find_keys"])
    return f"{flags} {place(text(begin['type']), begin['spec'])} {place(text(find['type']), find['spec'])}"


def read_server(connection):
    """The commands of a running server, each with a row of the form of the lists."""
    docs = {}

    def add_docs(reply):
        for name, doc in as_dict(reply).items():
            doc = as_dict(doc)
            docs[name.replace("|", " ").upper()] = doc
            add_docs(doc.get("subcommands", []))

    add_docs(connection.run("COMMAND", "DOCS"))
    found = {}

    def add(replies):
        for reply in replies:
            name = text(reply[0]).replace("|", " ").upper()
            doc = docs.get(name, {})
            row = {
                "command": name,
                "group": text(doc.get("group", "")),
                "arity": reply[1],
                "since": text(doc.get("since", "")),
                "flags": ",".join(sorted(map(text, reply[2]))),
                "acl_categories": ",".join(sorted(text(each).lstrip("@") for each in reply[6])),
                "key_specs": " ; ".join(map(show_key_spec, reply[8])),
            }
            found[name] = command_of(row, List("", ""))
            found[name].summary = text(doc.get("summary", ""))
            found[name].row = row
            add(reply[9])

    add(connection.run("COMMAND"))
    return found


def write_list(commands, path, title):
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"# {title}\n" + "\t".join(COLUMNS) + "\n")
        for name in sorted(commands, key=lambda name: (commands[name].group, name)):
            file.write("\t".join(str(commands[name].row[column]) for column in COLUMNS) + "\n")


def version_key(since):
    return [int(part) for part in re.findall(r"\d+", since)]
