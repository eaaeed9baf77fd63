#!/usr/bin/env python3
"""Sends the same random commands to two servers and tells where their replies differ.

Usage: tools/differential.py --a 127.0.0.1:6379 --b 127.0.0.1:6380 [--count 20000] [--seed 1]
                             [--families strings,keys] [--max-differences 5] [--no-flush]
                             [--events KEA]

Both servers are emptied first, unless --no-flush is given. A run is repeated exactly by its seed.
Every reply is compared, with --events also every keyspace event of these classes, and at the end the
whole keyspace. Left out are the events `expired`, which comes when it comes, and `xgroup-createconsumer`,
which comes earlier since Redis 7.2. A difference is shown with the commands before it that named the same
keys. Exit status: 0 without a difference, 1 with one."""

import argparse
import random
import re
import socket
import sys
from dataclasses import dataclass, field

from differential_commands import DATABASES, FAMILIES, GENERATORS, make_value

SESSIONS = 3

# ------------------------------------------------------------------------------ How it is expanded

TOKEN = re.compile(r"[\[\]()<>|]|\{\w+\}|[^\s\[\]()<>|{}]+")
CLOSING = {"[": "]", "(": ")", "<": ">"}


def parse(tokens, closing=None):
    """Alternatives, each a list of tokens and (bracket, alternatives)."""
    alternatives = [[]]
    while tokens:
        token = tokens.pop(0)
        if token == closing:
            break
        if token == "|":
            alternatives.append([])
        elif token in CLOSING:
            alternatives[-1].append((token, parse(tokens, CLOSING[token])))
        else:
            alternatives[-1].append(token)
    return alternatives


def expand(sequence, rng, out):
    for item in sequence:
        if isinstance(item, tuple):
            bracket, alternatives = item
            times = {"[": rng.randrange(2), "(": 1, "<": rng.randrange(1, 4)}[bracket]
            for _ in range(times):
                expand(rng.choice(alternatives), rng, out)
        else:
            made = GENERATORS[item[1:-1]](rng) if item.startswith("{") else item
            out.append(made if isinstance(made, bytes) else made.encode())


def mutate(command, rng):
    """Most commands stay as they are; a few lose or gain an argument or change case."""
    chance = rng.random()
    if chance < 0.02 and len(command) > 1:
        command.pop(rng.randrange(1, len(command)))
    elif chance < 0.04:
        command.insert(rng.randrange(1, len(command) + 1), make_value(rng))
    elif chance < 0.08:
        command[0] = command[0].swapcase()
    return command


# ------------------------------------------------------------------------------------- The servers


class Failure(str):
    """An error reply."""


class Status(str):
    """A status reply."""


