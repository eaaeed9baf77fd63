"""The programs that redis-compat/run runs, in the order of its table."""

from dataclasses import dataclass

NODE = ("nodejs", "npm")


@dataclass(frozen=True)
class Program:
    """`path` is relative to redis-compat/. `packages` are Debian's; whatever comes from npm stands
    in lib/package.json. `protocol` holds where the titles of checks do not tell ("…, RESP3").
    `quick` programs take seconds and run in CI; the others may take up to `seconds_max`. `variable` has
    to be set in the environment. A program with `own_servers` gets the binary in place of an address; one
    with `terminal` opens some."""

    name: str
    path: str
    packages: tuple[str, ...]
    protocol: str = "2"
    quick: bool = True
    seconds_max: int = 300
    variable: str = ""
    own_servers: bool = False
    terminal: bool = False


PROGRAMS = (
    # Client libraries.
    Program("redis-py", "clients/redis_py.py", ("python3-redis",)),
    Program("redis-py-asyncio", "clients/redis_py_asyncio.py", ("python3-redis",)),
    Program("node-redis", "clients/node_redis.mjs", NODE),
    Program("ioredis", "clients/ioredis.mjs", NODE),
    Program("hiredis", "clients/hiredis.cc", ("g++", "pkg-config", "libhiredis-dev")),
    Program("hiredis-libuv", "clients/hiredis_libuv.cc", ("g++", "pkg-config", "libhiredis-dev", "libuv1-dev")),
    Program("redigo", "clients/redigo.go", ("golang-go", "golang-github-gomodule-redigo-dev")),
    Program("phpredis", "clients/phpredis.php", ("php-cli", "php-redis", "redis-tools")),
    Program("predis", "clients/predis.php", ("php-cli", "php-predis", "redis-tools")),
    Program("redis-rb", "clients/redis_rb.rb", ("ruby", "ruby-redis")),
    Program("perl-redis", "clients/redis_perl.pl", ("libredis-perl", "libredis-fast-perl", "redis-tools")),
    Program("redis-lua", "clients/redis_lua.lua", ("lua5.1", "lua-redis", "redis-tools")),
    Program("pubsub-node-redis", "clients/pubsub_node_redis.mjs", NODE),
    Program("pubsub-ioredis", "clients/pubsub_ioredis.mjs", NODE),
    Program("client-cache", "clients/client_cache.mjs", NODE, "3"),
    # Tools.
    Program("redis-cli", "tools/redis_cli.py", ("redis-tools",)),
    Program("redis-cli-terminal", "tools/redis_cli_terminal.py", ("redis-tools",), terminal=True),
    Program("redis-benchmark", "tools/redis_benchmark.py", ("redis-tools",), quick=False, seconds_max=900),
    Program("redis-check", "tools/redis_check.py", ("redis-server", "python3-redis")),
    Program("exporter", "tools/exporter.py", ("prometheus-redis-exporter", "python3-redis")),
    Program("webdis", "tools/webdis_http.py", ("webdis", "curl", "python3-redis")),
    Program(
        "peer-suite",
        "peer_suite",
        ("tcl",),
        "2 and 3",
        quick=False,
        seconds_max=3600,
        variable="VALKEY_REPO",
        own_servers=True,
    ),
    # What people build on the libraries.
    Program("session-store", "apps/session_store.mjs", NODE),
    Program("rate-limiter", "apps/rate_limiter.mjs", NODE),
    Program("redlock", "apps/redlock.mjs", NODE),
    Program("socket-io", "apps/socket_io.mjs", NODE),
    Program("bullmq", "apps/bullmq.mjs", NODE),
    Program("django-cache", "apps/django_cache.py", ("python3-django-redis",)),
    Program("rails-cache", "apps/rails_cache.rb", ("ruby-activesupport", "ruby-redis", "ruby-connection-pool")),
    Program("rq", "apps/rq_jobs.py", ("python3-rq",), quick=False),
    Program("celery", "apps/celery_jobs.py", ("celery", "python3-redis"), quick=False),
    Program("sidekiq", "apps/sidekiq_jobs.rb", ("ruby-sidekiq",), quick=False),
    # In place of five smaller stores.
    Program("sqlite-store", "systems/sqlite_store.py", ("python3-redis",)),
    Program("http-store", "systems/http_store.py", ("webdis", "curl", "python3-redis")),
    Program(
        "timed-store",
        "systems/timed_store.cc",
        ("g++", "pkg-config", "libhiredis-dev"),
        quick=False,
        seconds_max=900,
    ),
    Program("segment-store", "systems/segment_store.py", ("python3-redis",), quick=False),
    Program("local-storage", "systems/local_storage.py", ("python3-redis",)),
    Program("in-process", "systems/in_process.py", (), "-", quick=False),
)
