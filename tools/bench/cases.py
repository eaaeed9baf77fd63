"""The cases that redis-benchmark can run: one kind of request against a server that does nothing
else. The others stand in scenarios.py."""

from dataclasses import dataclass, field



@dataclass(frozen=True)
class Figure:
    key: str
    title: str
    unit: str
    decimals: int = 2
    more_is_better: bool = False


# What the table says of a case; the other figures of redis-benchmark are in results.json.
CPU = Figure("cpu_us", "server CPU per request", "µs")
WITH_LOG = (CPU, Figure("rps", "requests per second", "1/s", 0, True), Figure("p99_ms", "p99", "ms"))

KEYS = 1_000_000
KEYED = ["-r", "{keys}", "-d", "64"]
COLLECTED = ["-r", "{keys}", "-d", "64", "-P", "16", "-c", "50"]


@dataclass
class Load:
    name: str
    title: str
    arguments: list  # of redis-benchmark
    requests: int
    log: str = "no"
    keyed: bool = False  # runs on KEYS keys of 64 bytes that are there before
    # (arguments, requests, None for as many as are measured): run before each measured run, in an
    # empty server.
    prepare: list = field(default_factory=list)

    @property
    def figures(self):
        return (CPU,) if self.log == "no" else WITH_LOG


def plain(test, pipeline, requests, clients=50, log="no", name=None):
    suffix = f"_{log}" if log != "no" else ""
    title = f"{test.upper()}, pipeline {pipeline}" + (f", {clients} client{'s'[clients == 1:]}" if clients != 50 else "")
    return Load(name or f"{test}_p{pipeline}{suffix}", title + (f", {log}" if suffix else ""),
                ["-t", test, "-P", str(pipeline), "-c", str(clients)] + KEYED, requests, log, keyed=True)


def collection(test, requests, prepare=()):
    return Load(test, f"{test.upper()}, pipeline 16", ["-t", test] + COLLECTED, requests,
                prepare=[(["-t", first] + COLLECTED, count) for first, count in prepare])


def make_loads():
    depths = ((1, 400_000), (4, 1_000_000), (16, 3_000_000), (64, 5_000_000))
    loads = [plain(test, depth, requests) for test in ("get", "set") for depth, requests in depths]
    for test in ("get", "set"):
        loads += [plain(test, 1, requests, clients, name=f"{test}_c{clients}")
                  for clients, requests in ((1, 100_000), (1000, 400_000))]
    loads += [plain("incr", 16, 3_000_000), plain("mset", 16, 400_000)]
    million = 1_000_000
    loads += [
        collection("lpush", 2 * million), collection("rpop", million, [("lpush", None)]),
        collection("sadd", 2 * million), collection("spop", million, [("sadd", None)]),
        collection("hset", 2 * million), collection("zadd", million),
        collection("zpopmin", million // 2, [("zadd", None)]),
        collection("lrange_100", 200_000),
    ]
    large = ["-P", "1", "-c", "5", "-r", "100", "-d", "200000"]
    loads += [Load("set_200k", "SET of 200 kB", ["-t", "set"] + large, 20_000),
              Load("get_200k", "GET of 200 kB", ["-t", "get"] + large, 20_000,
                   prepare=[(["-t", "set"] + large, 1000)])]
    for log in ("everysec", "always"):
        loads += [plain("set", depth, requests, log=log)
                  for depth, requests in ((1, 100_000), (16, 1_000_000), (64, 2_000_000))]
    return loads
