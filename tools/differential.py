#!/usr/bin/env python3
"""Sends the same random commands to two servers and tells where their replies differ.

Usage: tools/differential.py --a 127.0.0.1:6379 --b 127.0.0.1:6380 [--count 20000] [--seed 1]
                             [--families strings,keys] [--max-differences 5] [--no-flush]

Both servers are emptied first, unless --no-flush is given. A run is repeated exactly by its seed. Every reply is compared, and
at the end the whole keyspace. A difference is shown with the commands before it that named the same
keys. Exit status: 0 without a difference, 1 with one.

A new family is an entry of FAMILIES. A template is written like the syntax in Redis's
documentation: words stand for themselves, {name} for what GENERATORS makes, [a | b] for one of the
alternatives or nothing, (a | b) for one of them, and <a> for one to three of a."""

import argparse
import random
import re
import socket
import sys
from dataclasses import dataclass, field

DATABASES = 3
SESSIONS = 3
FAR_FUTURE = 4102444800  # 2100-01-01

# ---------------------------------------------------------------------------------- What is sent


@dataclass
class Template:
    text: str
    compare: str = "exact"  # a name of COMPARERS
    weight: int = 10
    needs: str = ""  # a command that both servers have to know besides the template's own


FAMILIES = {
    "strings": [
        Template("SET {key} {value}", weight=40),
        Template("SET {key} {value} [NX | XX] [GET] [EX {ttl} | PX {ttl_ms} | EXAT {future} | KEEPTTL]"),
        Template("SET {key} {value} (EX | PX | EXAT | PXAT) {bad_deadline}"),
        Template("GET {key}", weight=30),
        Template("GETDEL {key}"),
        Template("GETEX {key} [EX {ttl} | PX {ttl_ms} | PXAT {future_ms} | PERSIST]"),
        Template("GETSET {key} {value}"),
        Template("MGET <{key}>"),
        Template("MSET <{key} {value}>"),
        Template("MSETNX <{key} {value}>"),
        Template("SETNX {key} {value}"),
        Template("SETEX {key} {ttl} {value}"),
        Template("PSETEX {key} {ttl_ms} {value}"),
        Template("APPEND {key} {value}"),
        Template("STRLEN {key}"),
        Template("GETRANGE {key} {index} {index}"),
        Template("SUBSTR {key} {index} {index}"),
        Template("SETRANGE {key} {offset} {value}"),
        Template("LCS {key} {key} [LEN | IDX] [MINMATCHLEN {index}] [WITHMATCHLEN]"),
    ],
    "counters": [
        Template("SET {key} {integer}", weight=20),
        Template("SET {key} {float}"),
        Template("INCR {key}"),
        Template("DECR {key}"),
        Template("INCRBY {key} {integer}"),
        Template("DECRBY {key} {integer}"),
        Template("INCRBYFLOAT {key} {float}"),
        Template("INCREX {key} [BYINT {integer} | BYFLOAT {float}] [LBOUND {integer}] [UBOUND {integer}]"
                 " [SATURATE] [EX {ttl} | PERSIST] [ENX]"),
    ],
    "conditionals": [
        Template("SET {key} {value} (IFEQ | IFNE) {value} [GET]", needs="delex"),
        Template("DELEX {key} [(IFEQ | IFNE) {value}]"),
        Template("DELIFEQ {key} {value}"),
        Template("DIGEST {key}"),
        Template("MSETEX 2 {key} {value} {key} {value} [NX | XX] [EX {ttl} | KEEPTTL]"),
        Template("MSETEX {index} <{key} {value}>"),
    ],
    "keys": [
        Template("DEL <{key}>"),
        Template("UNLINK <{key}>"),
        Template("EXISTS <{key}>"),
        Template("TOUCH <{key}>"),
        Template("TYPE {key}"),
        Template("KEYS {pattern}", compare="unordered"),
        Template("SCAN 0 COUNT 100000 [MATCH {pattern}] [TYPE (string | hash)]", compare="scan"),
        Template("RANDOMKEY", compare="presence"),
        Template("DBSIZE"),
        Template("RENAME {key} {key}"),
        Template("RENAMENX {key} {key}"),
        Template("COPY {key} {key} [DB {database}] [REPLACE]"),
        Template("MOVE {key} {database}"),
        Template("OBJECT REFCOUNT {key}", compare="presence"),
        Template("OBJECT (FREQ | IDLETIME | ENCODING) {key}", compare="presence"),
        Template("SELECT {database}", weight=3),
        Template("SWAPDB {database} {database}", weight=2),
        Template("FLUSHDB [ASYNC | SYNC | NOW]", weight=1),
        Template("FLUSHALL [ASYNC | SYNC]", weight=1),
    ],
    "expiry": [
        Template("EXPIRE {key} {ttl} [NX | XX | GT | LT]"),
        Template("PEXPIRE {key} {ttl_ms} [NX | XX] [GT | LT]"),
        Template("EXPIREAT {key} {future} [NX | XX | GT | LT]"),
        Template("PEXPIREAT {key} {future_ms} [NX | XX | GT | LT]"),
        Template("(EXPIRE | PEXPIRE | EXPIREAT | PEXPIREAT) {key} {bad_deadline}"),
        Template("TTL {key}", compare="near"),
        Template("PTTL {key}", compare="near"),
        Template("EXPIRETIME {key}", compare="near"),
        Template("PEXPIRETIME {key}", compare="near"),
        Template("PERSIST {key}"),
    ],
    "sets": [
        Template("SADD {key} <{value}>", weight=40),
        Template("SADD {key} <{integer}>", weight=20),
        Template("SREM {key} <{value}>"),
        Template("SREM {key} <{integer}>"),
        Template("SISMEMBER {key} {value}"),
        Template("SMISMEMBER {key} <{value}>"),
        Template("SCARD {key}"),
        Template("SMEMBERS {key}", compare="unordered"),
        Template("SMOVE {key} {key} {value}"),
        Template("SMOVE {key} {key} {integer}"),
        # No SPOP, which would leave different members behind.
        Template("SRANDMEMBER {key} [{index}]", compare="presence"),
        Template("(SINTER | SUNION | SDIFF) <{key}>", compare="unordered"),
        Template("(SINTERSTORE | SUNIONSTORE | SDIFFSTORE) {key} <{key}>"),
        Template("SINTERCARD 2 {key} {key} [LIMIT {index}]"),
        Template("SINTERCARD {index} <{key}> [LIMIT {index}]"),
        Template("SSCAN {key} 0 COUNT 100000 [MATCH {pattern}]", compare="scan"),
    ],
    "hashes": [
        Template("HSET {key} <{value} {value}>", weight=40),
        Template("HSET {key} <{integer} {integer}>", weight=20),
        Template("HMSET {key} <{value} {value}>"),
        Template("HSETNX {key} {value} {value}"),
        Template("HGET {key} {value}"),
        Template("HMGET {key} <{value}>"),
        Template("HEXISTS {key} {value}"),
        Template("HSTRLEN {key} {value}"),
        Template("HLEN {key}"),
        Template("HDEL {key} <{value}>"),
        Template("HDEL {key} <{integer}>"),
        Template("(HGETALL | HKEYS | HVALS) {key}", compare="unordered"),
        Template("HINCRBY {key} {integer} {integer}"),
        Template("HINCRBY {key} {value} {integer}"),
        Template("HINCRBYFLOAT {key} {integer} {float}"),
        Template("HINCRBYFLOAT {key} {value} {float}"),
        Template("HRANDFIELD {key} [{index} [WITHVALUES]]", compare="presence"),
        Template("HSCAN {key} 0 COUNT 100000 [MATCH {pattern}]", compare="scan"),
    ],
    "field expiry": [
        Template("(HEXPIRE {key} {ttl} | HPEXPIRE {key} {ttl_ms}) [NX | XX | GT | LT] FIELDS 2 {value} {integer}",
                 needs="hsetex"),
        Template("(HEXPIREAT {key} {future} | HPEXPIREAT {key} {future_ms}) FIELDS 1 {value}", needs="hsetex"),
        Template("(HEXPIRE | HPEXPIRE | HEXPIREAT | HPEXPIREAT) {key} {bad_deadline} FIELDS 1 {value}",
                 needs="hsetex"),
        Template("(HEXPIRETIME | HPEXPIRETIME) {key} FIELDS 1 {value}", compare="presence", needs="hsetex"),
        Template("HPERSIST {key} FIELDS 2 {value} {integer}", needs="hsetex"),
        Template("HGETEX {key} [EX {ttl} | PXAT {future_ms} | PERSIST] FIELDS 2 {value} {integer}", needs="hsetex"),
        Template("HGETDEL {key} FIELDS 2 {value} {integer}", needs="hsetex"),
        Template("HSETEX {key} [FNX | FXX] [EX {ttl} | PXAT {future_ms} | KEEPTTL] FIELDS 1 {value} {value}",
                 needs="hsetex"),
    ],
    "transactions": [
        Template("MULTI", weight=15),
        Template("EXEC", weight=20),
        Template("DISCARD", weight=3),
        Template("WATCH <{key}>"),
        Template("UNWATCH", weight=3),
        Template("NOSUCHCOMMAND {value}", weight=1),
    ],
}

