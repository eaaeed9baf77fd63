"""The server under test: one of our own, which is started again whenever a program kills it, or
somebody else's."""

import os
import socket
import subprocess
import tempfile
import threading
import time


WAIT_S_MAX = 60


class Unusable(Exception):
    """Why there is no server to test."""


class Server:
    def __init__(self, host, port):
        self.host = host
        self.port = port
        self.is_ours = False

    def request(self, *words):
        """Sends it and gives the first line of the reply."""
        with socket.create_connection((self.host, self.port), timeout=10) as connection:
            connection.sendall(" ".join(words).encode() + b"\r\n")
            return connection.makefile("rb").readline().decode().rstrip()

    def answers(self):
        try:
            return self.request("PING") == "+PONG"
        except OSError:
            return False

    def wait(self):
        """Waits until it answers, and gives whether it does."""
        end = time.monotonic() + WAIT_S_MAX
        while not self.answers() and time.monotonic() < end:
            time.sleep(0.05)
        return self.answers()

    def close(self):
        """Gives it back as empty as it was."""
        self.request("FLUSHALL")


def find_server(address):
    host, _, port = address.rpartition(":")
    server = Server(host, int(port))
    if not server.answers():
        raise Unusable(f"no server answers at {address}")
    # Programs empty the server before they begin; nobody's data may be lost by that.
    if server.request("DBSIZE") != ":0":
        raise Unusable(f"the server at {address} holds keys; give an empty one")
    return server


class OwnServer(Server):
    """Runs `binary` on a free port until it is closed."""

    def __init__(self, binary):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        super().__init__("127.0.0.1", port)
        self.is_ours = True
        self.binary = os.path.abspath(binary)
        self.directory = tempfile.TemporaryDirectory()
        self.running = True
        self.child = None
        self.keeper = threading.Thread(target=self.keep)
        self.keeper.start()
        if not self.wait():
            log = self.log()
            self.close()
            raise Unusable(f"{binary} does not start:\n{log}")

    def log(self):
        with open(os.path.join(self.directory.name, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def keep(self):
        data = os.path.join(self.directory.name, "data")
        os.mkdir(data)
        words = ["--bind", self.host, "--port", str(self.port), "--dir", data, "--appendonly", "yes"]
        with open(os.path.join(self.directory.name, "log"), "w", encoding="utf-8") as log:
            while self.running:
                # A group of its own: whoever interrupts the run does not interrupt the server.
                self.child = subprocess.Popen(
                    [self.binary, *words], stdout=log, stderr=log, start_new_session=True
                )
                self.child.wait()
                # A server that does not start at all must not be tried without end.
                time.sleep(0.2)

    def close(self):
        self.running = False
        while self.keeper.is_alive():
            if self.child:
                self.child.terminate()
            self.keeper.join(0.5)
        self.directory.cleanup()
