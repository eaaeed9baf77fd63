"""A server process that is being measured: started from a template, alone on its core, with its CPU
time and memory."""

import os
import shlex
import shutil
import socket
import subprocess
import tempfile
import time

from resp_client import Client, ServerError

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# The server has one core, the load another; on a single core they share it.
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = str(CORES[0]), str(CORES[-1])
LOGS = {
    "no": "--appendonly no",
    "everysec": "--appendonly yes --appendfsync everysec",
    "always": "--appendonly yes --appendfsync always",
}
# A rewrite in the middle is a case of its own; and one in a forked process would not be counted.
NO_AUTOMATIC_REWRITE = "--auto-aof-rewrite-percentage 0"


class StartError(Exception):
    """A server did not start; the text says what it wrote."""


class Template:
    """`command` has {port} and {dir}, and {log} where it takes redis-server's log options. `kind` is
    "floor" for what only pretends to be a server."""

    def __init__(self, name, command, kind="server"):
        self.name = name
        self.command = command
        self.kind = kind

    def has_log(self):
        return "{log}" in self.command


def on_core(core, arguments):
    return ["taskset", "-c", core] + arguments


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class MeasuredServer:
    def __init__(self, template, log="no", options="", core=SERVER_CORE):
        self.template = template
        self.port = free_port()
        self.directory = tempfile.mkdtemp(prefix="kvasir-bench-")
        data = os.path.join(self.directory, "data")
        os.mkdir(data)
        words = template.command.format(port=self.port, dir=data, log=LOGS[log] + " " + options)
        self.arguments = on_core(core, shlex.split(words)) if core else shlex.split(words)
        self.process = None
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def start(self):
        with open(os.path.join(self.directory, "out"), "ab") as out:
            self.process = subprocess.Popen(self.arguments, cwd=self.directory, stdout=out, stderr=out)
        self.wait_until_ready()

    def wait_until_ready(self, timeout=600):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with self.connect() as client:
                    if client.run("PING") == b"PONG":
                        return
            except (OSError, ServerError):
                time.sleep(0.01)
        with open(os.path.join(self.directory, "out"), encoding="utf-8", errors="replace") as out:
            raise StartError(f"{shlex.join(self.arguments)} did not start:\n{out.read()[-2000:]}")

    def connect(self):
        return Client(self.port)

    def stop(self):
        """In order, its data kept."""
        if self.template.kind == "floor":
            self.process.terminate()
        else:
            with self.connect() as client:
                client.send(b"SHUTDOWN\r\n")
        self.process.wait(300)

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def cpu_seconds(self):
        """User and system time of all its threads, in nanoseconds' resolution where the kernel has
        it. A thread that has ended counts only without that."""
        tasks = f"/proc/{self.process.pid}/task"
        try:
            total = 0
            for task in os.listdir(tasks):
                with open(f"{tasks}/{task}/schedstat", encoding="ascii") as stat:
                    total += int(stat.read().split()[0])
            return total / 1e9
        except OSError:
            return self.ticked_cpu_seconds()

    def ticked_cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def memory_bytes(self):
        """What the process and its children occupy; pages that they share count once."""
        pids = [self.process.pid]
        try:
            with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
                pids += [int(pid) for pid in file.read().split()]
        except OSError:
            pass
        return sum(proportional_bytes(pid) for pid in pids)


def proportional_bytes(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