KEYS = [b"k%d" % i for i in range(8)] + [b"", b"bin\x00\xff\r\n", b"a-longer-key-" * 8]
INTEGERS = [0, 1, -1, 7, -7, 100, 2**63 - 1, -(2**63), 2**63 - 2, 2**31, 2**63, -(2**63) - 1]
ODD_NUMBERS = ["", "abc", "01", "+1", " 1", "1 ", "-0", "1.5", "1e3", "0x10", "99999999999999999999999"]
FLOATS = ["0", "1.5", "-1.5", "0.1", "-0.1", "3.0", "1e5", "1e-5", "1e300", "-1e300", "5e-324", "inf", "-inf",
          "+inf", "nan", "infinity", "0x1p3", "1e5000", "123456789.123456789"]
PATTERNS = ["*", "k*", "k[0-3]", "k?", "[^k]*", "k\\1", "", "k[", "*a*-*", "bin*"]


def make_value(rng):
    kind = rng.randrange(8)
    if kind == 0:
        return b""
    if kind == 1:
        return str(rng.choice(INTEGERS)).encode()
    if kind == 2:
        return rng.choice(ODD_NUMBERS + FLOATS).encode()
    if kind == 3:
        return rng.randbytes(rng.randrange(1, 30))
    if kind == 4:
        return b"abcdefg"[: rng.randrange(8)] * rng.choice([1, 10, 200, 1000])
    return b"v%d" % rng.randrange(5)