class Connection:
    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def send(self, command):
        parts = [b"*%d\r\n" % len(command)]
        parts += [b"$%d\r\n%s\r\n" % (len(argument), argument) for argument in command]
        self.socket.sendall(b"".join(parts))

    def read(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("the server closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return Status(rest.decode("latin-1"))
        if kind == b"-":
            return Failure(rest.decode("latin-1"))
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return None if rest == b"-1" else [self.read() for _ in range(int(rest))]
        raise ConnectionError(f"unexpected reply {line!r}")

    def run(self, *command):
        self.send([part if isinstance(part, bytes) else str(part).encode() for part in command])
        return self.read()


# ------------------------------------------------------------------------------- How replies compare


def same_exact(a, b):
    return type(a) is type(b) and a == b


def same_near(a, b):
    """Times: a server may be a little later than the other."""
    return same_exact(a, b) or (isinstance(a, int) and isinstance(b, int) and min(a, b) >= 0 and abs(a - b) <= 2000)


def same_unordered(a, b):
    # Without its count, by mutation, a command replies one element at random.
    if isinstance(a, bytes) and isinstance(b, bytes):
        return True
    return same_exact(a, b) or (isinstance(a, list) and isinstance(b, list) and sorted(a) == sorted(b))


def as_pairs(flat):
    return sorted(zip(flat[::2], flat[1::2]))


def same_pairs(a, b):
    if isinstance(a, bytes) and isinstance(b, bytes):
        return True
    return same_exact(a, b) or (isinstance(a, list) and isinstance(b, list) and as_pairs(a) == as_pairs(b))


def same_scan_pairs(a, b):
    if isinstance(a, list) and isinstance(b, list):
        return a[0] == b[0] and same_pairs(a[1], b[1])
    return same_exact(a, b)


def same_scan(a, b):
    """An exception: redis-server 7.0 finds nothing of a type that does not exist, later ones refuse."""
    if any(isinstance(reply, Failure) and reply.startswith("ERR unknown type name") for reply in (a, b)):
        return True
    if isinstance(a, list) and isinstance(b, list):
        return a[0] == b[0] and same_unordered(a[1], b[1])
    return same_exact(a, b)


def same_presence(a, b):
    return same_exact(a, b) or (type(a) is type(b) and not isinstance(a, Failure))


def encoding_comparer(families):
    """Of keys of one family. Beside others, a key may hold a type of theirs, whose encodings redis-server
    7.0 chooses differently: it has no packed sets and lists."""
    return same_exact if len(families) == 1 else same_presence


def same_pending(a, b):
    """Id, consumer, idle time, deliveries."""
    if not isinstance(a, list) or not isinstance(b, list) or len(a) != len(b):
        return same_exact(a, b)
    return all(x[:2] + x[3:] == y[:2] + y[3:] and same_near(x[2], y[2]) for x, y in zip(a, b))


def timeless(reply):
    """What XINFO tells without what redis-server 7.0 does not have, times, and figures whose rules were
    corrected since: how much a group has read and has still to read, where entries are missing."""
    if not isinstance(reply, list):
        return reply
    unequal = (b"lag", b"entries-read", b"seen-time", b"active-time", b"idle", b"inactive")
    # redis-server keeps nodes of which a trim has left nothing but deleted entries.
    unequal += (b"radix-tree-keys", b"radix-tree-nodes")
    kept = []
    items = iter(reply)
    for item in items:
        if is_idle_consumer(item):
            continue
        if item in unequal:
            next(items)
        elif item == b"consumers":
            following = next(items)
            kept.append(timeless(following) if isinstance(following, list) else "a number")
        elif isinstance(item, int) and item > 10**11:
            kept.append("a time")
        else:
            kept.append(timeless(item))
    return kept


def is_idle_consumer(item):
    """An exception: redis-server 7.0 has a consumer from its first entry on, later ones from its first
    request on. Such a one is left out."""
    if not isinstance(item, list) or item[:1] != [b"name"] or b"last-delivered-id" in item:
        return False
    return any(item[i] in (b"pending", b"pel-count") and item[i + 1] == 0 for i in range(0, len(item), 2))


def same_stream_facts(a, b):
    return same_exact(timeless(a), timeless(b))


def same_consumer(a, b):
    """Whether a consumer is new: see is_idle_consumer."""
    return same_exact(a, b) or (isinstance(a, int) and isinstance(b, int))


def same_read(a, b):
    """An exception: later versions name the command where ids are missing."""
    missing = all(isinstance(reply, Failure) and reply.startswith("ERR Unbalanced") for reply in (a, b))
    return missing or same_exact(a, b)


def same_bits(a, b):
    """An exception: redis-server 7.0 looks at the key before it looks at what stands behind it, and does
    not take a start without an end."""
    refused = (Failure("ERR syntax error"), Failure("ERR value is not an integer or out of range"))
    return a in refused or b in refused or same_exact(a, b)


def signless(reply):
    """An exception: redis-server keeps the sign of a zero score in one form of a sorted set and loses
    it in the other; Kvasir has one zero in both."""
    if isinstance(reply, list):
        return [signless(item) for item in reply]
    return b"0" if reply == b"-0" else reply


def same_sort(a, b):
    """An exception: after a number out of range, redis-server takes every text for one (it looks at an
    errno that it did not clear)."""
    refused = Failure("ERR One or more scores can't be converted into double")
    return refused in (a, b) or same_exact(a, b)


COMPARERS = {
    "sort": same_sort,
    "exact": same_exact,
    "near": same_near,
    "unordered": same_unordered,
    "pairs": same_pairs,
    "scan_pairs": same_scan_pairs,
    "scan": same_scan,
    "presence": same_presence,
    "pending": same_pending,
    "stream_facts": same_stream_facts,
    "consumer": same_consumer,
    "read": same_read,
    "bits": same_bits,
}

# How to read a whole value of a type, to compare keyspaces.
READERS = {
    "string": (["GET"], same_exact),
    "list": (["LRANGE", 0, -1], same_exact),
    "set": (["SMEMBERS"], same_unordered),
    "zset": (["ZRANGE", 0, -1, "WITHSCORES"], same_exact),
    "hash": (["HGETALL"], same_pairs),
    "stream": (["XRANGE", "-", "+"], same_exact),
}

# ------------------------------------------------------------------------------------------ The run


@dataclass
class Pair:
    """One session on each server, and what it has queued."""

    a: Connection
    b: Connection
    queued: list = field(default_factory=list)

    def run(self, *command):
        return self.a.run(*command), self.b.run(*command)


class Events:
    """The keyspace events of one server, command by command."""

    MARK = b"__keymark__"

    def __init__(self, address, classes):
        self.control, self.listener = Connection(address), Connection(address)
        self.control.run("CONFIG", "SET", "notify-keyspace-events", classes)
        self.listener.run("PSUBSCRIBE", "__key*")

    def take(self):
        """What came since the last call."""
        self.control.run("PUBLISH", self.MARK, "")
        events = []
        while (message := self.listener.read())[2] != self.MARK:
            # See is_idle_consumer for the second.
            happened = (message[3], message[2].rpartition(b":")[2])
            if b"expired" not in happened and b"xgroup-createconsumer" not in happened:
                events.append(message[2] + b" " + message[3])
        return events


class Run:
    def __init__(self, options):
        self.rng = random.Random(options.seed)
        self.pairs = [Pair(Connection(options.a), Connection(options.b)) for _ in range(SESSIONS)]
        self.templates = self.known_templates(options.families)
        self.comparers = {**COMPARERS, "encoding": encoding_comparer(options.families)}
        self.max_differences = options.max_differences
        self.history = []
        self.differences = 0
        self.signed_zeros = False  # some sorted set has one, which DEBUG DIGEST shows
        self.events = options.events and [Events(at, options.events) for at in (options.a, options.b)]

    def known_templates(self, families):
        chosen = []
        for family in families:
            for template in FAMILIES[family]:
                names = [template.text.split()[0].strip("("), template.needs or "get"]
                unknown = [name for name in names if not all(self.knows(name))]
                if unknown == ["NOSUCHCOMMAND"] or not unknown:
                    tree = parse(TOKEN.findall(template.text))[0]
                    chosen.append((template, tree))
                else:
                    print(f"skipped, not in both servers: {template.text}")
        return chosen

    def knows(self, name):
        for connection in (self.pairs[0].a, self.pairs[0].b):
            reply = connection.run(name)  # an arity error, or a harmless effect before the flush
            yield not (isinstance(reply, Failure) and reply.startswith("ERR unknown command"))
            connection.run("DISCARD")

    def step(self, number):
        session = self.rng.choices(range(SESSIONS), [6] + [1] * (SESSIONS - 1))[0]
        pair = self.pairs[session]
        weights = [template.weight for template, _ in self.templates]
        template, tree = self.rng.choices(self.templates, weights)[0]
        command = []
        expand(tree, self.rng, command)
        if not template.fixed:
            command = mutate(command, self.rng)
        a, b = pair.run(*command)
        self.history.append((number, session, command))
        if not self.agree(pair, template.compare, command, a, b):
            self.report(f"command {number}, session {session}: {show(command)}", a, b, command[1:])
        if self.events:
            a, b = (events.take() for events in self.events)
            if a != b:
                self.report(f"events of command {number}: {show(command)}", a, b, command[1:])

    def agree(self, pair, compare, command, a, b):
        if command[0].upper().lstrip(b"B").startswith((b"Z", b"EXEC")):
            a, b = signless(a), signless(b)
        if isinstance(a, Status) and a == b == "QUEUED":
            pair.queued.append(compare)
            return True
        if command[0].upper() not in (b"EXEC", b"DISCARD"):
            return self.comparers[compare](a, b)
        queued, pair.queued = pair.queued, []
        if isinstance(a, list) and isinstance(b, list) and len(a) == len(b) == len(queued):
            return all(self.comparers[how](x, y) for how, x, y in zip(queued, a, b))
        return same_exact(a, b)

    def report(self, what, a, b, names):
        self.differences += 1
        print(f"\nDIFFERENCE at {what}\n  a: {show(a)}\n  b: {show(b)}")
        related = [entry for entry in self.history[:-1] if is_related(entry[2], names)]
        for number, session, command in related[-12:]:
            print(f"    {number} [{session}] {show(command)}")

    def compare_keyspaces(self):
        pair = self.pairs[0]
        for session in self.pairs:
            session.run("DISCARD")
        for database in range(DATABASES):
            pair.run("SELECT", database)
            keys_a, keys_b = pair.run("KEYS", "*")
            if sorted(keys_a) != sorted(keys_b):
                only = [sorted(set(keys_a) - set(keys_b)), sorted(set(keys_b) - set(keys_a))]
                self.report(f"the end: keys of database {database} only in", only[0], only[1], only[0] + only[1])
            for key in sorted(set(keys_a) & set(keys_b)):
                self.compare_key(pair, database, key)
        if self.signed_zeros:
            return
        digests = pair.run("DEBUG", "DIGEST")
        if not any(isinstance(digest, Failure) for digest in digests) and digests[0] != digests[1]:
            self.report("the end: DEBUG DIGEST", digests[0], digests[1], [])

    def compare_key(self, pair, database, key):
        where = f"the end: database {database}, {show([key])}"
        types = pair.run("TYPE", key)
        deadlines = pair.run("PEXPIRETIME", key)
        if types[0] != types[1]:
            self.report(f"{where}: TYPE", types[0], types[1], [key])
            return
        if not same_near(deadlines[0], deadlines[1]):
            self.report(f"{where}: PEXPIRETIME", deadlines[0], deadlines[1], [key])
        command, same = READERS[types[0]]
        values = pair.run(command[0], key, *command[1:])
        self.signed_zeros |= types[0] == "zset" and signless(values[0]) != values[0]
        if not same(*map(signless, values)):
            self.report(f"{where}: value", values[0], values[1], [key])

    def run(self, count, flush):
        if flush:
            self.pairs[0].run("FLUSHALL")
        for number in range(count):
            self.step(number)
            if self.differences >= self.max_differences:
                print("\nstopped: too many differences")
                return
        self.compare_keyspaces()


def is_related(command, names):
    return command[0].upper() in (b"FLUSHALL", b"FLUSHDB", b"SWAPDB") or bool(set(command[1:]) & set(names))


def show(thing, limit=100):
    if isinstance(thing, list):
        return " ".join(show(item) for item in thing[:40]) or "(empty)"
    if isinstance(thing, bytes):
        text = thing.decode("latin-1")
        quoted = text if re.fullmatch(r"[!-~]+", text) else repr(text)
        return quoted if len(quoted) <= limit else f"{quoted[:limit]}... ({len(thing)} bytes)"
    if isinstance(thing, Failure):
        return f"(error) {thing}"
    return "(nil)" if thing is None else str(thing)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--a", required=True, metavar="HOST:PORT")
    parser.add_argument("--b", required=True, metavar="HOST:PORT")
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--families", type=lambda text: text.split(","), default=list(FAMILIES))
    parser.add_argument("--events", metavar="CLASSES", help="compare keyspace events, as KEA")
    parser.add_argument("--no-flush", action="store_true", help="with --count 0: only compare what is there")
    parser.add_argument("--max-differences", type=int, default=5)
    options = parser.parse_args()
    run = Run(options)
    run.run(options.count, not options.no_flush)
    print(f"{len(run.history)} commands, seed {options.seed}: {run.differences} differences")
    return run.differences != 0


if __name__ == "__main__":
    sys.exit(main())
