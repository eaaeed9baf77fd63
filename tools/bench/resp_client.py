"""A connection that speaks RESP2: single commands, and pipelines whose replies are one line each."""

import socket

GROUP = 512


def encode(*words):
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


class ServerError(Exception):
    """The server replied with an error."""


class Client:
    def __init__(self, port, timeout=600):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb", 1 << 20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, encoded):
        self.socket.sendall(encoded)

    def run(self, *words):
        """The reply as bytes, int, None or a list; an error reply raises."""
        self.send(encode(*words))
        return self.read()

    def read(self):
        line = self.file.readline()
        if not line:
            raise OSError("the server closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise ServerError(rest.decode())
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        size = int(rest)
        if size < 0:
            return None
        if kind == b"$":
            return self.file.read(size + 2)[:-2]
        return [self.read() for _ in range(size)]

    def fill(self, encoded_commands):
        """Sends commands that reply with a line each (or one bulk string), many at a time."""
        group = []
        for command in encoded_commands:
            group.append(command)
            if len(group) == GROUP:
                self.flush(group)
        self.flush(group)

    def flush(self, group):
        self.send(b"".join(group))
        for _ in range(len(group)):
            self.read()
        group.clear()

    def info(self, section):
        """The lines of an INFO section by name."""
        text = self.run("INFO", section).decode()
        return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)


def fill_keys(port, first, last, value_bytes, options=()):
    """SETs the keys that redis-benchmark uses, in order. Replies are not looked at one by one."""
    tail = b"".join(b"$%d\r\n%s\r\n" % (len(option), option) for option in options)
    head = b"*%d\r\n$3\r\nSET\r\n$16\r\nkey:" % (3 + len(options))
    body = b"\r\n$%d\r\n" % value_bytes + b"v" * value_bytes + b"\r\n" + tail
    with Client(port) as client:
        for at in range(first, last, GROUP):
            count = min(GROUP, last - at)
            client.send(b"".join([b"%s%012d%s" % (head, key, body) for key in range(at, at + count)]))
            replies = client.file.read(5 * count)
            if replies != b"+OK\r\n" * count:
                raise ServerError(replies[:100].decode(errors="replace"))
