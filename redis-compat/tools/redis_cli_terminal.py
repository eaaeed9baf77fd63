#!/usr/bin/env python3
"""redis-cli at a terminal: prompts, hints and help from COMMAND DOCS, completion, MULTI, subscribed
and monitor mode, and the modes that draw."""

import re
import subprocess
import time

from checks import HOST, PORT, check, equal, finish
from terminal import Terminal

CLI = ("redis-cli", "-h", HOST, "-p", str(PORT))
PROMPT = rf"{HOST}:{PORT}> $"


def cli(*words):
    return subprocess.run([*CLI, *words], capture_output=True, text=True, check=True).stdout.strip()


def opened(*options):
    terminal = Terminal(*CLI, *options)
    terminal.expect(PROMPT)
    return terminal


def holds(text, *parts):
    for part in parts:
        if part not in text:
            raise AssertionError(f"no {part!r} in {text!r:.600}")


def check_session():
    with opened() as terminal:
        terminal.type("SET greeting 'hello world'\r")
        holds(terminal.expect(PROMPT), "OK")
        terminal.type("GET greeting\r")
        holds(terminal.expect(PROMPT), '"hello world"')
        terminal.type("LPUSH greeting x\r")
        holds(terminal.expect(PROMPT), "(error) WRONGTYPE Operation against a key")
        terminal.type("DEL l\r")
        terminal.expect(PROMPT)
        terminal.type("RPUSH l a b\r")
        holds(terminal.expect(PROMPT), "(integer) 2")
        terminal.type("3 LLEN l\r")
        equal("repeated", terminal.expect(PROMPT).count("(integer) 2"), 3)


def check_prompts():
    with opened() as terminal:
        terminal.type("SELECT 3\r")
        terminal.expect(rf"{HOST}:{PORT}\[3\]> $")
        terminal.type("MULTI\r")
        terminal.expect(rf"{HOST}:{PORT}\[3\]\(TX\)> $")
        terminal.type("SET in transaction\r")
        holds(terminal.expect(r"\(TX\)> $"), "QUEUED")
        terminal.type("EXEC\r")
        holds(terminal.expect(r"\[3\]> $"), "1) OK")


def check_resp3():
    with opened("-3") as terminal:
        terminal.type("HELLO 3\r")
        holds(terminal.expect(PROMPT), '# "proto" => (integer) 3', '"mode" => "standalone"')
        terminal.type("CLIENT TRACKING on\r")
        terminal.expect(PROMPT)
        terminal.type("GET tracked\r")
        terminal.expect(PROMPT)
        cli("SET", "tracked", "x")
        terminal.type("PING\r")
        holds(terminal.expect(PROMPT), "-> invalidate: 'tracked'")


def check_hints():
    """Behind what was typed stands what may follow, and it shrinks as one types on."""
    with opened() as terminal:
        terminal.type("SETRANGE ")
        terminal.expect("key offset value")
        terminal.type("k ")
        terminal.expect("offset value")
        terminal.type("5 x\r")
        holds(terminal.expect(PROMPT), "(integer) 6")
        terminal.type("ZADD k ")
        terminal.expect(r"\[NX\|XX\] \[GT\|LT\] \[CH\] \[INCR\] score member \[score member ...\]")
        terminal.type("\x03")


def check_help():
    with opened() as terminal:
        terminal.type("HELP LPOS\r")
        shown = terminal.expect(PROMPT)
        holds(shown, "LPOS key element [RANK rank] [COUNT num-matches] [MAXLEN len]", "since: 6.0.6", "group: list")
        terminal.type("HELP CONFIG GET\r")
        holds(terminal.expect(PROMPT), "CONFIG GET parameter [parameter ...]", "group: server")
        terminal.type("HELP @hash\r")
        holds(terminal.expect(PROMPT), "HINCRBYFLOAT key field increment", "HSTRLEN key field")


def check_completion():
    with opened() as terminal:
        terminal.type("hincrbyf\t")
        terminal.expect("HINCRBYFLOAT")
        terminal.type(" numbers f 1.5\r")
        holds(terminal.expect(PROMPT), '"1.5"')


def check_subscribed():
    with opened() as terminal:
        terminal.type("SUBSCRIBE news\r")
        holds(terminal.expect(r"3\) \(integer\) 1"), '1) "subscribe"', '2) "news"')
        equal("receivers", cli("PUBLISH", "news", "hello"), "1")
        holds(terminal.expect(r'3\) "hello"'), '1) "message"')


def check_monitor():
    with opened() as terminal:
        terminal.type("MONITOR\r")
        terminal.expect("OK")
        cli("SET", "watched", "closely")
        terminal.expect(r'\[0 127\.0\.0\.1:\d+\] "SET" "watched" "closely"')


def check_drawing():
    with Terminal(*CLI, "--latency") as terminal:
        terminal.expect(r"min: [\d.]+, max: [\d.]+, avg: [\d.]+ \(\d\d+ samples\)")
    with Terminal(*CLI, "--latency-history", "-i", "1") as terminal:
        terminal.expect(r"\(\d+ samples\) -- [\d.]+ seconds range")
    with Terminal(*CLI, "--latency-dist", "-i", "1") as terminal:
        terminal.expect(r"From 0 to 100%: \d+ samples|\.01 \.125")
    with Terminal(*CLI, "--bigkeys") as terminal:
        terminal.expect(r"-------- summary -------")


def check_lost():
    """A connection that is closed is made anew at the next command."""
    with opened() as terminal:
        terminal.type("CLIENT ID\r")
        number = re.search(r"\(integer\) (\d+)", terminal.expect(PROMPT)).group(1)
        cli("CLIENT", "KILL", "ID", number)
        time.sleep(0.1)
        terminal.type("PING\r")
        terminal.expect(r"Server closed the connection")
        terminal.expect(r"not connected> $")
        terminal.type("GET nothing\r")
        holds(terminal.expect(PROMPT), "(nil)")


check("a session, RESP2", check_session)
check("prompts tell database and transaction, RESP2", check_prompts)
check("-3: maps and pushes, RESP3", check_resp3)
check("hints from COMMAND DOCS, RESP2", check_hints)
check("help from COMMAND DOCS, RESP2", check_help)
check("completion of names, RESP2", check_completion)
check("subscribed mode, RESP2", check_subscribed)
check("MONITOR, RESP2", check_monitor)
check("--latency, --latency-history, --latency-dist and --bigkeys draw, RESP2", check_drawing)
check("reconnect after CLIENT KILL, RESP2", check_lost)
finish("redis-cli-terminal", cli("--version").split()[1])
