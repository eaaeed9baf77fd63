#!/usr/bin/python3
"""Celery with Redis as its broker and for its results, with workers as processes of their own:
results, failures, retries, eta, groups and chords, remote control, the beat, and lost workers."""

import contextlib
import datetime
import os
import sys
import time

from checks import HOST, PORT, URL, check, check_owned, equal, finish, kill_server, process, until

os.environ["COMPAT_REDIS_URL"] = URL

import celery
import redis
from celery import chain, chord, group
from celery.result import AsyncResult

import celery_tasks
from celery_tasks import app

SECONDS = 60
server = redis.Redis(HOST, PORT, db=2)


@contextlib.contextmanager
def worker(*options, name="w1@kvasir"):
    """A worker that is ready to take tasks."""
    command = [sys.executable, "-m", "celery", "-A", "celery_tasks", "worker", "-n", name, "-c", "2", *options]
    with process(*command) as running:
        until("the worker", lambda: running.poll() is not None or answers(name), SECONDS)
        equal("the worker's status", running.poll(), None)
        yield running


def answers(name):
    try:
        return app.control.ping(destination=[name], timeout=1) == [{name: {"ok": "pong"}}]
    except redis.ConnectionError:
        return False  # the connection is from before the server was killed


def check_results():
    results = [celery_tasks.add.delay(i, i) for i in range(100)]
    equal("results", [each.get(SECONDS) for each in results], [2 * i for i in range(100)])
    key = f"celery-task-meta-{results[0].id}"
    equal("expiring", 0 < server.ttl(key) <= 600, True)
    results[0].forget()
    equal("forgotten", server.exists(key), 0)


def check_failure():
    result = celery_tasks.fail.delay()
    try:
        result.get(SECONDS)
    except ValueError as error:
        equal("error", str(error), "no luck")
    else:
        raise AssertionError("the task did not fail")
    equal("state", result.state, "FAILURE")
    equal("trace", "raise ValueError" in result.traceback, True)


def check_retry():
    equal("the third try", celery_tasks.succeed_at.delay(3).get(SECONDS), 3)
    hopeless = celery_tasks.succeed_at.delay(9)
    equal("error", repr(hopeless.get(SECONDS, propagate=False)), "ValueError('try 4')")


def check_eta():
    begun = time.monotonic()
    late = celery_tasks.add.apply_async((1, 2), countdown=2)
    eta = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1)
    soon = celery_tasks.add.apply_async((3, 4), eta=eta)
    equal("not yet", (late.ready(), soon.ready()), (False, False))
    equal("eta", soon.get(SECONDS), 7)
    equal("after its time", time.monotonic() - begun >= 0.9, True)
    equal("countdown", late.get(SECONDS), 3)
    equal("after its pause", time.monotonic() - begun >= 1.9, True)


def check_expired():
    result = celery_tasks.add.apply_async((1, 2), countdown=2, expires=1)
    until("the end of the task", result.ready, SECONDS)
    equal("state", result.state, "REVOKED")


def check_canvas():
    equal("chain", chain(celery_tasks.add.s(1, 2), celery_tasks.add.s(10))().get(SECONDS), 13)
    results = group(celery_tasks.add.s(i, 1) for i in range(20))()
    equal("group", results.get(SECONDS), list(range(1, 21)))
    whole = chord((celery_tasks.add.s(i, i) for i in range(10)), celery_tasks.total.s())()
    equal("chord", whole.get(SECONDS), 90)


def check_progress():
    result = celery_tasks.progress.delay()
    until("the progress", lambda: result.state == "PROGRESS", SECONDS)
    equal("meta", result.info, {"done": 50})
    equal("result", AsyncResult(result.id, app=app).get(SECONDS), "all")


