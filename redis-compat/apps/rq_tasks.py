"""What the workers of rq_jobs.py are asked to do; a worker imports this by its name."""

import os
import signal
import time

import redis
from rq import get_current_job


def _server():
    return redis.Redis.from_url(os.environ["COMPAT_REDIS_URL"])


def add(x, y):
    return x + y


def note(key, value):
    """Appends to a list, so that the order of jobs can be seen."""
    return _server().rpush(key, value)


def fail():
    raise ValueError("no luck")


def succeed_at(key, number):
    """Fails until it has been tried `number` times."""
    tried = _server().incr(key)
    if tried < number:
        raise ValueError(f"try {tried}")
    return tried


def sleep(seconds):
    time.sleep(seconds)


def die():
    """Ends its process as the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def report(words):
    """Leaves words for others to read while it runs."""
    job = get_current_job()
    job.meta["words"] = words
    job.save_meta()
    return job.id


def record_failure(job, connection, *_):
    connection.set(f"failed:{job.id}", "told")
