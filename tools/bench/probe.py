#!/usr/bin/env python3
"""GETs a random key every half millisecond and notes how long each took, until a line comes in.

Usage: probe.py PORT KEYS WRITES_PER_SECOND

Writes a line when it has begun, and at the end percentiles in ms as JSON. The writes go over a
connection of their own, twenty at a time."""

import gc
import json
import random
import select
import sys
import time

sys.dont_write_bytecode = True
from resp_client import Client, encode

INTERVAL_S = 0.0005
WRITES_AT_ONCE = 20


def write_some(writer, keys):
    writer.send(b"".join(encode("SET", b"key:%012d" % random.randrange(keys), b"written!")
                         for _ in range(WRITES_AT_ONCE)))


def drain(writer):
    writer.socket.setblocking(False)
    try:
        while writer.socket.recv(1 << 16):
            pass
    except BlockingIOError:
        pass
    writer.socket.setblocking(True)


def percentile(ordered, percent):
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000 if ordered else 0


def main():
    port, keys, writes_per_s = (int(word) for word in sys.argv[1:4])
    reader, writer = Client(port), Client(port)
    gc.disable()
    print("started", flush=True)
    took = []
    begin = time.perf_counter()
    written = 0
    while not select.select([sys.stdin], [], [], INTERVAL_S)[0]:
        request = encode("GET", b"key:%012d" % random.randrange(keys))
        start = time.perf_counter()
        reader.send(request)
        reader.read()
        now = time.perf_counter()
        took.append(now - start)
        if writes_per_s and written < (now - begin) * writes_per_s:
            drain(writer)
            write_some(writer, keys)
            written += WRITES_AT_ONCE
    took.sort()
    figures = {f"p{percent}_ms": percentile(took, percent) for percent in (50, 99, 99.9, 99.99)}
    print(json.dumps({**figures, "max_ms": percentile(took, 100), "count": len(took)}))


if __name__ == "__main__":
    main()