def check_control():
    """Workers are asked and told by pub/sub."""
    tasks = app.control.inspect(["w1@kvasir"], timeout=5).registered()["w1@kvasir"]
    equal("registered", "celery_tasks.add" in tasks, True)
    result = celery_tasks.sleep.delay(300)
    until("the task to begin", lambda: result.state == "STARTED", SECONDS)
    active = app.control.inspect(["w1@kvasir"], timeout=5).active()["w1@kvasir"]
    equal("active", [task["id"] for task in active], [result.id])
    result.revoke(terminate=True)
    until("its end", result.ready, SECONDS)
    equal("state", result.state, "REVOKED")


def check_priorities():
    """Waiting tasks leave by priority, 0 first."""
    for priority in (9, 5, 0, 9, 0):
        celery_tasks.note.apply_async(("priorities", priority), priority=priority, queue="by-priority")
    with worker("-Q", "by-priority", "-c", "1", name="w2@kvasir"):
        until("all tasks", lambda: server.llen("priorities") == 5, SECONDS)
    equal("order", server.lrange("priorities", 0, -1), [b"0", b"0", b"5", b"9", b"9"])


def check_routes():
    """Two workers with a queue each take only their own."""
    mine = celery_tasks.add.apply_async((1, 1), queue="mine")
    equal("default", celery_tasks.add.delay(2, 2).get(SECONDS), 4)
    equal("nobody listens", mine.ready(), False)
    app.control.add_consumer("mine", destination=["w1@kvasir"], reply=True, timeout=10)
    equal("now somebody does", mine.get(SECONDS), 2)


def check_beat():
    schedule = f"/tmp/celery-beat-{os.getpid()}"
    command = [sys.executable, "-m", "celery", "-A", "celery_tasks", "beat", "-s", schedule, "--pidfile="]
    with process(*command):
        until("three beats", lambda: server.llen("beat") >= 3, SECONDS)
    for suffix in ("", ".db", ".dat", ".dir", ".bak"):
        with contextlib.suppress(FileNotFoundError):
            os.remove(schedule + suffix)


def check_lost_worker():
    """A task that nobody has acknowledged goes back to its queue."""
    with worker("-Q", "lost", name="w3@kvasir") as doomed:
        result = celery_tasks.sleep.apply_async((3,), queue="lost")
        until("the task to begin", lambda: result.state == "STARTED", SECONDS)
        equal("unacknowledged", redis.Redis(HOST, PORT, db=1).hlen("unacked") >= 1, True)
        doomed.terminate()  # lets the running task end
        doomed.wait(SECONDS)
    equal("done", result.get(SECONDS), None)
    equal("acknowledged", redis.Redis(HOST, PORT, db=1).hlen("unacked"), 0)


def check_killed_server():
    before = celery_tasks.add.delay(1, 1)
    equal("before", before.get(SECONDS), 2)
    waiting = [celery_tasks.add.apply_async((i, 1), queue="survivors") for i in range(10)]
    kill_server(server)
    until("the server", pings, SECONDS)
    equal("still there", redis.Redis(HOST, PORT, db=1).llen("survivors"), 10)
    until("the worker", lambda: answers("w1@kvasir"), SECONDS)
    app.control.add_consumer("survivors", destination=["w1@kvasir"], reply=True, timeout=10)
    until("all tasks", lambda: all(each.state == "SUCCESS" for each in waiting), SECONDS)


def pings():
    try:
        return server.ping()
    except (redis.ConnectionError, redis.BusyLoadingError):
        return False


with contextlib.ExitStack() as running:
    started = check("a worker starts and answers", lambda: running.enter_context(worker()))
    if not started:
        finish("celery", celery.__version__)
    check("results of a hundred tasks, which expire", check_results)
    check("a failure with its trace", check_failure)
    check("retries, and one too many", check_retry)
    check("eta and countdown", check_eta)
    check("a task that expires before its time", check_expired)
    check("chain, group and chord", check_canvas)
    check("progress is told", check_progress)
    check("workers are asked and told", check_control)
    check("queues of their own", check_routes)
    check("priorities", check_priorities)
    check("the beat", check_beat)
    check("a worker that ends acknowledges its task", check_lost_worker)
    check_owned("no task is lost when the server is killed with -9", check_killed_server)
finish("celery", celery.__version__)