def make_number(rng, usual):
    """Now and then something that is no number, or hardly one."""
    if rng.random() < 0.05:
        return rng.choice(ODD_NUMBERS + [str(number) for number in INTEGERS])
    return str(usual)


GENERATORS = {
    "key": lambda rng: rng.choice(KEYS),
    "value": make_value,
    "integer": lambda rng: make_number(rng, rng.choice(INTEGERS)),
    "float": lambda rng: rng.choice(FLOATS) if rng.random() < 0.8 else make_number(rng, rng.random() * 1000),
    "index": lambda rng: make_number(rng, rng.randrange(-20, 20)),
    "offset": lambda rng: make_number(rng, rng.choice([0, 1, 5, 44, 300, 1100, 70000, -1, 536870912])),
    "pattern": lambda rng: rng.choice(PATTERNS),
    "database": lambda rng: str(rng.randrange(DATABASES)) if rng.random() < 0.95 else rng.choice(["16", "-1", "x"]),
    # Deadlines are far apart, so that a few milliseconds between the servers change no comparison.
    "ttl": lambda rng: str(rng.randrange(100, 10000) * 1000),
    "ttl_ms": lambda rng: str(rng.randrange(100, 10000) * 1000000),
    "future": lambda rng: str(FAR_FUTURE + rng.randrange(100)),
    "future_ms": lambda rng: str(FAR_FUTURE * 1000 + rng.randrange(100000)),
    # None of these lies so near that it could pass during the run.
    "bad_deadline": lambda rng: rng.choice(ODD_NUMBERS + [str(n) for n in (0, -1, 2**63 - 1, -(2**63), 2**62)]),
}

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
    return same_exact(a, b) or (isinstance(a, list) and isinstance(b, list) and sorted(a) == sorted(b))


def same_scan(a, b):
    if isinstance(a, list) and isinstance(b, list):
        return a[0] == b[0] and same_unordered(a[1], b[1])
    return same_exact(a, b)


def same_presence(a, b):
    return same_exact(a, b) or (type(a) is type(b) and not isinstance(a, Failure))


COMPARERS = {
    "exact": same_exact,
    "near": same_near,
    "unordered": same_unordered,
    "scan": same_scan,
    "presence": same_presence,
}

# How to read a whole value of a type, to compare keyspaces.
READERS = {
    "string": (["GET"], same_exact),
    "list": (["LRANGE", 0, -1], same_exact),
    "set": (["SMEMBERS"], same_unordered),
    "zset": (["ZRANGE", 0, -1, "WITHSCORES"], same_exact),
    "hash": (["HGETALL"], lambda a, b: sorted(zip(a[::2], a[1::2])) == sorted(zip(b[::2], b[1::2]))),
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


class Run:
    def __init__(self, options):
        self.rng = random.Random(options.seed)
        self.pairs = [Pair(Connection(options.a), Connection(options.b)) for _ in range(SESSIONS)]
        self.templates = self.known_templates(options.families)
        self.max_differences = options.max_differences
        self.history = []
        self.differences = 0

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
        command = mutate(command, self.rng)
        a, b = pair.run(*command)
        self.history.append((number, session, command))
        if not self.agree(pair, template.compare, command, a, b):
            self.report(f"command {number}, session {session}: {show(command)}", a, b, command[1:])

    def agree(self, pair, compare, command, a, b):
        if isinstance(a, Status) and a == b == "QUEUED":
            pair.queued.append(compare)
            return True
        if command[0].upper() not in (b"EXEC", b"DISCARD"):
            return COMPARERS[compare](a, b)
        queued, pair.queued = pair.queued, []
        if isinstance(a, list) and isinstance(b, list) and len(a) == len(b) == len(queued):
            return all(COMPARERS[how](x, y) for how, x, y in zip(queued, a, b))
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
        if not same(values[0], values[1]):
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
    parser.add_argument("--no-flush", action="store_true", help="with --count 0: only compare what is there")
    parser.add_argument("--max-differences", type=int, default=5)
    options = parser.parse_args()
    run = Run(options)
    run.run(options.count, not options.no_flush)
    print(f"{len(run.history)} commands, seed {options.seed}: {run.differences} differences")
    return run.differences != 0


if __name__ == "__main__":
    sys.exit(main())
