"""webdis, an HTTP server in front of Redis, started for a program and ended with it."""

import contextlib
import json
import os
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from checks import HOST, PORT, process, until

ADDRESS = ("127.0.0.1", 17379)
URL = f"http://{ADDRESS[0]}:{ADDRESS[1]}"


def request(path):
    """Status and content of a reply."""
    try:
        with urllib.request.urlopen(f"{URL}/{path}", timeout=10) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def send(path, body, method="PUT"):
    """The status of a request with a body. By curl, since webdis does not find a body that comes in a
    packet of its own, as Python sends it."""
    words = ["curl", "-sS", "-X", method, "-H", "Expect:", "--data-binary", "@-", "-o", os.devnull]
    words += ["-m", "30", "-w", "%{http_code}", f"{URL}/{path}"]
    return int(subprocess.run(words, input=body, stdout=subprocess.PIPE, check=True).stdout)


def quoted(*words):
    return "/".join(urllib.parse.quote(word, safe="") for word in words)


def _answers():
    try:
        return request("PING")[0] == 200
    except OSError:
        return False


@contextlib.contextmanager
def running():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "webdis.json")
        settings = {
            "redis_host": HOST,
            "redis_port": PORT,
            "http_host": ADDRESS[0],
            "http_port": ADDRESS[1],
            "threads": 2,
            "pool_size": 4,
            "daemonize": False,
            "websockets": False,
            "database": 0,
            "http_max_request_size": 128 << 20,
            "acl": [{"disabled": ["DEBUG"]}],
            "verbosity": 3,
            "logfile": os.path.join(directory, "log"),
        }
        with open(path, "w", encoding="utf-8") as file:
            json.dump(settings, file)
        with process("webdis", path):
            until("webdis", _answers)
            yield
