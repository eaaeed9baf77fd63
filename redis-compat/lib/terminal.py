"""A program at a terminal of its own, as a person would use it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

# What a terminal is told about colours and the cursor.
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


class Terminal:
    def __init__(self, *command, columns=160):
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            environment = {**os.environ, "TERM": "xterm-256color", "HOME": "/nonexistent"}
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        self.seen = ""

    def type(self, text):
        os.write(self.file, text.encode())

    def expect(self, pattern, seconds=10):
        """Waits until something is shown, and gives all from where the last one ended to its end."""
        end = time.monotonic() + seconds
        while not (match := re.search(pattern, self.seen)):
            if not select.select([self.file], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"no {pattern!r} in {self.seen[-400:]!r}")
            try:
                self.seen += ESCAPES.sub("", os.read(self.file, 65536).decode(errors="replace"))
            except OSError:
                raise AssertionError(f"it ended, no {pattern!r} in {self.seen[-400:]!r}") from None
        shown, self.seen = self.seen[: match.end()], self.seen[match.end() :]
        return shown

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
