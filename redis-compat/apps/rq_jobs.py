#!/usr/bin/python3
"""RQ's queues with workers as processes of their own: results, order, failures, retries, delays,
dependencies, and a job whose process dies."""

import datetime

import redis
import rq
from rq.command import send_stop_job_command
from rq.job import Job, JobStatus
from rq.registry import FailedJobRegistry, FinishedJobRegistry, StartedJobRegistry
from rq.worker import Worker

import rq_tasks
from checks import HOST, PORT, URL, check, check_owned, equal, finish, kill_server, process, until

server = redis.Redis(HOST, PORT)


def worker(*queues, burst=False):
    """An `rq worker` in the background; with `burst` it ends when the queues are empty."""
    options = ["--burst"] if burst else ["--with-scheduler"]
    return process("/usr/bin/rq", "worker", "--url", URL, *options, *queues)


def wait_for(job, status=JobStatus.FINISHED):
    until(f"a job that is {status}", lambda: job.get_status(refresh=True) == status, 60)
    job.refresh()
    return job


def check_results():
    queue = rq.Queue("results", connection=server)
    jobs = [queue.enqueue(rq_tasks.add, i, y=i) for i in range(10)]
    equal("waiting", len(queue), 10)
    with worker("results", burst=True) as running:
        running.wait(90)
    equal("results", [wait_for(job).result for job in jobs], [2 * i for i in range(10)])
    equal("left", len(queue), 0)
    equal("finished", len(FinishedJobRegistry(queue=queue)), 10)
    equal("expiring", 0 < server.ttl(jobs[0].key) <= 500, True)


def check_order():
    """The queue that is named first goes first; within one, first in first out unless told."""
    low, high = rq.Queue("low", connection=server), rq.Queue("high", connection=server)
    low.enqueue(rq_tasks.note, "order", "low")
    high.enqueue(rq_tasks.note, "order", "high-1")
    high.enqueue(rq_tasks.note, "order", "high-2")
    high.enqueue(rq_tasks.note, "order", "urgent", at_front=True)
    with worker("high", "low", burst=True) as running:
        running.wait(60)
    equal("order", server.lrange("order", 0, -1), [b"urgent", b"high-1", b"high-2", b"low"])


def check_failure():
    queue = rq.Queue("failing", connection=server)
    job = queue.enqueue(rq_tasks.fail, on_failure=rq_tasks.record_failure)
    with worker("failing", burst=True) as running:
        running.wait(60)
    wait_for(job, JobStatus.FAILED)
    equal("reason", "ValueError: no luck" in job.exc_info, True)
    registry = FailedJobRegistry(queue=queue)
    equal("failed", registry.get_job_ids(), [job.id])
    equal("told", server.get(f"failed:{job.id}"), b"told")
    registry.requeue(job.id)
    equal("queued again", queue.get_job_ids(), [job.id])
    queue.delete()


def check_retry():
    queue = rq.Queue("retried", connection=server)
    job = queue.enqueue(rq_tasks.succeed_at, "tries", 3, retry=rq.Retry(max=3, interval=1))
    at_once = queue.enqueue(rq_tasks.succeed_at, "tries at once", 3, retry=rq.Retry(max=3))
    with worker("retried"):
        equal("at once", wait_for(at_once).result, 3)
        equal("after pauses", wait_for(job).result, 3)


def check_delay():
    queue = rq.Queue("delayed", connection=server)
    begun = datetime.datetime.now(datetime.timezone.utc)
    job = queue.enqueue_in(datetime.timedelta(seconds=2), rq_tasks.add, 1, 2)
    equal("scheduled", queue.scheduled_job_registry.get_job_ids(), [job.id])
    with worker("delayed"):
        wait_for(job)
    # RQ counts in whole seconds.
    started = job.started_at.replace(tzinfo=datetime.timezone.utc)
    equal("not before its time", (started - begun).total_seconds() >= 1, True)


def check_dependency():
    queue = rq.Queue("dependent", connection=server)
    first = queue.enqueue(rq_tasks.note, "chain", "first")
    second = queue.enqueue(rq_tasks.note, "chain", "second", depends_on=first)
    third = queue.enqueue(rq_tasks.note, "chain", "third", depends_on=[first, second])
    equal("deferred", third.get_status(), JobStatus.DEFERRED)
    with worker("dependent", burst=True) as running:
        running.wait(60)
    equal("results", [wait_for(job).result for job in (first, second, third)], [1, 2, 3])


def check_two_workers():
    queue = rq.Queue("shared", connection=server)
    jobs = [queue.enqueue(rq_tasks.note, "shared-notes", i) for i in range(20)]
    with worker("shared"), worker("shared"):
        until("two workers", lambda: Worker.count(connection=server, queue=queue) == 2, 60)
        for job in jobs:
            wait_for(job)
    done = sorted(int(value) for value in server.lrange("shared-notes", 0, -1))
    equal("each once", done, list(range(20)))


def check_dead_process():
    queue = rq.Queue("dying", connection=server)
    job = queue.enqueue(rq_tasks.die)
    after = queue.enqueue(rq_tasks.add, 1, 2)
    with worker("dying"):
        wait_for(job, JobStatus.FAILED)
        equal("the next one", wait_for(after).result, 3)
    equal("started", StartedJobRegistry(queue=queue).get_job_ids(), [])


def check_stop_command():
    """RQ tells a worker by pub/sub to stop what it is doing."""
    queue = rq.Queue("stopped", connection=server)
    job = queue.enqueue(rq_tasks.sleep, 120)
    with worker("stopped"):
        until("the job to begin", lambda: job.get_status(refresh=True) == JobStatus.STARTED, 60)
        until("its worker's name", lambda: Job.fetch(job.id, connection=server).worker_name, 60)
        send_stop_job_command(server, job.id)
        wait_for(job, JobStatus.STOPPED)


def check_meta():
    queue = rq.Queue("meta", connection=server)
    job = queue.enqueue(rq_tasks.report, {"þrír": 3}, meta={"by": "a test"}, job_id="my-own-id")
    with worker("meta", burst=True) as running:
        running.wait(60)
    fetched = Job.fetch("my-own-id", connection=server)
    equal("meta", fetched.meta, {"by": "a test", "words": {"þrír": 3}})
    equal("result", wait_for(job).result, "my-own-id")
    job.delete()
    equal("deleted", Job.exists("my-own-id", connection=server), False)


def check_killed_server():
    queue = rq.Queue("survivors", connection=server)
    jobs = [queue.enqueue(rq_tasks.add, i, 1) for i in range(5)]
    kill_server(server)

    def answers():
        try:
            return server.ping()
        except (redis.ConnectionError, redis.BusyLoadingError):
            return False

    until("the server", answers)
    equal("still there", queue.get_job_ids(), [job.id for job in jobs])
    with worker("survivors", burst=True) as running:
        running.wait(90)
    equal("results", [wait_for(job).result for job in jobs], [1, 2, 3, 4, 5])


check("results of ten jobs, which expire", check_results)
check("order of queues and jobs", check_order)
check("a failure, its callback and the failed registry", check_failure)
check("retries at once and after pauses", check_retry)
check("a delayed job", check_delay)
check("jobs that depend on others", check_dependency)
check("two workers, each job once", check_two_workers)
check("a job whose process is killed", check_dead_process)
check("a job stopped by a command to its worker", check_stop_command)
check("meta data and an id of one's own", check_meta)
check_owned("no job is lost when the server is killed with -9", check_killed_server)
finish("rq", rq.VERSION)
