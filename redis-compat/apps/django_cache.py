#!/usr/bin/python3
"""Django's cache and its sessions on Redis, by Debian's python3-django and python3-django-redis."""

import threading

from checks import HOST, PORT, URL, check, equal, finish, until

import django
import django_redis
import redis
from django.conf import settings

settings.configure(
    CACHES={
        name: {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": f"{URL}/{database}",
            "KEY_PREFIX": name,
            "OPTIONS": {"CLIENT_CLASS": "django_redis.client.DefaultClient", **options},
        }
        for name, database, options in (
            ("default", 1, {}),
            ("json", 1, {"SERIALIZER": "django_redis.serializers.json.JSONSerializer"}),
            ("zlib", 1, {"COMPRESSOR": "django_redis.compressors.zlib.ZlibCompressor"}),
        )
    },
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
    SECRET_KEY="not a secret",
    USE_TZ=True,
)
django.setup()

from django.contrib.sessions.backends.cache import SessionStore
from django.core.cache import cache, caches

server = redis.Redis(HOST, PORT, db=1)


def check_values(name):
    store = caches[name]
    values = {"text": "þrír", "number": 7, "list": [1, 2, {"three": None}], "long": "x" * 100_000}
    for key, value in values.items():
        store.set(key, value)
    equal("one by one", {key: store.get(key) for key in values}, values)
    equal("together", store.get_many([*values, "absent"]), values)
    equal("default", store.get("absent", "nothing"), "nothing")
    store.delete_many(values)
    equal("deleted", store.get_many(values), {})


def check_deadlines():
    cache.set("short", 1, timeout=100)
    equal("time to live", 90 < cache.ttl("short") <= 100, True)
    equal("touched", (cache.touch("short", 500), 400 < cache.ttl("short") <= 500), (True, True))
    equal("absent", cache.touch("absent", 500), False)
    cache.set("forever", 1, timeout=None)
    equal("forever", (cache.ttl("forever"), server.ttl(":".join(("default", "1", "forever")))), (None, -1))
    cache.set("at once", 1, timeout=0)
    equal("at once", cache.get("at once"), None)
    cache.set("brief", 1, timeout=1)
    until("its end", lambda: cache.get("brief") is None)
    cache.persist("short")
    equal("persisted", cache.ttl("short"), None)


def check_conditional():
    equal("add", (cache.add("once", "a"), cache.add("once", "b"), cache.get("once")), (True, False, "a"))
    equal("get or set", cache.get_or_set("made", lambda: 42), 42)
    cache.set("count", 1)
    equal("counters", (cache.incr("count", 9), cache.decr("count", 3), cache.get("count")), (10, 7, 7))
    try:
        cache.incr("absent")
    except ValueError as error:
        equal("error", "not found" in str(error), True)
    else:
        raise AssertionError("an absent counter was raised")


def check_versions():
    cache.set("page", "old", version=1)
    equal("raised", cache.incr_version("page"), 2)
    equal("versions", (cache.get("page", version=1), cache.get("page", version=2)), (None, "old"))


def check_patterns():
    for i in range(300):
        cache.set(f"user:{i}:name", i)
    cache.set("other", 1)
    equal("keys", len(cache.keys("user:*")), 300)
    equal("iterated", len(set(cache.iter_keys("user:1*"))), 111)
    equal("deleted", cache.delete_pattern("user:*"), 300)
    equal("other", cache.get("other"), 1)
    caches["json"].set("mine", 1)
    cache.clear()
    equal("cleared", cache.get("other"), None)


def check_lock():
    """Without the lock, which is a script of redis-py's, additions would be lost."""

    def add():
        for _ in range(10):
            with cache.lock("adding", timeout=30):
                cache.set("sum", cache.get("sum") + 1)

    cache.set("sum", 0)
    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    equal("sum", cache.get("sum"), 40)
    lock = cache.lock("held", timeout=30)
    equal("taken", (lock.acquire(), cache.lock("held").acquire(blocking=False)), (True, False))
    lock.extend(100, replace_ttl=True)
    lock.release()
    equal("free", cache.lock("held", timeout=1).acquire(blocking=False), True)


def check_sessions():
    session = SessionStore()
    session["user"] = "Snorri"
    session.set_expiry(200)
    session.save()
    again = SessionStore(session.session_key)
    equal("read", (again["user"], again.get_expiry_age()), ("Snorri", 200))
    again.cycle_key()
    equal("old key", SessionStore(session.session_key).load(), {})
    equal("new key", SessionStore(again.session_key)["user"], "Snorri")
    again.flush()
    equal("flushed", again.exists(session.session_key), False)


check("values by pickle", check_values, "default")
check("values by JSON", check_values, "json")
check("compressed values", check_values, "zlib")
check("times to live", check_deadlines)
check("add, get or set, counters", check_conditional)
check("versions", check_versions)
check("keys by pattern", check_patterns)
check("a lock held by threads in turn", check_lock)
check("sessions", check_sessions)
finish("django-cache", django_redis.__version__)
