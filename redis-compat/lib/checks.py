"""What the programs for Python share: where the server is, and the list of what was checked.

Each program is started as: <program>.py <host> <port> [restarts]
`restarts` says that the server is the program's own to kill: it is started again by itself."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import traceback

sys.dont_write_bytecode = True

HOST = sys.argv[1]
PORT = int(sys.argv[2])
RESTARTS = "restarts" in sys.argv[3:]
URL = f"redis://{HOST}:{PORT}"

_begun = 0
_passed = 0


def equal(what, actual, expected):
    if actual != expected:
        raise AssertionError(f"{what}: {actual!r:.200}, expected {expected!r:.200}")


def check(title, body, *arguments):
    """Runs one check and gives whether it passed. A failure is printed and counted."""
    global _begun, _passed
    _begun += 1
    try:
        body(*arguments)
        _passed += 1
        print(f"  ok       {title}", flush=True)
        return True
    except Exception as error:
        print(f"  FAILED   {title}: {type(error).__name__}: {error}", flush=True)
        if not isinstance(error, AssertionError):
            traceback.print_exc(limit=-2, chain=False)
        return False


def skip(title, reason):
    print(f"  skipped  {title}: {reason}", flush=True)


def check_owned(title, body, *arguments):
    """A check that kills the server, left out when it belongs to somebody else."""
    if RESTARTS:
        check(title, body, *arguments)
    else:
        skip(title, "the server is not ours to kill")


def check_or_differs(title, reason, body, *arguments):
    """A check that may fail, for a reason of which DIFFERENCES.md tells."""
    global _begun, _passed
    try:
        body(*arguments)
        _passed += 1
        print(f"  ok       {title}", flush=True)
    except Exception as error:
        print(f"  differs  {title}: {reason} ({str(error):.100})", flush=True)
    _begun += 1


def until(what, probe, seconds=30):
    """Waits until `probe` gives something true, and gives that."""
    end = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.02)


def kill_server(client):
    """Kills the server with -9."""
    os.kill(client.info("server")["process_id"], signal.SIGKILL)


@contextlib.contextmanager
def process(*command):
    """A process beside the program, which ends with it."""
    directory = os.path.dirname(os.path.abspath(sys.argv[0]))
    environment = {**os.environ, "COMPAT_REDIS_URL": URL, "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command,
        cwd=directory,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()


def version_in(*command):
    """The version number in what a program prints of itself."""
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.search(r"\d+(\.\d+)+", shown).group(0)


def figure(what, ours, theirs="not stated", crosses="a socket"):
    """A figure beside what the replaced system states of itself, for the table at the end."""
    print(f"  figure   {what} | {theirs} | {ours} | {crosses}", flush=True)


def finish(program, version):
    """Prints the total and ends the program."""
    print(f"{program} {version}: {_passed} of {_begun} checks passed", flush=True)
    sys.exit(_passed != _begun)
