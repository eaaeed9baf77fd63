#!/usr/bin/env python3
"""Makes one of the files beside this script: starts a redis-server (or valkey-server) of any
version, fills it with all types and forms that it knows, and lets it save.

Usage: make_rdb.py SERVER OUTPUT.rdb
Prints the server's version and the digest that it says of the data (DEBUG DIGEST)."""
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def run(self, *words):
        """The reply; None for an error."""
        parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        request = b"*%d\r\n" % len(parts)
        request += b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        self.socket.sendall(request)
        return self.reply()

    def reply(self):
        line = self.file.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"-":
            return None
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        return rest


def texts(run):
    run("SET", "text", "value")
    run("SET", "empty", "")
    run("SET", b"bin\0ary", b"\0\xff\r\n")
    for number in ("0", "127", "-128", "32767", "-32769", "2147483647", "2147483648",
                   "-9223372036854775808", "007"):
        run("SET", "number:" + number, number)
    run("SET", "compressed", "abcdefgh" * 200)
    run("SET", "volatile", "v")
    run("PEXPIREAT", "volatile", "4000000000123")
    run("SELECT", 9)
    run("SET", "text", "in another database")
    run("EXPIREAT", "text", "2000000000")
    run("SELECT", 0)


def collections(run, name, count):
    """The same collections; their size decides the form."""
    for i in range(count):
        text = "element %d of this collection" % i
        run("RPUSH", "list:" + name, text, i, i * -70000, "")
        run("SADD", "integers16:" + name, i)
        run("SADD", "integers32:" + name, i * 70000)
        run("SADD", "integers64:" + name, i * 5000000000)
        run("SADD", "set:" + name, text, i)
        run("HSET", "hash:" + name, text, i * 300)
        run("HSET", "hash:" + name, i, "v" * i)
        run("ZADD", "zset:" + name, i * 0.5 - 3, text)
    run("ZADD", "zset:" + name, "-inf", "first")
    run("ZADD", "zset:" + name, "inf", "last")
    run("ZADD", "zset:" + name, "3.0000000000000004", "odd")
    run("PEXPIREAT", "zset:" + name, "4000000000789")


def streams(run):
    if run("XADD", "stream", "1-1", "field", "value", "number", 17) is None:
        return
    for i in range(2, 120):
        run("XADD", "stream", "%d-%d" % (i, i % 3), "field", "value %d" % i, "other", i)
    run("XDEL", "stream", "1-1", "60-0")
    run("XGROUP", "CREATE", "stream", "group", "5-0")
    run("XREADGROUP", "GROUP", "group", "reader", "COUNT", 7, "STREAMS", "stream", ">")
    run("XREADGROUP", "GROUP", "group", "other", "COUNT", 5, "STREAMS", "stream", ">")
    run("XACK", "stream", "group", "7-1")
    run("XDEL", "stream", "9-0")
    run("XGROUP", "CREATE", "stream", "idle", "$")
    run("XGROUP", "CREATE", "stream:empty", "group", "$", "MKSTREAM")


def field_deadlines(run):
    for name in ("small", "large"):
        if run("HPEXPIREAT", "hash:" + name, "4000000000555", "FIELDS", 2, "0", "1") is None:
            return


def fill(run):
    for setting in ("hash-max-ziplist-entries", "list-max-ziplist-entries",
                    "zset-max-ziplist-entries", "set-max-intset-entries"):
        run("CONFIG", "SET", setting, 16)
    run("CONFIG", "SET", "set-max-listpack-entries", 16)
    run("CONFIG", "SET", "list-max-ziplist-size", 16)
    run("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu")
    texts(run)
    collections(run, "small", 4)
    collections(run, "large", 40)
    streams(run)
    field_deadlines(run)
    run("FUNCTION", "LOAD",
        "#!lua name=lib\nredis.register_function('seven', function() return 7 end)")


def major_version(server):
    text = subprocess.run([server, "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"(?:v=|version )(\d+)", text).group(1))


def main():
    server, output = os.path.abspath(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "s")
        config = os.path.join(directory, "conf")
        with open(config, "w", encoding="ascii") as out:
            out.write("port 0\nunixsocket %s\ndir %s\n" % (path, directory))
            # Known only to those that need it; others do not start with it.
            if major_version(server) >= 7:
                out.write("enable-debug-command yes\n")
        process = subprocess.Popen([server, config], stdout=subprocess.DEVNULL)
        try:
            while not os.path.exists(path):
                time.sleep(0.02)
            client = Client(path)
            fill(client.run)
            info = client.run("INFO").decode()
            version = [line for line in info.splitlines()
                       if line.startswith(("redis_version", "valkey_version"))][-1]
            digest = client.run("DEBUG", "DIGEST").decode()
            client.run("SAVE")
            print(version.split(":")[1], digest, client.run("DBSIZE").decode())
            shutil.copyfile(os.path.join(directory, "dump.rdb"), output)
        finally:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
